# Writes ridge.json: scikit-learn's RidgeCV (leave-one-out, one penalty a response) on made-up features and responses.
import json

import numpy as np
from sklearn.linear_model import RidgeCV

rng = np.random.default_rng(7)
sounds, features, responses = 40, 25, 6
x = rng.normal(size=(sounds, features)) * np.geomspace(3, 0.02, features)
noise = np.array([0.05, 0.5, 2.0, 8.0, 1.0, 30.0])
y = x @ rng.normal(size=(features, responses)) + noise * rng.normal(size=(sounds, responses)) + 5
y[:, 4] = rng.normal(size=sounds)
train, test = np.arange(0, sounds, 2), np.arange(1, sounds, 2)
alphas = 10.0 ** np.arange(-50, 50)
cases = []
for r in range(responses):
    fit = RidgeCV(alphas=alphas).fit(x[train], y[train, r])
    cases.append({"alpha": float(fit.alpha_), "predictions": fit.predict(x[test]).tolist()})
with open("ridge.json", "w") as file:
    json.dump({"features": x.tolist(), "responses": y.tolist(), "train": train.tolist(), "test": test.tolist(), "cases": cases}, file)
