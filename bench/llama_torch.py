"""The model of `bench/engine.ts` in PyTorch, float32 on the CPU: milliseconds of training steps, as JSON."""

import json
import sys
import time

import torch
import torch.nn.functional as F

config = json.loads(sys.argv[1])
torch.set_num_threads(config["threads"])
torch.manual_seed(0)
width, hidden, layers, heads = config["hiddenSize"], config["intermediateSize"], config["layers"], config["heads"]
vocabulary, batch, length, steps = config["vocabularySize"], config["batch"], config["length"], config["steps"]
size = width // heads


def weight(out, into):
    return torch.nn.Parameter(torch.randn(out, into) * into**-0.5)


embedding = weight(vocabulary, width)
blocks = [
    {
        "norm1": torch.nn.Parameter(torch.ones(width)),
        "norm2": torch.nn.Parameter(torch.ones(width)),
        "qkv": weight(3 * width, width),
        "o": weight(width, width),
        "gate": weight(hidden, width),
        "up": weight(hidden, width),
        "down": weight(width, hidden),
    }
    for _ in range(layers)
]
final = torch.nn.Parameter(torch.ones(width))
parameters = [embedding, final, *(p for block in blocks for p in block.values())]
optimizer = torch.optim.AdamW(parameters, lr=1e-3, betas=(0.9, 0.99), weight_decay=0.01, foreach=True)

rates = 10000 ** (-torch.arange(0, size, 2) / size)
angles = torch.cat([torch.outer(torch.arange(length).float(), rates)] * 2, -1)
cos, sin = angles.cos(), angles.sin()


def turn(x):
    half = torch.cat([-x[..., size // 2 :], x[..., : size // 2]], -1)
    return x * cos + half * sin


def loss_of(tokens, targets):
    x = embedding[tokens]
    for block in blocks:
        h = F.rms_norm(x, (width,), block["norm1"], 1e-6)
        q, k, v = (h @ block["qkv"].T).reshape(batch, length, 3, heads, size).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(turn(q), turn(k), v, is_causal=True)
        x = x + a.transpose(1, 2).reshape(batch, length, width) @ block["o"].T
        h = F.rms_norm(x, (width,), block["norm2"], 1e-6)
        x = x + (F.silu(h @ block["gate"].T) * (h @ block["up"].T)) @ block["down"].T
    logits = F.rms_norm(x, (width,), final, 1e-6) @ embedding.T
    return F.cross_entropy(logits.reshape(-1, vocabulary), targets.reshape(-1))


tokens = torch.arange(batch * length).reshape(batch, length) * 7919 % vocabulary
targets = (tokens + 13) % vocabulary
times = []
for _ in range(steps):
    started = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    loss = loss_of(tokens, targets)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(parameters, 1.0)
    optimizer.step()
    times.append(1000 * (time.perf_counter() - started))
print(json.dumps({"version": torch.__version__, "stepMs": times}))
