"""Clips per second of a training step in PyTorch: the network of branched-small at a batch of 16, from the cochleagram and
from the waveform.

Beside it: metamer bench --only train --model branched-small --threads 2 --json (msPerStep from the waveform, msEar of it in
the ear). The cochleagram here is the usual one: every half-cosine subband at full rate by FFT, envelope, 1001-tap low-pass
filter, power; no gradient is asked of it. Same operations in the network: SAME padding, batch statistics, Hann pooling, dropout,
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


SAMPLES, RATE_HZ = 40000, 20000


class Ear(nn.Module):
    """Waveforms [batch, samples] to cochleagrams [batch, 1, 211, 390], one clip at a time to bound the memory."""

    def __init__(self, count=50, low_hz=50.0, high_hz=10000.0, overcomplete=4):
        super().__init__()
        erb_number = lambda hz: 9.265 * np.log(1 + hz / (24.7 * 9.265))
        edges = np.linspace(erb_number(low_hz), erb_number(high_hz), overcomplete * (count + 1) + 1)
        centers, half_width = edges[1:-1], overcomplete * (edges[1] - edges[0])
        at = erb_number(np.linspace(0, RATE_HZ / 2, SAMPLES // 2 + 1))
        distance = np.abs(at - centers[:, None])
        band = np.where(distance < half_width, np.cos(np.pi / 2 * distance / half_width), 0)
        rest = np.sqrt(np.clip(1 - band**2, 0, 1))
        low = np.where(at < centers[:overcomplete, None], rest[:overcomplete], 0)
        high = np.where(at > centers[-overcomplete:, None], rest[-overcomplete:], 0)
        bank = np.concatenate([low, band, high]) / np.sqrt(overcomplete)
        times = np.arange(-500.5, 500)
        low_pass = np.sinc(times / 100) / 100 * np.kaiser(1001, 5)
        self.register_buffer("bank", torch.tensor(bank, dtype=torch.float32))
        self.register_buffer("low_pass", torch.tensor(low_pass, dtype=torch.float32)[None, None])

    @torch.no_grad()
    def forward(self, waveforms):
        return torch.stack([self.hear(waveform) for waveform in waveforms])

    def hear(self, waveform):
        subbands = torch.fft.rfft(waveform) * self.bank
        envelopes = torch.fft.ifft(F.pad(subbands, (0, SAMPLES // 2 - 1))).abs()
        slow = F.conv1d(envelopes[:, None], self.low_pass, stride=100)[:, 0]
        return ((slow.clamp(min=0) + 1e-8) ** 0.3)[None]


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


def milliseconds(step):
    """Median after a warm-up."""
    times = []
    for i in range(-3, options.repeats):
        start = time.perf_counter()
        step()
        if i >= 0:
            times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


ear = Ear()
waveforms = 0.1 * torch.randn(options.batch, SAMPLES)
ms_ear = milliseconds(lambda: ear(waveforms))
assert ear(waveforms).shape == (options.batch, 1, 211, 390)
print(f"ear: {ms_ear:.1f} ms, {options.threads} threads, torch {torch.__version__}")
for layout in (torch.contiguous_format, torch.channels_last):
    network = Branched().to(memory_format=layout)
    parameters = list(network.parameters())
    optimizer = torch.optim.AdamW(
        [dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.02),
         dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0)], lr=1e-3, betas=(0.9, 0.99))
    x = torch.rand(options.batch, 1, 211, 390).to(memory_format=layout)
    words, genres = torch.randint(65, (options.batch,)), torch.randint(21, (options.batch,))

    def step():
        logits = network(x)
        loss = sum(F.cross_entropy(y, labels, label_smoothing=0.05) for y, labels in zip(logits, (words, genres)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 2)
        optimizer.step()

    ms = milliseconds(step)
    print(f"{layout}: {ms:.1f} ms a step, {1000 * options.batch / ms:.1f} clips/s from the cochleagram, "
          f"{1000 * options.batch / (ms + ms_ear):.1f} clips/s from the waveform, "
          f"{sum(p.numel() for p in parameters):,} parameters")
