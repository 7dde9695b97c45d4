"""The official Tinker SDK against `baton serve`: supervised steps, a loop of reinforcement learning, a checkpoint.

Usage: python train.py <base URL> <base model>; prints one line a check, ends with an assertion where one fails.
"""

import sys

import numpy as np
import tinker
from tinker import types

service = tinker.ServiceClient(base_url=sys.argv[1], api_key="tml-local")
base_model = sys.argv[2]
names = [model.model_name for model in service.get_server_capabilities().supported_models]
assert base_model in names, names

adam = types.AdamParams(learning_rate=2e-3, beta1=0.9, beta2=0.95, eps=1e-8)
prompt = [5, 9, 12, 33]
answer = [44, 55, 66, 7, 1]


def supervised(weight: float) -> types.Datum:
    tokens = prompt + answer
    weights = [0.0] * (len(prompt) - 1) + [weight] * len(answer)
    return types.Datum(
        model_input=types.ModelInput.from_ints(tokens[:-1]),
        loss_fn_inputs={
            "target_tokens": np.array(tokens[1:], dtype=np.int64),
            "weights": np.array(weights, dtype=np.float32),
        },
    )


trainer = service.create_lora_training_client(base_model=base_model, rank=8)
losses = []
for _ in range(6):
    learned = trainer.forward_backward([supervised(0.2)] * 2, "cross_entropy")
    trainer.optim_step(adam).result()
    losses.append(learned.result().metrics["loss:sum"])
assert losses[-1] < losses[0], losses
print(f"supervised: loss {losses[0]:.3f} -> {losses[-1]:.3f} in {len(losses)} steps")

# Reward: the share of tokens below 200. Advantages: reward less the group's mean.
rewards_by_step = []
for step in range(12):
    sampler = trainer.save_weights_and_get_sampling_client()
    params = types.SamplingParams(max_tokens=8, temperature=1.0, seed=1000 + step)
    reply = sampler.sample(types.ModelInput.from_ints(prompt), num_samples=16, sampling_params=params).result()
    rewards = np.array([np.mean([token < 200 for token in one.tokens]) for one in reply.sequences])
    rewards_by_step.append(rewards.mean())
    data = []
    for one, advantage in zip(reply.sequences, rewards - rewards.mean()):
        tokens = prompt + list(one.tokens)
        start = len(prompt) - 1
        data.append(
            types.Datum(
                model_input=types.ModelInput.from_ints(tokens[:-1]),
                loss_fn_inputs={
                    "target_tokens": np.array(tokens[1:], dtype=np.int64),
                    "logprobs": np.array([0.0] * start + list(one.logprobs), dtype=np.float32),
                    "advantages": np.array([0.0] * start + [advantage] * len(one.tokens), dtype=np.float32),
                },
            )
        )
    trainer.forward_backward(data, "importance_sampling")
    trainer.optim_step(adam).result()
early, late = np.mean(rewards_by_step[:3]), np.mean(rewards_by_step[-3:])
assert late > early, rewards_by_step
print(f"reinforcement: mean reward {early:.3f} -> {late:.3f} in {len(rewards_by_step)} steps")

path = trainer.save_state("last").result().path
resumed = service.create_training_client_from_state_with_optimizer(path)
here = trainer.forward([supervised(1.0)], "cross_entropy").result().loss_fn_outputs[0]["logprobs"].data
there = resumed.forward([supervised(1.0)], "cross_entropy").result().loss_fn_outputs[0]["logprobs"].data
assert list(here) == list(there)
print(f"checkpoint: {path} gives the same log-probs")
listed = service.create_rest_client().list_user_checkpoints().result().checkpoints
assert path in [checkpoint.tinker_path for checkpoint in listed]
print("done")
