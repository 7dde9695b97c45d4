import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { PointerArchitecture } from '../../engines/pointer/architecture.ts'
import { decodeSelector } from '../../engines/pointer/checkpoint.ts'
import { convertSelector } from '../../engines/pointer/convert-selector.ts'
import type { EmbeddingTable } from '../../engines/pointer/pick-tokens.ts'
import { logSoftmax } from '../../engines/pointer/plackett-luce.ts'
import { openToy, toyPrompts, toyQueries, toyTables, toyTokens } from '../../engines/pointer/testing/toy-selectors.ts'
import { isTorchFile, readTorchTensors } from './torch-file.ts'
import { readPickle } from './torch-pickle.ts'

const hasTorch = spawnSync('python3', ['-c', 'import torch']).status === 0
const options = { skip: hasTorch ? false : 'PyTorch is not installed' }

/** The original's network in PyTorch; saves it in its own ways and tells the scores. */
const script = `
import json, sys, torch
from torch import nn
import torch.nn.functional as F
folder, features = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(1)
class Selector(nn.Module):
    def __init__(self):
        super().__init__()
        self.input_proj = nn.Linear(12, 8, bias=False)
        self.cross_attn_layers = nn.ModuleList([nn.MultiheadAttention(8, 2, batch_first=True)])
        self.attn_norms = nn.ModuleList([nn.LayerNorm(8)])
        self.query_proj = nn.Linear(8, 8, bias=False)
        self.cand_proj = nn.Linear(8, 8, bias=False)
    def forward(self, x, pool):
        q, c = self.input_proj(x)[:, None], self.input_proj(pool)
        for attention, norm in zip(self.cross_attn_layers, self.attn_norms):
            q = norm(attention(q, c, c)[0] + q)
        q, c = F.normalize(self.query_proj(q), dim=-1), F.normalize(self.cand_proj(c), dim=-1)
        return (q @ c.transpose(1, 2)).squeeze(1) / 0.1
model = Selector()
with torch.no_grad():
    for parameter in model.parameters():
        parameter.add_(0.1 * torch.randn_like(parameter))
state = model.state_dict()
torch.save({"epoch": 5, "phase": "rce", "model_state_dict": state, "kl_beta": 0.1, "metrics": {"loss": 7.25, "steps": [1, 2]}}, folder + "/v3.pt")
single = {"lever_lm.pointer_selector." + name.replace("cross_attn_layers.0.", "cross_attn.").replace("attn_norms.0.", "attn_norm."): value for name, value in state.items()}
torch.save({"epoch": 1, "global_step": 10**12, "pytorch-lightning_version": "2.0.0", "state_dict": single, "hyper_parameters": {"lr": 1e-4, "warm": None, "on": True}}, folder + "/v2.ckpt")
torch.save({name: value.half().t() if value.ndim == 2 else nn.Parameter(value.double()) for name, value in state.items()}, folder + "/odd.pt")
torch.save([1, 2], folder + "/list.pt")
queries, pools = torch.tensor(features["queries"]), torch.tensor(features["pools"])

class Stepwise(Selector):
    def __init__(self, gated):
        super().__init__()
        if gated:
            self.query_update_gate = nn.Linear(16, 8)
        else:
            self.decoder_gru = nn.GRUCell(8, 8)
            self.step_emb = nn.Embedding(2, 8)
            self.div_lambda = nn.Parameter(torch.tensor([0.1, 0.4, -0.3]))
            self.stop_token = nn.Parameter(torch.randn(1, 8))
    def log_prob(self, x, pool, picks):
        q, c = self.input_proj(x)[:, None], self.input_proj(pool)
        for attention, norm in zip(self.cross_attn_layers, self.attn_norms):
            q = norm(attention(q, c, c)[0] + q)
        h = F.normalize(self.query_proj(q), dim=-1)[0, 0]
        c = F.normalize(self.cand_proj(c), dim=-1)[0]
        gated = hasattr(self, "query_update_gate")
        if not gated:
            c = torch.cat([c, F.normalize(self.stop_token, dim=-1)])
        total, closed = 0.0, []
        for step, pick in enumerate(picks):
            asking = h if gated else F.normalize(h + self.step_emb.weight[min(step, 1)], dim=-1)
            scores = c @ asking / 0.1
            if not gated and step > 0:
                scores = scores - F.softplus(self.div_lambda[step]) * (c @ c[closed].T).max(-1).values
            banned = closed + ([len(c) - 1] if not gated and step < 1 else [])
            scores[banned] = float("-inf")
            total += scores.log_softmax(-1)[pick].item()
            closed = closed + [pick]
            if gated:
                g = torch.sigmoid(self.query_update_gate(torch.cat([h, c[pick]])))
                h = F.normalize(g * h + (1 - g) * c[pick], dim=-1)
            else:
                h = F.normalize(self.decoder_gru(c[pick][None], h[None])[0], dim=-1)
        return total

stepwise = {}
with torch.no_grad():
    for name, gated in [("gate", True), ("gru", False)]:
        other = Stepwise(gated)
        for parameter in other.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
        torch.save(other.state_dict(), folder + "/" + name + ".pt")
        sequences = [[0, 1, 2], [5, 3, 0], [2, 4] if gated else [2, 6]]
        stepwise[name] = [[other.log_prob(queries[i : i + 1], pools[i : i + 1], picks) for picks in sequences] for i in range(2)]
    print(json.dumps({"scores": model(queries, pools).tolist(), **stepwise}))
`

const folder = mkdtempSync(join(tmpdir(), 'baton-torch-'))
after(() => rmSync(folder, { recursive: true }))

interface TorchNumbers {
  /** Of the first pick, by query. */
  readonly scores: number[][]
  /** log-probs of three sequences by query, with the gate and with the recurrent cell. */
  readonly gate: number[][]
  readonly gru: number[][]
}

/** Writes the files. @returns what the networks compute in PyTorch. */
function writeTorchFiles(): TorchNumbers {
  const { queries, candidates } = toyTables()
  const row = ({ rows, width }: EmbeddingTable, i: number): number[] =>
    Array.from(rows.subarray(i * width, (i + 1) * width))
  const asked = toyQueries([6, 6])
  const features = {
    queries: asked.map(({ query }) => row(queries, query)),
    pools: asked.map(({ pool }) => pool.map((i) => row(candidates, i))),
  }
  const output = execFileSync('python3', ['-c', script, folder, JSON.stringify(features)], { encoding: 'utf8' })
  return JSON.parse(output) as TorchNumbers
}

let written: TorchNumbers | undefined
/** One start of Python serves all tests. */
function numbers(): TorchNumbers {
  written ??= writeTorchFiles()
  return written
}

test(
  'checkpoints as the original saves them are refused as they are, and converted they give its scores',
  options,
  async (t) => {
    const { scores } = numbers()
    for (const [name, from] of [
      ['v3.pt', 'v3'],
      ['v2.ckpt', 'v2-lightning-single'],
    ] as const) {
      const bytes = readFileSync(join(folder, name))
      assert.ok(isTorchFile(bytes))
      assert.throws(() => decodeSelector(bytes, name), /is a PyTorch checkpoint/)
      const converted = convertSelector(bytes, name, { to: 'v3', heads: 2 })
      assert.equal(converted.from, from)
      const { architecture, tensors } = decodeSelector(converted.bytes, 'converted')
      const engine = await openToy(t, architecture, { checkpoint: { architecture, tensors } })
      for (const [q, prompt] of toyPrompts([6, 6]).entries()) {
        const own = await engine.logprobs(prompt.slice(1).map((token) => ({ prompt, completion: [token] })))
        logSoftmax(scores[q]!, () => true).forEach((value, k) => {
          assert.ok(Math.abs(value - own[k]![0]!) < 2e-5)
        })
      }
    }
  },
)

test(
  'gate, recurrent cell, step embeddings, likeness penalty and STOP compute what PyTorch computes',
  options,
  async (t) => {
    const expected = numbers()
    for (const name of ['gate', 'gru'] as const) {
      const converted = convertSelector(readFileSync(join(folder, `${name}.pt`)), name, { to: 'v3', heads: 2 })
      const { architecture: written, tensors } = decodeSelector(converted.bytes, name)
      const pointer = written as PointerArchitecture
      const architecture = { ...pointer, stop: pointer.stop === null ? null : { leastShots: 1 } }
      const engine = await openToy(t, architecture, { checkpoint: { architecture, tensors } })
      const last = name === 'gate' ? [2, 4] : [2, 6]
      for (const [q, prompt] of toyPrompts([6, 6]).entries()) {
        const own = await engine.logprobs(
          // Place 6 in a pool of 6 is STOP.
          [[0, 1, 2], [5, 3, 0], last].map((picks) => ({
            prompt,
            completion: picks.map((pick) => prompt[1 + pick] ?? toyTokens.candidates),
          })),
        )
        own.forEach((list, n) => {
          const value = list.reduce((sum, logprob) => sum + logprob, 0)
          assert.ok(
            Math.abs(value - expected[name][q]![n]!) < 3e-5,
            `${name}: ${value} instead of ${expected[name][q]![n]}`,
          )
        })
      }
    }
  },
)

test('half precision, doubles, parameters and transposed views are read', options, () => {
  numbers()
  const plain = readTorchTensors(readFileSync(join(folder, 'v3.pt')), 'v3.pt')
  const odd = readTorchTensors(readFileSync(join(folder, 'odd.pt')), 'odd.pt')
  assert.deepEqual(plain.get('input_proj.weight')!.shape, [8, 12])
  assert.deepEqual(odd.get('input_proj.weight')!.shape, [12, 8])
  for (const [name, { data, shape }] of plain) {
    const other = odd.get(name)!.data
    data.forEach((value, i) => {
      const [row, column] = [Math.floor(i / (shape[1] ?? 1)), i % (shape[1] ?? 1)]
      const place = shape.length === 2 ? column * shape[0]! + row : i
      assert.ok(Math.abs(value - other[place]!) <= Math.abs(value) * 1e-3 + 1e-6)
    })
  }
  assert.throws(
    () => readTorchTensors(readFileSync(join(folder, 'list.pt')), 'list.pt'),
    /holds no dictionary of tensors/,
  )
  const whole = readFileSync(join(folder, 'v3.pt'))
  assert.throws(() => readTorchTensors(whole.subarray(0, 900), 'torn.pt'), /torn\.pt cannot be read/)
})

test('a pickle that asks for a call gets none: the call is data', () => {
  // os.system("echo called"), as protocol 0 and 2 opcodes.
  const bytes = new TextEncoder().encode('cos\nsystem\nX\u000b\u0000\u0000\u0000echo called\u0000R.')
  bytes[bytes.length - 3] = 0x85
  assert.deepEqual(readPickle(bytes), {
    kind: 'call',
    callee: { kind: 'name', name: 'os.system' },
    arguments: ['echo called'],
  })
  assert.throws(() => readPickle(Uint8Array.of(0x80, 2, 0xff)), /opcode 0xff at byte 2 is not read/)
  assert.throws(() => readPickle(Uint8Array.of(0x80, 2, 0x52)), /empty stack/)
})
