"""Writes fixtures/logprobs.json: log-probs of one text by transformers, for a tiny random model of every architecture.

    pip install torch transformers && python src/models/testing/make-logprob-golden.py

The weights are a hash of name and index, the same as in tiny-models.ts, so no weights need be stored.
"""

import json
import pathlib
import zlib

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM

SIZES = dict(
    vocab_size=272, hidden_size=32, intermediate_size=64, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=128, rms_norm_eps=1e-5, eos_token_id=1, pad_token_id=0,
)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)
MODELS = {
    "llama": dict(
        model_type="llama", tie_word_embeddings=False, rope_theta=500000.0,
        rope_parameters=dict(LLAMA3, rope_theta=500000.0),
    ),
    "qwen2": dict(model_type="qwen2", tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=10000.0)),
    "qwen3": dict(
        model_type="qwen3", head_dim=16, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=10000.0),
    ),
    "gemma3": dict(
        model_type="gemma3_text", head_dim=16, query_pre_attn_scalar=16, sliding_window=8, num_hidden_layers=7,
        layer_types=["full_attention" if i == 5 else "sliding_attention" for i in range(7)],
        rope_parameters=dict(
            full_attention=dict(rope_type="default", rope_theta=1000000.0),
            sliding_attention=dict(rope_type="default", rope_theta=10000.0),
        ),
    ),
}
TOKENS = [2 + (i * i * 7 + i * 3) % 270 for i in range(24)]


def values(name, shape):
    """Uniform in [-0.25, 0.25), moved by 0.5 for norms; murmur3's last step over the index."""
    h = np.arange(int(np.prod(shape)), dtype=np.uint32) + np.uint32(zlib.crc32(name.encode()))
    h ^= h >> np.uint32(16)
    h *= np.uint32(0x85EBCA6B)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0xC2B2AE35)
    h ^= h >> np.uint32(16)
    moved = 0.5 if name.endswith("norm.weight") else 0.0
    return torch.from_numpy(((h / 2.0**32 - 0.5) * 0.5 + moved).astype(np.float32).reshape(shape))


golden = {"tokens": TOKENS, "logprobs": {}}
for name, own in MODELS.items():
    settings = {**SIZES, **own}
    config = AutoConfig.for_model(settings.pop("model_type"), **settings)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        for key, tensor in model.named_parameters():
            tensor.copy_(values(key, tuple(tensor.shape)))
        logits = model(torch.tensor([TOKENS])).logits[0, :-1].double()
    rows = torch.log_softmax(logits, -1)
    golden["logprobs"][name] = [round(row[token].item(), 7) for row, token in zip(rows, TOKENS[1:])]
target = pathlib.Path(__file__).parent.parent / "fixtures" / "logprobs.json"
target.write_text(json.dumps(golden) + "\n")
