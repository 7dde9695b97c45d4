"""The training of `bench/pointer.ts` in PyTorch, float32 on one CPU thread: seconds, as JSON."""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

sizes = json.loads(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(0)
Q, N, K, D, H = sizes["queries"], sizes["sequences"], sizes["pool"], sizes["width"], sizes["hidden"]
B, epochs = sizes["batch"], sizes["epochs"]


class Selector(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_proj = nn.Linear(D, H, bias=False)
        self.attention = nn.MultiheadAttention(H, 1, batch_first=True)
        self.norm = nn.LayerNorm(H)
        self.query_proj = nn.Linear(H, H, bias=False)
        self.cand_proj = nn.Linear(H, H, bias=False)

    def forward(self, x, pool):
        q, c = self.input_proj(x).unsqueeze(1), self.input_proj(pool)
        q = self.norm(q + self.attention(q, c, c, need_weights=False)[0])
        q = F.normalize(self.query_proj(q), dim=-1)
        c = F.normalize(self.cand_proj(c), dim=-1)
        return (q @ c.transpose(1, 2)).squeeze(1) / 0.1


rows = 3000
queries = torch.randn(Q, D) / D**0.5
index = torch.randn(rows, D) / D**0.5
pools = torch.randint(rows, (Q, K))
first = torch.randint(K, (Q, N))
second = (first + 1 + torch.randint(K - 1, (Q, N))) % K
rewards = torch.tensor([0.0, 1.6, 2.0])[torch.randint(3, (Q, N))]
model = Selector()
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-4, weight_decay=0.01, foreach=True)

started = time.perf_counter()
steps = epochs * (Q // B)
step = 0
for _ in range(epochs):
    for batch in torch.randperm(Q).split(B):
        tau = 2.0 - 1.5 * step / max(1, steps - 1)
        step += 1
        scores = model(queries[batch], index[pools[batch]])
        a, b = first[batch], second[batch]
        log_first = scores.log_softmax(-1).gather(1, a)
        rest = scores.unsqueeze(1).expand(-1, N, -1).scatter(2, a.unsqueeze(2), float("-inf"))
        log_second = rest.log_softmax(-1).gather(2, b.unsqueeze(2)).squeeze(2)
        weights = (rewards[batch] / tau).softmax(-1)
        loss = -(weights * (log_first + log_second)).sum(1).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
print(json.dumps({"version": torch.__version__, "seconds": time.perf_counter() - started}))
