"""Writes example.safetensors with the safetensors package: a float32 and a float16 array.

Run: python3 safetensors.py   (needs safetensors and numpy)"""
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

half = [0, -0.0, 1, -2.5, 65504, 6.1e-5, 5.96e-8, 3.0e-5, 0.1, 1 / 3, -1e-7, 123.4]
save_file(
    {"single": np.array([[1.5, -2, 3], [4, 5e-9, 6e9]], np.float32), "half": np.array(half, np.float16)},
    Path(__file__).with_name("example.safetensors"),
    metadata={"made_with": "safetensors"},
)
