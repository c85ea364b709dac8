"""Writes anova.json: random designs with the tables of pingouin (rm_anova, mixed_anova, epsilon) and statsmodels (Type III)."""
import json
import os
import numpy as np
import pandas as pd
import pingouin as pg
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

rng = np.random.default_rng(517)
out = []


def csv(frame):
    return frame.to_csv(index=False)


def one_way():
    rows = [dict(person=f'p{i}', layer=f'l{k}', score=rng.normal() + 0.4 * k) for i in range(9) for k in range(5)]
    frame = pd.DataFrame(rows)
    t = pg.rm_anova(frame, dv='score', within='layer', subject='person', correction=True, detailed=True, effsize='np2')
    eps = pg.epsilon(frame, dv='score', within='layer', subject='person', correction='gg')
    hf = pg.epsilon(frame, dv='score', within='layer', subject='person', correction='hf')
    r = t.iloc[0]
    out.append(dict(name='one within factor (pingouin)', csv=csv(frame), participant='person', within=['layer'], between=None, value='score',
                    expected={'within': dict(sumOfSquares=r.SS, f=r.F, p=r['p_unc'], pGreenhouseGeisser=r['p_GG_corr'],
                                             partialEtaSquared=r.np2, epsilonGreenhouseGeisser=eps, epsilonHuynhFeldt=hf)}))


def two_way():
    rows = [dict(person=f'p{i}', layer=f'l{k}', model=f'm{m}', score=rng.normal() + 0.3 * k * m) for i in range(12) for k in range(4) for m in range(3)]
    frame = pd.DataFrame(rows)
    t = pg.rm_anova(frame, dv='score', within=['layer', 'model'], subject='person', detailed=True, effsize='np2')
    expected = {}
    for key, source in [('layer', 'layer'), ('model', 'model'), ('layer:model', 'layer * model')]:
        r = t[t.Source == source].iloc[0]
        expected[key] = dict(sumOfSquares=r.SS, f=r.F, p=r['p_unc'], pGreenhouseGeisser=r['p_GG_corr'], partialEtaSquared=r.np2,
                             degreesOfFreedom=float(r.ddof1), errorDegreesOfFreedom=float(r.ddof2), epsilonGreenhouseGeisser=r.eps)
    out.append(dict(name='two within factors (pingouin)', csv=csv(frame), participant='person', within=['layer', 'model'], between=None,
                    value='score', expected=expected))


def mixed():
    rows = [dict(person=f'{g}{i}', group=g, layer=f'l{k}', score=rng.normal() + 0.3 * k * (g == 'b')) for g in 'abc' for i in range(7) for k in range(4)]
    frame = pd.DataFrame(rows)
    t = pg.mixed_anova(frame, dv='score', within='layer', between='group', subject='person', effsize='np2', correction=False)
    expected = {}
    for key, source in [('between', 'group'), ('within', 'layer'), ('between:within', 'Interaction')]:
        r = t[t.Source == source].iloc[0]
        expected[key] = dict(sumOfSquares=r.SS, f=r.F, p=r['p_unc'], partialEtaSquared=r.np2, degreesOfFreedom=float(r.DF1), errorDegreesOfFreedom=float(r.DF2))
    out.append(dict(name='mixed, three groups (pingouin)', csv=csv(frame), participant='person', within=['layer'], between='group', value='score', expected=expected))


def unbalanced():
    sizes = dict(a=4, b=9, c=6)
    k = 4
    rows = [dict(person=f'{g}{i}', group=g, layer=f'l{j}', score=rng.normal() + 0.3 * j * (g == 'b') + 0.2 * j) for g in 'abc' for i in range(sizes[g]) for j in range(k)]
    frame = pd.DataFrame(rows)
    wide = frame.pivot(index=['person', 'group'], columns='layer', values='score').reset_index()
    y = wide[[f'l{j}' for j in range(k)]].to_numpy()
    # any orthonormal basis: here that of a random matrix, so that it is not the project's Helmert basis
    q, _ = np.linalg.qr(np.column_stack([np.ones(k), rng.normal(size=(k, k - 1))]))
    scores = y @ q
    sums = {'mean': dict(intercept=0.0, group=0.0, error=0.0), 'layer': dict(intercept=0.0, group=0.0, error=0.0)}
    for j in range(k):
        table = anova_lm(ols('z ~ C(group, Sum)', data=wide.assign(z=scores[:, j])).fit(), typ=3)
        s = sums['mean' if j == 0 else 'layer']
        s['intercept'] += table.loc['Intercept', 'sum_sq']
        s['group'] += table.loc['C(group, Sum)', 'sum_sq']
        s['error'] += table.loc['Residual', 'sum_sq']
    n = len(wide)
    def f(ss, d1, error, d2):
        return dict(sumOfSquares=ss, degreesOfFreedom=float(d1), errorDegreesOfFreedom=float(d2), f=(ss / d1) / (error / d2))
    m, l = sums['mean'], sums['layer']
    expected = {'intercept': f(m['intercept'], 1, m['error'], n - 3), 'between': f(m['group'], 2, m['error'], n - 3),
                'within': f(l['intercept'], k - 1, l['error'], (n - 3) * (k - 1)), 'between:within': f(l['group'], 2 * (k - 1), l['error'], (n - 3) * (k - 1))}
    out.append(dict(name='mixed, groups of 4, 9 and 6 (statsmodels, Type III)', csv=csv(frame), participant='person', within=['layer'], between='group', value='score', expected=expected))


def between_only():
    rows = [dict(person=f'{g}{i}', group=g, score=rng.normal() + (g == 'b')) for g, n in [('a', 5), ('b', 8), ('c', 7)] for i in range(n)]
    frame = pd.DataFrame(rows)
    r = pg.anova(frame, dv='score', between='group', detailed=True, effsize='np2').iloc[0]
    out.append(dict(name='between only (pingouin)', csv=csv(frame), participant='person', within=[], between='group', value='score',
                    expected={'between': dict(sumOfSquares=r.SS, f=r.F, p=r['p_unc'], partialEtaSquared=r.np2)}))


one_way()
two_way()
mixed()
unbalanced()
between_only()
here = os.path.dirname(os.path.abspath(__file__))
json.dump(out, open(os.path.join(here, 'anova.json'), 'w'), indent=1)
