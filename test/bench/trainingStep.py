"""Clips per second of a training step in PyTorch: the network of branched-small at a batch of 16, from the cochleagram.

Beside it: metamer bench --only train --model branched-small --threads 2 --json (which also computes the cochleagram;
msPerStep - msEar is what PyTorch does here). Same operations: SAME padding, batch statistics, Hann pooling, dropout,
smoothed cross-entropy of both tasks, gradient clipping, AdamW with decay of kernels alone. Pooling is separable and
fixed, so it is two matrix products, as in the toolkit. Medians after a warm-up, in both memory layouts.
Run: python3 test/bench/trainingStep.py [--threads 2] [--batch 16] [--repeats 9]   (needs numpy and torch)"""
import argparse
import statistics
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--repeats", type=int, default=9)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(1)


def same_sizes(n, size, stride):
    total = max((-(-n // stride) - 1) * stride + size - n, 0)
    return total // 2, total - total // 2


class Conv(nn.Module):
    def __init__(self, inputs, outputs, size, stride=(1, 1), bias=False):
        super().__init__()
        self.size, self.stride = size, stride
        self.conv = nn.Conv2d(inputs, outputs, size, stride, bias=bias)

    def forward(self, x):
        pads = same_sizes(x.shape[3], self.size[1], self.stride[1]) + same_sizes(x.shape[2], self.size[0], self.stride[0])
        return self.conv(F.pad(x, pads))


class HannPool(nn.Module):
    def __init__(self, shape, stride):
        super().__init__()
        for name, n in zip(("frequency", "time"), shape):
            window, before = np.hanning(4 * stride), same_sizes(n, 4 * stride, stride)[0]
            matrix = np.zeros((-(-n // stride), n))
            for row in range(len(matrix)):
                for k, value in enumerate(window):
                    if 0 <= row * stride - before + k < n:
                        matrix[row, row * stride - before + k] = value
            self.register_buffer(name, torch.tensor(matrix / matrix.sum(1, keepdims=True), dtype=torch.float32))

    def forward(self, x):
        return self.frequency @ (x @ self.time.T)


def branch(classes):
    conv = lambda a, b: [Conv(a, b, (3, 3)), nn.BatchNorm2d(b), nn.ReLU()]
    return nn.Sequential(
        *conv(128, 192), *conv(192, 128), HannPool((9, 17), 3), nn.Flatten(), nn.Linear(128 * 3 * 6, 256, bias=False),
        nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, classes))


class Branched(nn.Module):
    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(
            nn.BatchNorm2d(1, affine=False), Conv(1, 32, (7, 15), (3, 3), True), nn.ReLU(), nn.BatchNorm2d(32),
            HannPool((71, 130), 2), Conv(32, 64, (5, 7), (2, 2), True), nn.ReLU(), nn.BatchNorm2d(64),
            HannPool((18, 33), 2), Conv(64, 128, (3, 5)), nn.BatchNorm2d(128), nn.ReLU())
        self.word, self.music = branch(65), branch(21)

    def forward(self, x):
        shared = self.trunk(x)
        return self.word(shared), self.music(shared)


for layout in (torch.contiguous_format, torch.channels_last):
    network = Branched().to(memory_format=layout)
    parameters = list(network.parameters())
    optimizer = torch.optim.AdamW(
        [dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.02),
         dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0)], lr=1e-3, betas=(0.9, 0.99))
    x = torch.rand(options.batch, 1, 211, 390).to(memory_format=layout)
    words, genres = torch.randint(65, (options.batch,)), torch.randint(21, (options.batch,))
    times = []
    for i in range(-3, options.repeats):
        start = time.perf_counter()
        logits = network(x)
        loss = sum(F.cross_entropy(y, labels, label_smoothing=0.05) for y, labels in zip(logits, (words, genres)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 2)
        optimizer.step()
        if i >= 0:
            times.append(time.perf_counter() - start)
    seconds = statistics.median(times)
    print(f"{layout}: {1000 * seconds:.1f} ms a step, {options.batch / seconds:.1f} clips/s, "
          f"{sum(p.numel() for p in parameters):,} parameters, {options.threads} threads, torch {torch.__version__}")
