"""Writes fixtures/dequantise.json: random blocks of every format and their values by `gguf.quants.dequantize` (PyPI gguf).

    pip install gguf && python src/models/testing/make-dequantise-golden.py
"""

import base64
import json
import pathlib

import numpy as np
from gguf import GGMLQuantizationType
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

# Where a block holds float16 numbers: random bits there would be infinite or not numbers.
HALVES = {"Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q8_0": [0], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
BLOCKS = 2

rng = np.random.default_rng(7)
golden = {}
for name, places in HALVES.items():
    kind = GGMLQuantizationType[name]
    size, width = GGML_QUANT_SIZES[kind]
    blocks = rng.integers(0, 256, (BLOCKS, width), dtype=np.uint8)
    for place in places:
        halves = rng.normal(0, 0.1, BLOCKS).astype(np.float16)
        blocks[:, place : place + 2] = halves.view(np.uint8).reshape(BLOCKS, 2)
    values = dequantize(blocks, kind).astype("<f4")
    golden[name] = {
        "bytes": base64.b64encode(blocks.tobytes()).decode(),
        "values": base64.b64encode(values.tobytes()).decode(),
    }
target = pathlib.Path(__file__).parent.parent / "fixtures" / "dequantise.json"
target.parent.mkdir(exist_ok=True)
target.write_text(json.dumps(golden, indent=2) + "\n")
