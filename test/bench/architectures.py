"""Time of PyTorch's forward pass and gradient of the thirteen architectures beside this script's TypeScript sibling.

Prints a JSON object: milliseconds of processor time of one thread, by architecture.

    pip install torch onnx onnxscript safetensors numpy
    python architectures.py
"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "reference" / "architectures"))
from architectures import architectures, build, torch  # noqa: E402


def milliseconds(model, x):
    x = x.clone().requires_grad_()

    def step():
        torch.autograd.grad(torch.sin(model(x)[-1]).sum(), x)

    begin = time.process_time()
    for _ in range(5):
        step()
    count = max(5, int(0.2 / max(1e-4, (time.process_time() - begin) / 5)))
    times = []
    for _ in range(5):
        begin = time.process_time()
        for _ in range(count):
            step()
        times.append(1000 * (time.process_time() - begin) / count)
    return statistics.median(times)


print(json.dumps({name: milliseconds(*build(name)[:2]) for name in architectures}))
