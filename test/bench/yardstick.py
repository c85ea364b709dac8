"""What a user would write in PyTorch today, timed: steps of a synthesis and of a training, on the processor.

`metamer bench --against PYTHON` talks to this script and times its own work in turns with it: a line of standard input names
a row and how often it is to run, a line of standard output answers with the times of each run, ms, by the clock and of
the processor. Needs numpy and torch. By itself:

    echo '{"row": "cochcnn9 relu2", "repeats": 5}' | python3 test/bench/yardstick.py --threads 2

The cochleagram is the usual one: every half-cosine subband at the full rate by FFT, envelope, 1001-tap low-pass filter, power;
the networks are those of the toolkit, with random weights. A step of a synthesis is the gradient of ‖a − b‖ / ‖b‖ at a
stage with respect to the waveform and a step of length 1 against it (Feather et al. 2023); the stage's own rectifier and
the compression have the published gradients. A step of a training has batch statistics, dropout, smoothed cross-entropy
of both tasks, gradient clipping and AdamW; no gradient is asked of its ear. Hann pooling is separable and fixed, so it is
two matrix products, as in the toolkit."""

import argparse
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SAMPLES, RATE_HZ, BATCH = 40000, 20000, 16


def erb_number(hz):
    return 9.265 * np.log(1 + hz / (24.7 * 9.265))


def half_cosine_bank(count=50, low_hz=50.0, high_hz=10000.0, overcomplete=4):
    edges = np.linspace(erb_number(low_hz), erb_number(high_hz), overcomplete * (count + 1) + 1)
    centers, half_width = edges[1:-1], overcomplete * (edges[1] - edges[0])
    at = erb_number(np.linspace(0, RATE_HZ / 2, SAMPLES // 2 + 1))
    distance = np.abs(at - centers[:, None])
    band = np.where(distance < half_width, np.cos(np.pi / 2 * distance / half_width), 0)
    rest = np.sqrt(np.clip(1 - band**2, 0, 1))
    low = np.where(at < centers[:overcomplete, None], rest[:overcomplete], 0)
    high = np.where(at > centers[-overcomplete:, None], rest[-overcomplete:], 0)
    return np.concatenate([low, band, high]) / np.sqrt(overcomplete)


class IdentityGradientRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, slope):
        return slope


class ClippedPower(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**0.3

    @staticmethod
    def backward(ctx, slope):
        (x,) = ctx.saved_tensors
        return slope * (0.3 * x**-0.7).clamp(-5, 5)


class Ear(nn.Module):
    """Waveforms [batch, samples] to cochleagrams [batch, 1, 211, 390], one clip at a time to bound the memory."""

    def __init__(self):
        super().__init__()
        times = np.arange(-500.5, 500)
        low_pass = np.sinc(times / 100) / 100 * np.kaiser(1001, 5)
        self.register_buffer("bank", torch.tensor(half_cosine_bank(), dtype=torch.float32))
        self.register_buffer("low_pass", torch.tensor(low_pass, dtype=torch.float32)[None, None])

    def forward(self, waveforms):
        return torch.stack([self.hear(waveform) for waveform in waveforms])

    def hear(self, waveform):
        subbands = torch.fft.rfft(waveform) * self.bank
        analytic = torch.fft.ifft(F.pad(subbands, (0, SAMPLES // 2 - 1)))
        envelopes = torch.sqrt((analytic.real**2 + analytic.imag**2).clamp(min=1e-16))
        slow = F.conv1d(envelopes[:, None], self.low_pass, stride=100)[:, 0]
        return ClippedPower.apply(IdentityGradientRelu.apply(slow) + 1e-8)[None]


def same_padding(x, size, stride):
    pads = []
    for n, kernel, step in zip(x.shape[:1:-1], size[::-1], stride[::-1]):
        total = max((-(-n // step) - 1) * step + kernel - n, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


class Conv(nn.Module):
    def __init__(self, inputs, outputs, size, stride=(1, 1), bias=False):
        super().__init__()
        self.size, self.stride = size, stride
        self.conv = nn.Conv2d(inputs, outputs, size, stride, bias=bias)

    def forward(self, x):
        return self.conv(same_padding(x, self.size, self.stride))


class Pool(nn.Module):
    def __init__(self, pool, size, stride):
        super().__init__()
        self.pool, self.size, self.stride = pool, size, stride

    def forward(self, x):
        return self.pool(same_padding(x, self.size, self.stride), self.size, self.stride)


class HannPool(nn.Module):
    def __init__(self, shape, stride):
        super().__init__()
        for name, n in zip(("frequency", "time"), shape):
            window = np.hanning(4 * stride)
            before = max((-(-n // stride) - 1) * stride + 4 * stride - n, 0) // 2
            matrix = np.zeros((-(-n // stride), n))
            for row in range(len(matrix)):
                for k, value in enumerate(window):
                    if 0 <= row * stride - before + k < n:
                        matrix[row, row * stride - before + k] = value
            self.register_buffer(name, torch.tensor(matrix / matrix.sum(1, keepdims=True), dtype=torch.float32))

    def forward(self, x):
        return self.frequency @ (x @ self.time.T)


class Stages(nn.Module):
    """Named stages one after the other, each a list of layers; a stage that ends in a rectifier may pass gradients."""

    def __init__(self, stages):
        super().__init__()
        self.stages = nn.ModuleDict({name: nn.Sequential(*layers) for name, layers in stages.items()})

    def forward(self, x, until=None):
        for name, layers in self.stages.items():
            if name == until:
                if isinstance(layers[-1], nn.ReLU):
                    return IdentityGradientRelu.apply(layers[:-1](x))
                return layers(x)
            x = layers(x)
        return x


def cochcnn9():
    conv = lambda a, b, size, stride: [Conv(a, b, size, stride), nn.ReLU()]
    pool = lambda: Pool(F.max_pool2d, (2, 5), (2, 2))
    return Stages({
        "relu0": [nn.BatchNorm2d(1), *conv(1, 96, (7, 14), (3, 3))],
        "relu1": [pool(), nn.BatchNorm2d(96), *conv(96, 256, (4, 8), (2, 2))],
        "relu2": [pool(), nn.BatchNorm2d(256), *conv(256, 512, (2, 5), (1, 1))],
        "relu3": conv(512, 1024, (2, 5), (1, 1)),
        "relu4": conv(1024, 512, (2, 5), (1, 1)),
        "avgpool": [Pool(F.avg_pool2d, (2, 5), (2, 2))],
        "relufc": [nn.Flatten(), nn.Linear(512 * 5 * 9, 4096), nn.ReLU()],
        "final": [nn.Dropout(0.5), nn.Linear(4096, 794)],
    })


class Branched(nn.Module):
    def __init__(self):
        super().__init__()
        normalized = lambda a, b, size: [Conv(a, b, size), nn.BatchNorm2d(b), nn.ReLU()]
        self.trunk = Stages({
            "conv1": [nn.BatchNorm2d(1, affine=False), Conv(1, 32, (7, 15), (3, 3), True), nn.ReLU()],
            "norm1": [nn.BatchNorm2d(32)],
            "pool1": [HannPool((71, 130), 2)],
            "conv2": [Conv(32, 64, (5, 7), (2, 2), True), nn.ReLU()],
            "norm2": [nn.BatchNorm2d(64)],
            "pool2": [HannPool((18, 33), 2)],
            "conv3": normalized(64, 128, (3, 5)),
        })
        branch = lambda classes: Stages({
            "conv4": normalized(128, 192, (3, 3)),
            "conv5": normalized(192, 128, (3, 3)),
            "pool5": [HannPool((9, 17), 3)],
            "fc6": [nn.Flatten(), nn.Linear(128 * 3 * 6, 256, bias=False), nn.BatchNorm1d(256), nn.ReLU()],
            "top": [nn.Dropout(0.3), nn.Linear(256, classes)],
        })
        self.word, self.music = branch(65), branch(21)

    def forward(self, x, until=None):
        if until is None:
            shared = self.trunk(x)
            return self.word(shared), self.music(shared)
        name, _, task = until.partition(".")
        shared = self.trunk(x, name)
        return getattr(self, task)(shared, name) if task else shared


def synthesis_step(network, stage):
    """A step of a synthesis at a stage, ready to run."""
    ear = Ear()
    network.eval().requires_grad_(False)
    heard = (lambda x: ear(x)) if stage == "cochleagram" else (lambda x: network(ear(x), stage))
    with torch.no_grad():
        target = heard(0.1 * torch.randn(1, SAMPLES))
    state = [1e-5 * torch.randn(1, SAMPLES)]

    def step():
        x = state[0].detach().requires_grad_(True)
        loss = (heard(x) - target).norm() / target.norm()
        (slope,) = torch.autograd.grad(loss, x)
        state[0] = (x - slope / (slope.norm() + 1e-10)).clamp(-1, 1)

    return step


def training_step(layout, hears):
    """A step of a training from cochleagrams, or with the ear from waveforms, ready to run."""
    network = Branched().train().to(memory_format=layout)
    parameters = list(network.parameters())
    optimizer = torch.optim.AdamW(
        [dict(params=[p for p in parameters if p.dim() > 1], weight_decay=0.02),
         dict(params=[p for p in parameters if p.dim() == 1], weight_decay=0)], lr=1e-3, betas=(0.9, 0.99))
    ear = Ear()
    waveforms = 0.1 * torch.randn(BATCH, SAMPLES)
    cochleagrams = torch.rand(BATCH, 1, 211, 390)
    words, genres = torch.randint(65, (BATCH,)), torch.randint(21, (BATCH,))

    def step():
        with torch.no_grad():
            x = (ear(waveforms) if hears else cochleagrams).to(memory_format=layout)
        logits = network(x)
        loss = sum(F.cross_entropy(y, labels, label_smoothing=0.05) for y, labels in zip(logits, (words, genres)))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 2)
        optimizer.step()

    return step


def step_of(row):
    model, _, part = row.partition(" ")
    if part == "training network":
        return training_step(torch.contiguous_format, False)
    if part == "training network, channels last":
        return training_step(torch.channels_last, False)
    if part == "training from waveforms":
        return training_step(torch.contiguous_format, True)
    return synthesis_step(cochcnn9() if model == "cochcnn9" else Branched(), part)


def timed(step, repeats):
    clock, processor = [], []
    for i in range(-1, repeats):
        begin = time.perf_counter(), time.process_time()
        step()
        if i >= 0:
            clock.append(1000 * (time.perf_counter() - begin[0]))
            processor.append(1000 * (time.process_time() - begin[1]))
    return {"clock": clock, "processor": processor}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    torch.set_num_threads(parser.parse_args().threads)
    torch.manual_seed(1)
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(timed(step_of(request["row"]), request["repeats"])), flush=True)
