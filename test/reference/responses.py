# Writes responses.mat (version 5, compressed) with arrays of several types for the reader's test.
import numpy as np
from scipy.io import savemat

savemat(
    "responses.mat",
    {
        "R": np.arange(24, dtype=np.float64).reshape(4, 3, 2) / 7,
        "counts": np.array([[1, -2], [300, 4]], dtype=np.int16),
        "single": np.array([[0.5, 1.5, -2.25]], dtype=np.float32),
        "label": "text",
        "cell": np.array([[1, "a"]], dtype=object),
    },
    do_compression=True,
)
savemat("responsesPlain.mat", {"R": np.arange(6, dtype=np.float64).reshape(3, 2)}, do_compression=False)
