"""The same Llama-layout model in PyTorch, float64: loss, gradients and next-token log-probs for `gradients.test.ts`.

Reads a model folder and a JSON file of sequences; writes JSON. Written against the layout's definition, not against
the TypeScript: plain autograd, no cache, no micro-batches.
"""

import json
import struct
import sys

import torch

folder, data_path, out_path = sys.argv[1:4]
torch.set_num_threads(1)


def read_safetensors(path):
    raw = open(path, "rb").read()
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        flat = torch.frombuffer(bytearray(raw[8 + length + start : 8 + length + end]), dtype=torch.float32)
        tensors[name] = flat.reshape(entry["shape"]).double().requires_grad_()
    return tensors


config = json.load(open(f"{folder}/config.json"))
weights = read_safetensors(f"{folder}/model.safetensors")
heads = config["num_attention_heads"]
key_heads = config["num_key_value_heads"]
size = config["hidden_size"] // heads


def norm(x, gain):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + config["rms_norm_eps"]) * gain


def turn(x):
    positions = torch.arange(x.shape[1], dtype=torch.float64)
    rates = config["rope_theta"] ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
    angles = torch.cat([torch.outer(positions, rates)] * 2, -1)
    half = torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1)
    return x * angles.cos() + half * angles.sin()


def logits(tokens):
    length = len(tokens)
    x = weights["model.embed_tokens.weight"][torch.tensor(tokens)]
    mask = torch.full((length, length), float("-inf"), dtype=torch.float64).triu(1)
    for i in range(config["num_hidden_layers"]):
        w = lambda name: weights[f"model.layers.{i}.{name}.weight"]
        h = norm(x, w("input_layernorm"))
        q, k, v = (h @ w(f"self_attn.{n}_proj").T for n in "qkv")
        q = turn(q.reshape(length, heads, size).transpose(0, 1))
        k = turn(k.reshape(length, key_heads, size).transpose(0, 1)).repeat_interleave(heads // key_heads, 0)
        v = v.reshape(length, key_heads, size).transpose(0, 1).repeat_interleave(heads // key_heads, 0)
        p = torch.softmax(q @ k.transpose(1, 2) / size**0.5 + mask, -1)
        x = x + (p @ v).transpose(0, 1).reshape(length, -1) @ w("self_attn.o_proj").T
        h = norm(x, w("post_attention_layernorm"))
        x = x + (torch.nn.functional.silu(h @ w("mlp.gate_proj").T) * (h @ w("mlp.up_proj").T)) @ w("mlp.down_proj").T
    head = weights.get("lm_head.weight", weights["model.embed_tokens.weight"])
    return norm(x, weights["model.norm.weight"]) @ head.T


logprobs, loss, tokens = [], 0.0, 0
for sequence in json.load(open(data_path)):
    prompt, completion = sequence["prompt"], sequence["completion"]
    rows = torch.log_softmax(logits((prompt + completion)[:-1]), -1)[len(prompt) - 1 :]
    picked = rows[torch.arange(len(completion)), torch.tensor(completion)]
    logprobs.append(picked.tolist())
    loss = loss - picked.sum()
    tokens += len(completion)
loss = loss / tokens
loss.backward()
gradients = {name: tensor.grad.flatten().tolist() for name, tensor in weights.items()}
json.dump({"loss": loss.item(), "logprobs": logprobs, "gradients": gradients}, open(out_path, "w"))
