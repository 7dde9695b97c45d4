"""The measurements of `bench/lora-child.ts` with transformers and PEFT, float32 on the CPU; prints JSON.

A training step takes its sequences as one right-padded batch and computes logits for the scored positions alone, as TRL
does. Decoding is `generate` with a key-value cache.
"""

import json
import resource
import sys
import time

import peft
import torch
from transformers import AutoModelForCausalLM

work = json.load(open(sys.argv[1]))
torch.set_num_threads(work["threads"])
torch.manual_seed(0)
model = AutoModelForCausalLM.from_pretrained(work["folder"], dtype=torch.float32)
targets = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
model = peft.get_peft_model(model, peft.LoraConfig(r=16, lora_alpha=32, target_modules=targets, task_type="CAUSAL_LM"))
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4, foreach=True)


def tokens(count, start):
    return [300 + (start * 31 + i * 37) % 5000 for i in range(count)]


def best(run):
    run()
    found = None
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        count = run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        found = (count, min(wall, found[1]), min(cpu, found[2])) if found else (count, wall, cpu)
    return {"tokens": found[0], "wallS": found[1], "cpuS": found[2]}


def train(prompts, completions, prompt, completion):
    rows = [
        tokens(prompt, i // completions) + tokens(completion, 100 + i) for i in range(prompts * completions)
    ]
    batch = torch.tensor(rows)

    def step():
        logits = model(batch, logits_to_keep=completion + 1).logits[:, :-1]
        own = torch.log_softmax(logits, -1).gather(2, batch[:, -completion:, None])
        optimizer.zero_grad(set_to_none=True)
        (-own.mean()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return batch.numel()

    return step


def decode(count):
    rows = [tokens(64, i) for i in range(8) for _ in range(count // 8)]
    batch = torch.tensor(rows)

    def run():
        with torch.no_grad():
            out = model.generate(
                input_ids=batch,
                attention_mask=torch.ones_like(batch),
                max_new_tokens=24,
                min_new_tokens=24,
                do_sample=True,
                top_k=0,
                pad_token_id=0,
            )
        return (out.shape[1] - batch.shape[1]) * count

    return run


rates = {
    "training, 2 sequences of 192, 64 scored": best(train(2, 1, 128, 64)),
    "training, a group of 8: 80 + 40 tokens": best(train(1, 8, 80, 40)),
}
for count in work["rows"]:
    rates[f"decoding, {count} rows"] = best(decode(count))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"version": f"PyTorch {torch.__version__}, PEFT {peft.__version__}", "rates": rates, "peakMb": peak}))
