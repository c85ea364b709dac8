"""Writes estimates.json: SciPy, statsmodels and scikit-learn values for intervals, correlations, contrasts, agreement."""
import json
import os
import numpy as np
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

rng = np.random.default_rng(23)
out = {}
out['wilson'] = [[k, n, *proportion_confint(k, n, method='wilson')] for k, n in [(19, 21), (0, 20), (20, 20), (164, 200), (1, 3)]]
x = rng.integers(0, 8, 30).astype(float)
y = x + rng.integers(0, 8, 30)
out['correlation'] = dict(x=x.tolist(), y=y.tolist(), pearson=stats.pearsonr(x, y)[0], spearman=stats.spearmanr(x, y)[0], kendall=stats.kendalltau(x, y)[0])
pairs = [(rng.normal(size=12), rng.normal(size=12) + d) for d in (0, 0.4, 0.9, 1.5)]
tests = [stats.ttest_rel(a, b) for a, b in pairs]
holm = multipletests([t.pvalue for t in tests], method='holm')[1]
out['contrasts'] = [dict(first=a.tolist(), second=b.tolist(), t=t.statistic, p=t.pvalue, pHolm=h, low=t.confidence_interval().low, high=t.confidence_interval().high)
                    for (a, b), t, h in zip(pairs, tests, holm)]
sample = rng.beta(2, 5, 20)
b = stats.bootstrap((sample,), np.mean, n_resamples=200_000, method='BCa', rng=np.random.default_rng(1)).confidence_interval
q = stats.bootstrap((sample,), np.mean, n_resamples=200_000, method='percentile', rng=np.random.default_rng(1)).confidence_interval
out['bootstrap'] = dict(sample=sample.tolist(), bca=[b.low, b.high], percentile=[q.low, q.high])
v = rng.integers(0, 2, (2, 40))
out['kappa'] = dict(first=v[0].tolist(), second=v[1].tolist(), kappa=cohen_kappa_score(v[0], v[1]))
cases = []
for k, n, p, eta in [(3, 10, 0.4, 0.2), (40, 50, 0.7, 0.05), (0, 20, 0.1, 0.5), (20, 20, 0.95, 0.3)]:
    nu = 1 / eta**2 - 1
    # without the binomial coefficient, which no parameter changes
    coefficient = stats.binom.logpmf(k, n, 0.5) - n * np.log(0.5)
    cases.append([k, n, p, eta, stats.betabinom.logpmf(k, n, p * nu, (1 - p) * nu) - coefficient])
out['betaBinomial'] = cases
here = os.path.dirname(os.path.abspath(__file__))
json.dump(out, open(os.path.join(here, 'estimates.json'), 'w'), indent=1, default=float)
