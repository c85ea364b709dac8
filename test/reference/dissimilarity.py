"""Agreement of two representations about the same sounds, by SciPy: numbers for test/experiments/dissimilarity.test.ts.

Run with SciPy 1.x: python test/reference/dissimilarity.py > test/reference/dissimilarity.json
"""
import json

import numpy as np
import scipy
from scipy.spatial.distance import pdist, squareform
from scipy.stats import spearmanr

SOUNDS = 12
WIDTHS = {"one": [5, 9], "other": [4, 30, 7]}


def features(name, index, width):
    """Numbers that both languages draw alike; the stages of one network share a part."""
    sounds, units = np.meshgrid(np.arange(SOUNDS), np.arange(width), indexing="ij")
    phase = sum(map(ord, name)) + 3 * index
    shared = np.sin(0.7 * sounds * (units % 3 + 1))
    own = np.sin(12.9898 * (sounds * width + units + 1) + phase)
    return shared + 0.8 * own


def stages(name):
    return [pdist(features(name, i, width), "correlation") for i, width in enumerate(WIDTHS[name])]


print(
    json.dumps(
        {
            "scipy": scipy.__version__,
            "sounds": SOUNDS,
            "widths": WIDTHS,
            "firstMatrix": (1 - squareform(stages("one")[0])).tolist(),
            "agreement": [[spearmanr(a, b).statistic for b in stages("other")] for a in stages("one")],
        },
        indent=1,
    )
)
