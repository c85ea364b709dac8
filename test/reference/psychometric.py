"""Writes psychometric.json: fits of psignifit 4 (python-psignifit), MAP and 95 % intervals, guess rate fixed, normal sigmoid."""
import json
import os
import numpy as np
import psignifit as ps

rng = np.random.default_rng(7)
x = np.array([-9.0, -6, -3, 0, 3, 6, 9])
out = []
for guess, data in [
    (0.1, [[5, 40], [9, 40], [17, 40], [26, 40], [35, 40], [37, 40], [38, 40]]),
    (0.5, [[52, 100], [55, 100], [70, 100], [88, 100], [95, 100], [97, 100], [99, 100]]),
    (0.0013, [[2, 60], [1, 60], [20, 60], [22, 60], [49, 60], [41, 60], [58, 60]]),
]:
    table = np.column_stack([x, np.array(data)]).astype(float)
    result = ps.psignifit(table, experiment_type='yes/no', sigmoid='norm', fixed_parameters={'gamma': guess},
                          estimate_type='MAP')
    p = result.parameter_estimate_MAP
    ci = result.confidence_intervals
    out.append(dict(guess=guess, levels=[dict(x=a, correct=k, trials=n) for a, (k, n) in zip(x.tolist(), data)],
                    threshold=p['threshold'], width=p['width'], lapse=p['lambda'], overdispersion=p['eta'],
                    intervals={k: list(ci[k]['0.95']) for k in ('threshold', 'width')}))
here = os.path.dirname(os.path.abspath(__file__))
json.dump(out, open(os.path.join(here, 'psychometric.json'), 'w'), indent=1, default=float)
