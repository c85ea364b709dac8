"""Writes kellEar.json: the front end of Kell et al. (2018) as their demonstration calls it, by SciPy and Pillow, independent
of the toolkit's transforms: half-cosine filters at 16 kHz, Hilbert envelope, resample_poly to 200 Hz, power 0.3, scaling
from minimum and maximum to 0-255, resizing with the Lanczos filter that Pillow once called ANTIALIAS.

Run: python3 kellEar.py   (needs numpy, scipy and pillow)"""
import json
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.signal import hilbert, resample_poly

rate = 16000


def cams(frequency):
    return 9.265 * np.log(1 + frequency / (24.7 * 9.265))


def filterbank(samples, filters, low, high, s=4):
    e = cams(np.fft.rfftfreq(samples, 1 / rate))
    grid = np.linspace(cams(low), cams(high), s * (filters + 1) + 1)
    centers, step = grid[1:-1], grid[1] - grid[0]
    distance = e[None] - centers[:, None]
    band = np.where(np.abs(distance) < s * step, np.cos(np.pi * distance / (2 * s * step)), 0)
    rest = np.sqrt(np.clip(1 - band**2, 0, 1))
    return np.concatenate([np.where(distance < 0, rest, 0)[:s], band, np.where(distance > 0, rest, 0)[-s:]]) / np.sqrt(s)


def front_end(x, filters, low=20, high=8000, size=256):
    subbands = np.fft.irfft(np.fft.rfft(x)[None] * filterbank(len(x), filters, low, high), len(x))
    envelopes = np.maximum(resample_poly(np.abs(hilbert(subbands)), 200, rate, axis=1), 0)
    cochleagram = envelopes**0.3
    scaled = 255 * (1 - (cochleagram.max() - cochleagram) / np.ptp(cochleagram))
    image = Image.fromarray(scaled.astype(np.float32)).resize((size, size), Image.Resampling.LANCZOS)
    return envelopes, np.asarray(image)


def sound(samples, seed):
    """What the test makes as well, in 32-bit floats: tones that begin one after the other, and a little of a congruential noise."""
    t = np.arange(samples) / rate
    noise = np.empty(samples)
    state = seed
    for i in range(samples):
        state = (1664525 * state + 1013904223) % 2**32
        noise[i] = state / 2**32 - 0.5
    tones = sum(0.05 * np.sin(2 * np.pi * f * t) * (t >= b) for f, b in ((330, 0), (1700, 0.04), (5200, 0.08)))
    return (tones + 0.05 * noise).astype(np.float32).astype(float)


def short(values):
    return [float(f"{v:.9g}") for v in np.ravel(values)]


results = []
for name, samples, filters, size in (("whole segments", 8000, 2, 24), ("a length that frames do not divide", 5002, 3, 20)):
    envelopes, image = front_end(sound(samples, 7), filters, size=size)
    results.append(dict(name=name, samples=samples, filters=filters, size=size, shape=list(envelopes.shape),
                        envelopes=short(envelopes), image=short(image)))
# Of the published front end every 97th value of the image.
envelopes, image = front_end(sound(32000, 3), 50)
published = dict(samples=32000, shape=list(envelopes.shape), image=short(image.ravel()[::97]))
Path(__file__).with_name("kellEar.json").write_text(json.dumps(dict(cases=results, published=published)) + "\n")
