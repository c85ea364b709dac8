"""Writes network.json: every operation of the networks computed by PyTorch, resizing by Pillow, on small arrays.

Arrays are [batch, frequency, time, channel] as the toolkit stores them; kernels [frequency, time, input, output].
Run: python3 network.py   (needs numpy, pillow and torch)"""
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

random = np.random.default_rng(7)


def draw(*shape):
    return np.round(random.standard_normal(shape), 3).astype(np.float32)


def nchw(x):
    return torch.tensor(x).permute(0, 3, 1, 2)


def same(x, size, stride, value=0.0):
    """TensorFlow's SAME padding: the odd rest goes to the end."""
    pads = []
    for axis in (3, 2):
        k, s, n = size[axis - 2], stride[axis - 2], x.shape[axis]
        total = max((-(-n // s) - 1) * s + k - n, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


cases = []


def case(operation, x, y, weights=None, training=False):
    listed = lambda a: dict(shape=list(np.shape(a)), values=[float(f"{v:.7g}") for v in np.ravel(a)])
    if torch.is_tensor(y):
        y = (y.permute(0, 2, 3, 1) if y.dim() == 4 else y).numpy()
    cases.append(dict(operation=operation, input=listed(x), output=listed(y), training=training,
                      weights={name: listed(value) for name, value in (weights or {}).items()}))


x = draw(2, 9, 12, 3)
for kernel, stride, bias in [((2, 5), (1, 1), False), ((4, 8), (2, 2), True), ((3, 3), (3, 2), True)]:
    w, b = draw(*kernel, 3, 4), draw(4)
    y = F.conv2d(same(nchw(x), kernel, stride), torch.tensor(w).permute(3, 2, 0, 1), torch.tensor(b) if bias else None, stride)
    case(dict(kind="conv", kernel=kernel, stride=stride, channels=4, bias=bias), x, y,
         {"conv.kernel": w, **({"conv.bias": b} if bias else {})})

case(dict(kind="relu"), x, F.relu(nchw(x)))
scale, shift, mean, variance = draw(3), draw(3), draw(3), np.abs(draw(3)) + np.float32(0.1)
norm = {"batchNorm.scale": scale, "batchNorm.shift": shift, "batchNorm.mean": mean, "batchNorm.variance": variance}
tensors = [torch.tensor(v) for v in (mean, variance, scale, shift)]
case(dict(kind="batchNorm"), x, F.batch_norm(nchw(x), *tensors, eps=1e-5), norm)
case(dict(kind="batchNorm"), x, F.batch_norm(nchw(x), None, None, *tensors[2:], training=True, eps=1e-5), norm, training=True)

wide = draw(1, 3, 4, 9)
# PyTorch divides alpha by the window's length, TensorFlow does not.
case(dict(kind="localResponseNorm", radius=2, bias=1, alpha=0.1, beta=0.75), wide,
     F.local_response_norm(nchw(wide), 5, alpha=0.5, beta=0.75, k=1))
case(dict(kind="maxPool", size=[2, 5], stride=[2, 2]), x,
     F.max_pool2d(same(nchw(x), (2, 5), (2, 2), -np.inf), (2, 5), (2, 2)))
padded = same(nchw(x), (2, 5), (2, 2))
case(dict(kind="averagePool", size=[2, 5], stride=[2, 2], countsPadding=True), x, F.avg_pool2d(padded, (2, 5), (2, 2)))
inside = same(torch.ones(1, 1, 9, 12), (3, 3), (2, 2))
case(dict(kind="averagePool", size=[3, 3], stride=[2, 2], countsPadding=False), x,
     F.avg_pool2d(same(nchw(x), (3, 3), (2, 2)), 3, 2) / F.avg_pool2d(inside, 3, 2))


def hann(stride):
    return torch.tensor(np.hanning(4 * stride), dtype=torch.float32) if stride > 1 else torch.ones(1)


for stride in [(2, 2), (3, 1)]:
    window = torch.outer(hann(stride[0]), hann(stride[1]))[None, None]
    pool = lambda a: F.conv2d(same(a.reshape(-1, 1, 9, 12), window.shape[2:], stride), window, stride=stride)
    y = pool(nchw(x)) / pool(torch.ones(1, 1, 9, 12))
    case(dict(kind="hannPool", stride=stride), x, y.reshape(2, 3, *y.shape[2:]))

planes = [[Image.fromarray(plane.numpy()).resize((7, 16), Image.Resampling.LANCZOS) for plane in clip] for clip in nchw(x)]
case(dict(kind="resize", size=[16, 7]), x, torch.tensor(np.array([[np.array(plane) for plane in clip] for clip in planes])))
w, b = draw(9 * 12 * 3, 5), draw(5)
case(dict(kind="dense", units=5, bias=True), x, x.reshape(2, -1) @ w + b, {"dense.kernel": w, "dense.bias": b})
flat = draw(2, 6)
case(dict(kind="slice", begin=2, units=3), flat, flat[:, 2:5])
low, high = x.min((1, 2, 3), keepdims=True), x.max((1, 2, 3), keepdims=True)
case(dict(kind="minMaxScale", largest=255), x, nchw(255 * (x - low) / (high - low)))
Path(__file__).with_name("network.json").write_text(json.dumps(cases) + "\n")
