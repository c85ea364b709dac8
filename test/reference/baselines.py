"""Independent computation of the baselines' stages with numpy's FFT, from a small made-up cochleagram.

Writes baselines.json: python3 test/reference/baselines.py
Statistics as in McDermott & Simoncelli (2011); modulation filters as in the SpecTemp model of Feather et al. (2023),
built here on the whole two-dimensional spectrum, quadrant by quadrant.
"""

import json
import pathlib

import numpy as np


def made_up(channels, frames, slow):
    """The cochleagram that the test makes too: sums of sines, no random numbers."""
    c = np.arange(channels)[:, None]
    t = np.arange(frames)[None, :]
    wave = 0.5 + 0.2 * np.sin(0.7 * c + 0.05 * slow * t) + 0.15 * np.sin(0.9 * c * c + 0.37 * slow * t * (1 + 0.01 * c))
    return wave + 0.1 * np.cos(0.011 * slow * t * t / frames * (c + 3))


def texture(s, rate):
    channels, frames = s.shape
    mu, sigma = s.mean(1), s.std(1)
    z = (s - mu[:, None]) / sigma[:, None]
    marginals = np.stack([mu, (sigma / mu) ** 2, (z**3).mean(1), (z**4).mean(1)], 1)
    offsets = [1, 2, 3, 5, 8, 11, 16, 21]
    correlations = [np.corrcoef(s[j], s[j + o])[0, 1] for o in offsets for j in range(channels - o)]
    freq = np.fft.rfftfreq(frames, 1 / rate)
    centers = 0.5 * (200 / 0.5) ** (np.arange(20) / 19)
    place = (freq[None] - centers[:, None]) * 2 / (2 * centers[:, None])
    gains = np.where(np.abs(place) < 0.5, np.cos(np.pi * place), 0)
    within = (freq >= centers[3]) & (freq <= centers[-4])
    gains = gains / np.sqrt((gains**2).sum(0)[within].mean())
    bands = np.fft.irfft(np.fft.rfft(z)[:, None] * gains[None], frames)
    power = (bands**2).mean(2)

    octave_centers = 3.125 * 2.0 ** np.arange(6)
    with np.errstate(divide="ignore"):
        octaves = np.log2(freq[None] / octave_centers[:, None])
    octave_gains = np.where(np.abs(octaves) < 1, np.cos(np.pi / 2 * octaves), 0)
    in_band = np.fft.irfft(np.fft.rfft(z)[:, None] * octave_gains[None], frames)
    c1 = []
    for o in [1, 2]:
        for j in range(channels - o):
            for n in range(6):
                a, b = in_band[j, n], in_band[j + o, n]
                c1.append((a * b).mean() / np.sqrt((a**2).mean() * (b**2).mean()))
    full = np.zeros((channels, 6, frames), complex)
    full[:, :, : len(freq)] = 2 * np.fft.rfft(z)[:, None] * octave_gains[None]
    analytic = np.fft.ifft(full)
    c2 = []
    for n in range(5):
        slow, fast = analytic[:, n], analytic[:, n + 1]
        d = slow**2 / np.abs(slow)
        value = (np.conj(d) * fast).mean(1) / np.sqrt((np.abs(d) ** 2).mean(1) * (np.abs(fast) ** 2).mean(1))
        c2 += list(value.real) + list(value.imag)
    return {
        "marginals": marginals.ravel().tolist(),
        "correlations": list(map(float, correlations)),
        "modulationPower": power.ravel().tolist(),
        "modulationCorrelations": list(map(float, c1)) + list(map(float, c2)),
    }


RATES = [0, 0.5, 1, 2, 4, 8, 16, 32, 64]
SCALES = [0, 0.0625, 0.125, 0.25, 0.5, 1, 2]


def temporal(rate_hz, frames, sample_rate):
    padded = 3 * frames
    if rate_hz == 0:
        return np.eye(1, padded)[0].astype(complex)
    t = np.arange(frames) / sample_rate * rate_hz
    h = np.sin(2 * np.pi * t) * t**2 * np.exp(-3.5 * t)
    spectrum = np.fft.fft(h - h.mean(), padded)
    amplitude = np.abs(spectrum) / np.abs(spectrum).max()
    if rate_hz == RATES[-1]:
        peak = int(np.argmax(amplitude[: padded // 2 + 1]))
        amplitude[peak : padded - peak + 1] = 1
    return amplitude * np.exp(1j * np.angle(spectrum))


def spectral(scale, channels):
    padded = 2 * channels
    if scale == 0:
        return np.eye(1, padded)[0]
    r = (6 * np.arange(padded // 2 + 1) / padded / scale) ** 2
    h = r * np.exp(-r)
    h = h / h.max()
    if scale == SCALES[-1]:
        h[np.argmax(h) :] = 1
    return np.concatenate([h, h[1:-1][::-1]])


def spectemp(coch, sample_rate):
    channels, frames = coch.shape
    padded = np.zeros((2 * channels, 3 * frames))
    padded[:channels, :frames] = 100 * coch
    spectrum = np.fft.fft2(padded)
    f = np.sign(np.fft.fftfreq(2 * channels))[:, None]
    t = np.sign(np.fft.fftfreq(3 * frames))[None, :]
    f[channels] = np.nan
    if frames % 2 == 0:
        t[0, 3 * frames // 2] = np.nan
    out = []
    for direction in (-1, 1):
        for scale in SCALES:
            for rate in RATES:
                if direction == 1 and (scale == 0 or rate == 0):
                    continue
                h = np.outer(spectral(scale, channels), temporal(rate, frames, sample_rate))
                toward = direction if rate else 0
                toward = np.sign(toward) if toward else 1
                h[((t == -toward) & (f == 1)) | ((t == toward) & (f == -1))] = 0
                out.append(np.fft.ifft2(spectrum * h)[:channels, :frames].real)
    return np.array(out)


if __name__ == "__main__":
    statistics = texture(made_up(32, 160, 1), 400)
    filtered = spectemp(made_up(211, 60, 1), 200)
    power = np.maximum(filtered**2, 1e-8)
    path = pathlib.Path(__file__).with_suffix(".json")
    rounded = lambda values: [float(f"{v:.7g}") for v in values]
    path.write_text(
        json.dumps(
            {
                "texture": {name: rounded(values) for name, values in statistics.items()},
                "spectemp": {
                    "filters": len(filtered),
                    "atCell": rounded(filtered[:, 7, 30]),
                    "power": rounded(power.sum(axis=(1, 2))),
                },
            },
            indent=1,
        )
        + "\n"
    )
