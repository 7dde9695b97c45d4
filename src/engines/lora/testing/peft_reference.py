"""A base with a PEFT adapter in float64: log-probs, loss and adapter gradients for `peft.test.ts`, as JSON.

Arguments: base folder, adapter folder, a JSON file of sequences, the file to write. Classes and arithmetic are those of
`transformers` and `peft` alone.
"""

import json
import sys

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

base, adapter, data_path, out_path = sys.argv[1:5]
torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float64, attn_implementation="eager")
model = PeftModel.from_pretrained(model, adapter, is_trainable=True).double().eval()
sequences = json.load(open(data_path))
logprobs, total = [], 0
for sequence in sequences:
    tokens = torch.tensor([sequence["prompt"] + sequence["completion"]])
    logits = model(tokens).logits[0, :-1]
    own = torch.log_softmax(logits, -1).gather(1, tokens[0, 1:, None])[:, 0]
    logprobs.append(own[len(sequence["prompt"]) - 1 :])
    total += len(sequence["completion"])
loss = -torch.cat(logprobs).sum() / total
loss.backward()
gradients = {
    name.replace(".default.", "."): parameter.grad.flatten().tolist()
    for name, parameter in model.named_parameters()
    if parameter.grad is not None
}
result = {"loss": loss.item(), "logprobs": [x.tolist() for x in logprobs], "gradients": gradients}
json.dump(result, open(out_path, "w"))
