"""Writes trainingStep.json: three training steps of a small branched network by PyTorch, in float64.

Weights and input follow from formulas (see `draw`), which the test repeats. Kernels are [frequency, time, input, output].
Run: python3 trainingStep.py   (needs numpy and torch)"""
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
CONFIG = dict(learningRate=0.01, momentum=0.9, secondMomentum=0.99, weightDecay=0.1, gradientClip=0.5,
              labelSmoothing=0.05, nullWeight=0.25, taskWeights=dict(word=1, genre=0.5), statisticsMomentum=0.9)
BATCH, SIZE, WORDS, GENRES = 6, (36, 60), 4, 3
LABELS = dict(word=[1, 3, 0, 2, 1, 0], genre=[0, 0, 2, 0, 0, 1])
STEPS = 3
CHANNELS = dict(conv1=2, conv2=4, conv3=8, conv4=12, conv5=8, fc6=15)  # width 0.015


def draw(name, shape):
    count = math.prod(shape)
    phase = sum(map(ord, name))
    wave = np.sin(12.9898 * (np.arange(count) + 1) + phase).reshape(shape)
    if name.endswith(".kernel"):
        return wave / math.sqrt(math.prod(shape[:-1]))
    if name.endswith(".variance"):
        return np.ones(shape)
    if name.endswith(".mean"):
        return np.zeros(shape)
    return (1 if name.endswith(".scale") else 0) + 0.1 * wave


weights, statistics = {}, {}


def weight(name, *shape):
    if name not in weights:
        weights[name] = torch.tensor(draw(name, shape).astype(np.float32).astype(np.float64), requires_grad=True)
    return weights[name]


def same(x, size, stride):
    """TensorFlow's SAME padding: the odd rest goes to the end."""
    pads = []
    for axis in (3, 2):
        k, s, n = size[axis - 2], stride[axis - 2], x.shape[axis]
        total = max((-(-n // s) - 1) * s + k - n, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def conv(x, stage, kernel, stride, bias):
    w = weight(f"{stage}.conv.kernel", *kernel, x.shape[1], CHANNELS[stage.split(".")[0]])
    b = weight(f"{stage}.conv.bias", w.shape[3]) if bias else None
    return F.conv2d(same(x, kernel, stride), w.permute(3, 2, 0, 1), b, stride)


def norm(x, stage, fixed=False):
    axes = (0, 2, 3) if x.dim() == 4 else (0,)
    name = f"{stage}.batchNorm"
    statistics[name] = (x.mean(axes).detach(), x.var(axes, unbiased=False).detach())
    learned = () if fixed else (weight(f"{name}.scale", x.shape[1]), weight(f"{name}.shift", x.shape[1]))
    return F.batch_norm(x, None, None, *learned, training=True, eps=1e-5)


def pool(x, stride):
    window = torch.tensor(np.outer(np.hanning(4 * stride), np.hanning(4 * stride)))[None, None]
    both = (stride, stride)
    apply = lambda a: F.conv2d(same(a, window.shape[2:], both), window, stride=both)
    y = apply(x.reshape(-1, 1, *x.shape[2:])) / apply(torch.ones(1, 1, *x.shape[2:], dtype=x.dtype))
    return y.reshape(*x.shape[:2], *y.shape[2:])


def dense(x, name, units, bias):
    y = x @ weight(f"{name}.dense.kernel", x.shape[1], units)
    return y + weight(f"{name}.dense.bias", units) if bias else y


def network(x):
    x = norm(F.relu(conv(norm(x, "conv1", fixed=True), "conv1", (7, 15), (3, 3), True)), "norm1")
    x = norm(F.relu(conv(pool(x, 2), "conv2", (5, 7), (2, 2), True)), "norm2")
    x = F.relu(norm(conv(pool(x, 2), "conv3", (3, 5), (1, 1), False), "conv3"))
    logits = {}
    for task, branch, classes in (("word", "word", WORDS), ("genre", "music", GENRES)):
        y = F.relu(norm(conv(x, f"conv4.{branch}", (3, 3), (1, 1), False), f"conv4.{branch}"))
        y = F.relu(norm(conv(y, f"conv5.{branch}", (3, 3), (1, 1), False), f"conv5.{branch}"))
        y = pool(y, 3).permute(0, 2, 3, 1).reshape(BATCH, -1)
        y = F.relu(norm(dense(y, f"fc6.{branch}", CHANNELS["fc6"], False), f"fc6.{branch}"))
        logits[task] = dense(y, f"top.{branch}", classes, True)
    return logits


def loss_of(logits):
    total = 0
    for task, values in logits.items():
        labels = torch.tensor(LABELS[task])
        each = F.cross_entropy(values, labels, label_smoothing=CONFIG["labelSmoothing"], reduction="none")
        share = torch.where(labels > 0, 1.0, CONFIG["nullWeight"]).double()
        total = total + CONFIG["taskWeights"][task] * (each * share).sum() / share.sum()
    return total


count = BATCH * SIZE[0] * SIZE[1]
i = np.arange(count)
sound = (0.3 * (1 + np.sin(0.37 * i) * np.sin(1.7 + 0.0113 * i * (i % 97)))).astype(np.float32).astype(np.float64)
x = torch.tensor(sound).reshape(BATCH, 1, *SIZE)
network(x)  # Makes the weights.
decayed = [w for w in weights.values() if w.dim() > 1]
plain = [w for w in weights.values() if w.dim() == 1]
optimizer = torch.optim.AdamW(
    [dict(params=decayed, weight_decay=CONFIG["weightDecay"]), dict(params=plain, weight_decay=0)],
    lr=CONFIG["learningRate"], betas=(CONFIG["momentum"], CONFIG["secondMomentum"]), eps=1e-8)
running = {}
reports = []
for step in range(STEPS):
    loss = loss_of(network(x))
    optimizer.zero_grad()
    loss.backward()
    gradient_norm = torch.nn.utils.clip_grad_norm_(list(weights.values()), CONFIG["gradientClip"])
    optimizer.step()
    reports.append(dict(loss=loss.item(), gradientNorm=float(gradient_norm)))
    for name, both in statistics.items():
        for part, value in zip(("mean", "variance"), both):
            old = running.get(f"{name}.{part}", torch.full_like(value, float(part == "variance")))
            running[f"{name}.{part}"] = CONFIG["statisticsMomentum"] * old + (1 - CONFIG["statisticsMomentum"]) * value

rounded = lambda a: [float(f"{v:.7g}") for v in a.detach().numpy().ravel()]
result = dict(config=CONFIG, batch=BATCH, cochleagram=SIZE, words=WORDS, genres=GENRES, labels=LABELS, reports=reports,
              weights={name: rounded(value) for name, value in {**weights, **running}.items()})
Path(__file__).with_name("trainingStep.json").write_text(json.dumps(result) + "\n")
