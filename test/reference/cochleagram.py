"""Writes cochleagram.json: cochleagrams and gradients in float64 by PyTorch's FFT and autograd, independent of the
toolkit's transforms. The definition is that of chcochleagram (Feather 2020); parameters and clip lengths differ from its
defaults on purpose (odd, prime, padded, without ends).

Run: python3 cochleagram.py   (needs numpy and torch)"""
import json
from pathlib import Path

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def cams(frequency):
    return 9.265 * np.log(1 + frequency / (24.7 * 9.265))


def hertz(number):
    return 24.7 * 9.265 * (np.exp(number / 9.265) - 1)


def filterbank(p, samples):
    half = samples // 2
    frequency = np.linspace(0, p["sampleRateHz"] * half / samples, half + 1)
    e, s = cams(frequency), p["overcomplete"]
    grid = np.linspace(cams(p["lowHz"]), cams(p["highHz"]), s * (p["filters"] + 1) + 1)
    centers, step = grid[1:-1], grid[1] - grid[0]
    distance = e[None] - centers[:, None]
    band = np.where(np.abs(distance) < s * step, np.cos(np.pi * distance / (2 * s * step)), 0)
    rest = np.sqrt(np.clip(1 - band**2, 0, 1))
    low = np.where(distance < 0, rest, 0)[:s]
    high = np.where(distance > 0, rest, 0)[-s:]
    rows = [low] * p["lowpass"] + [band] + [high] * p["highpass"]
    frequencies = np.concatenate(
        [hertz(centers[:s] - s * step)] * p["lowpass"]
        + [hertz(centers)]
        + [hertz(centers[-s:] + s * step)] * p["highpass"]
    )
    return np.concatenate(rows) / np.sqrt(s), np.where(frequencies < 0, 1, frequencies)


class IdentityGradientRelu(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(ctx, gradient):
        return gradient


class ClippedSlopePower(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, power, clip):
        ctx.save_for_backward(x)
        ctx.power, ctx.clip = power, clip
        return x**power

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (ctx.power * x ** (ctx.power - 1)).clamp(-ctx.clip, ctx.clip), None, None


def cochleagram(x, p):
    samples = len(x)
    padded = torch.nn.functional.pad(x, (0, int(samples * (p["padFactor"] - 1))))
    filters, frequencies = filterbank(p, len(padded))
    subbands = torch.fft.rfft(padded)[None] * torch.tensor(filters)
    analytic = torch.fft.ifft(torch.nn.functional.pad(subbands, (0, len(padded) // 2 - 1)))[:, :samples]
    envelope = torch.sqrt((analytic.real**2 + analytic.imag**2).clamp(min=1e-16))
    stride, taps = p["sampleRateHz"] // p["envelopeRateHz"], p["downsamplingTaps"]
    time = np.arange(taps) - taps / 2
    lowpass = torch.tensor(np.sinc(time / stride) / stride * np.kaiser(taps, 5))
    frames = torch.nn.functional.conv1d(envelope[:, None], lowpass[None, None], stride=stride)[:, 0]
    rectified = IdentityGradientRelu.apply(frames) + p["offset"]
    return ClippedSlopePower.apply(rectified, p["power"], p["slopeClip"]), frequencies


base = dict(sampleRateHz=20000, filters=50, lowHz=50, highHz=10000, overcomplete=4, lowpass=True, highpass=True,
            envelopeRateHz=200, downsamplingTaps=1001, power=0.3, offset=1e-8, slopeClip=5, padFactor=1)
cases = [
    ("published filters, 100 ms", 2000, {}),
    ("odd prime length, overcomplete 2", 1999, dict(sampleRateHz=16000, filters=8, lowHz=20, highHz=7000,
                                                    overcomplete=2, envelopeRateHz=400)),
    ("padded to twice an odd length, critical sampling", 1777, dict(sampleRateHz=22050, filters=6, lowHz=0,
     highHz=11025, overcomplete=1, envelopeRateHz=450, padFactor=2, power=0.5, offset=1e-3)),
    ("no ends, even number of taps, no compression", 1024, dict(sampleRateHz=8000, filters=5, lowHz=100, highHz=4000,
     overcomplete=2, envelopeRateHz=200, downsamplingTaps=200, power=1, offset=0, lowpass=False, highpass=False)),
]
random = np.random.default_rng(1)
results = []
for name, samples, changes in cases:
    p = {**base, **changes}
    t = np.arange(samples) / p["sampleRateHz"]
    sound = 0.05 * np.sin(2 * np.pi * 440 * t) + 0.02 * random.standard_normal(samples) * (t > t[-1] / 3)
    x = torch.tensor(np.round(sound, 5), requires_grad=True)
    y, frequencies = cochleagram(x, p)
    cotangent = torch.tensor(np.round(random.standard_normal(tuple(y.shape)), 3))
    (y * cotangent).sum().backward()
    short = lambda values: [float(f"{v:.10g}") for v in np.ravel(values)]
    results.append(dict(name=name, parameters=changes, shape=list(y.shape), centerFrequenciesHz=short(frequencies),
                        waveform=short(x.detach()), cochleagram=short(y.detach()), cotangent=short(cotangent),
                        gradient=short(x.grad)))
Path(__file__).with_name("cochleagram.json").write_text(json.dumps(results) + "\n")
