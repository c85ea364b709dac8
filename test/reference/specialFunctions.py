"""Writes specialFunctions.json: 30-digit values of mpmath for the project's special functions."""
import json
import os
import mpmath as mp

mp.mp.dps = 60
out = {}


def log_beta_tails(x, a, b):
    x, a, b = mp.mpf(x), mp.mpf(a), mp.mpf(b)
    lower = mp.betainc(a, b, 0, x, regularized=True)
    upper = mp.betainc(b, a, 0, 1 - x, regularized=True)
    return [float(mp.log(lower)), float(mp.log(upper))]


def log_upper_f(f, d1, d2):
    f, d1, d2 = mp.mpf(f), mp.mpf(d1), mp.mpf(d2)
    x = d2 / (d2 + d1 * f)
    # I_x by its hypergeometric series, whose terms are all positive: exact for the smallest tails
    a, b = d2 / 2, d1 / 2
    term = total = mp.mpf(1)
    n = 0
    while term > total * mp.mpf(10) ** -30:
        term *= (a + b + n) / (a + 1 + n) * x
        total += term
        n += 1
    value = x**a * (1 - x) ** b / (a * mp.beta(a, b)) * total
    return float(mp.log(value))


out['logGamma'] = [[x, float(mp.loggamma(mp.mpf(x)))] for x in
                   [1e-8, 0.01, 0.3, 0.5, 0.999999, 1.0000001, 1.25, 1.5, 1.99999, 2.000003, 2.5, 3, 7.7, 14.9, 15, 33.3, 1e3, 1e6, 1e9]]
out['logUpperTailF'] = [[f, a, b, log_upper_f(f, a, b)] for f, a, b in [
    (0.01, 1, 5), (1, 1, 1), (1, 3.3, 7.9), (2.5, 8, 304), (227.4406, 8, 304), (227.4406, 4.15871, 158.031),
    (8484.4, 1, 38), (515.29, 4, 76), (1e5, 9, 342), (1e8, 9, 3420), (1e-3, 9, 342), (1.0001, 1e3, 1e4), (1.2, 1e4, 1e5), (0.9, 50, 2000), (189.17, 9, 342)]]
out['logBetaTails'] = [[x, a, b, *log_beta_tails(x, a, b)] for x, a, b in [
    (0.1, 0.5, 0.5), (0.5, 2, 3), (0.9, 19, 3), (0.001, 10, 20), (0.999, 2, 50), (0.3, 1000, 2000), (1e-10, 0.2, 5), (0.7, 0.01, 0.02)]]
out['logGammaTails'] = [[x, a, float(mp.log(mp.gammainc(a, 0, x, regularized=True))), float(mp.log(mp.gammainc(a, x, mp.inf, regularized=True)))]
                        for x, a in [(0.1, 0.5), (2, 0.5), (700, 0.5), (5, 5), (90, 100), (130, 100), (1e-6, 3), (1000, 20)]]
out['logNormalUpperTail'] = [[z, float(mp.log(mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2))] for z in [-8, -1.5, -1e-3, 0, 0.3, 1, 1.959963984540054, 5, 12, 38, 60]]
out['normalQuantile'] = [[p, float(mp.sqrt(2) * mp.erfinv(2 * mp.mpf(p) - 1))] for p in [1e-30, 1e-9, 0.001, 0.025, 0.2, 0.49, 0.6, 0.975, 0.9999]]


def t_quantile(p, v):
    import scipy.stats as st
    t0 = mp.mpf(float(st.t.ppf(p, v)))
    def cdf(t):
        x = v / (v + t * t)
        tail = mp.betainc(mp.mpf(v) / 2, mp.mpf(1) / 2, 0, x, regularized=True) / 2
        return (tail if t < 0 else 1 - tail) - mp.mpf(p)
    return float(mp.findroot(cdf, t0))


out['tQuantile'] = [[p, v, t_quantile(p, v)] for p, v in [(0.975, 19), (0.975, 1), (0.6, 4.5), (0.001, 7), (0.995, 342), (0.95, 1e5)]]
here = os.path.dirname(os.path.abspath(__file__))
json.dump(out, open(os.path.join(here, 'specialFunctions.json'), 'w'), indent=1)
