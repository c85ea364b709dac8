"""Distortions of small networks, by other programs: distortions.json.

eigen: plenoptic's eigendistortions (exact, from the full Jacobian) of a convolution, rectifier, matrix and saturation;
the smallest is that of the sixteen changes that its units hear.
principal: the variance of log-ratios maximized by scipy's BFGS from many starts, on the dense metrics of three such
networks, with the floor that `metamer distort principal` puts under them.

    pip install numpy scipy torch plenoptic && python distortions.py > distortions.json
"""

import json

import numpy as np
import plenoptic
import torch
from scipy.optimize import minimize

rng = np.random.default_rng(7)
torch.set_default_dtype(torch.float64)
ROWS, COLUMNS, UNITS = 4, 6, 16
SAMPLES = ROWS * COLUMNS
FLOOR = 10**-1.5


def rounded(values):
    return np.asarray(values, dtype=np.float32).astype(float)


kernels = [rounded(0.6 * rng.standard_normal((3, 3, 2))) for _ in range(3)]  # frequency, time, channel
matrices = [rounded(0.12 * rng.standard_normal((SAMPLES * 2, UNITS))) for _ in range(3)]
sound = rounded(rng.standard_normal(SAMPLES))
noise = rounded(rng.standard_normal(SAMPLES))
noise /= np.linalg.norm(noise)


class Network(torch.nn.Module):
    def __init__(self, kernel, matrix):
        super().__init__()
        self.kernel = torch.tensor(kernel).permute(2, 0, 1)[:, None]
        self.matrix = torch.tensor(matrix)

    def forward(self, image):
        filtered = torch.relu(torch.nn.functional.conv2d(image, self.kernel, padding=1))
        flat = filtered.permute(0, 2, 3, 1).reshape(1, -1)
        return torch.tanh(flat @ self.matrix)[:, None, None]


networks = [Network(k, m) for k, m in zip(kernels, matrices)]
image = torch.tensor(sound).reshape(1, 1, ROWS, COLUMNS)


def metric(network):
    jacobian = torch.autograd.functional.jacobian(lambda x: network(x).flatten(), image).reshape(-1, SAMPLES).numpy()
    return jacobian.T @ jacobian


metrics = [metric(network) for network in networks]
relative = [f / (noise @ f @ noise) + FLOOR * np.eye(SAMPLES) for f in metrics]


def variance(pair):
    first, second = pair[:SAMPLES], pair[SAMPLES:]
    logs = np.array([np.log((first @ f @ first) / (second @ f @ second)) for f in relative])
    gradients = np.array([np.concatenate([2 * f @ first / (first @ f @ first), -2 * f @ second / (second @ f @ second)]) for f in relative])
    weights = 2 * (logs - logs.mean()) / len(logs)
    return -np.var(logs), -weights @ gradients


solutions = [
    minimize(variance, rng.standard_normal(2 * SAMPLES), jac=True, method="BFGS", options={"maxiter": 5000, "gtol": 1e-9})
    for _ in range(300)
]
best = min(solutions, key=lambda s: s.fun)
first, second = [v / np.linalg.norm(v) for v in (best.x[:SAMPLES], best.x[SAMPLES:])]

for network in networks:
    plenoptic.remove_grad(network)
    network.eval()
eigen = plenoptic.Eigendistortion(image, networks[0])
eigen.synthesize(method="exact")
values = eigen.eigenvalues.detach().numpy().ravel()
vectors = eigen.eigendistortions.detach().numpy().reshape(len(values), SAMPLES)

print(json.dumps({
    "versions": {"plenoptic": plenoptic.__version__, "torch": torch.__version__, "numpy": np.__version__},
    "rows": ROWS, "columns": COLUMNS, "units": UNITS,
    "kernels": [k.ravel().tolist() for k in kernels],
    "matrices": [m.ravel().tolist() for m in matrices],
    "sound": sound.tolist(),
    "noise": noise.tolist(),
    "floor": FLOOR,
    "eigen": {
        "values": [values[0], values[UNITS - 1]],
        "largest": vectors[0].tolist(),
        "smallest": vectors[UNITS - 1].tolist(),
    },
    "principal": {
        "variance": -best.fun,
        "shareOfStarts": float(np.mean([-s.fun > -best.fun * (1 - 1e-6) for s in solutions])),
        "first": first.tolist(),
        "second": second.tolist(),
    },
}))
