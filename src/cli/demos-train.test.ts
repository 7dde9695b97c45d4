import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { randomFor } from '../core/random.ts'
import { encodeSequences } from '../demonstrations/collect/sequence-file.ts'
import { hashPools, makePool } from '../demonstrations/data/index.ts'
import type { CollectedGroup } from '../demonstrations/schema.ts'
import { listRuns } from '../runs/testing/list-runs.ts'
import { encodeSafetensors, float32Tensor } from '../tensor/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-demos-'))
after(() => rmSync(folder, { recursive: true }))

const main = join(import.meta.dirname, 'main.ts')
const files = ['-d', 'sequences.json', '-e', 'embeddings.safetensors']
const training = [...files, '--set', 'selector.hiddenWidth=8', '--set', 'rce.epochs=10', '--set', 'grpo.epochs=2']

function baton(...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, 'demos', ...argv], { cwd: folder, encoding: 'utf8' })
}

function stateOf(name: string): string | undefined {
  return listRuns(join(folder, 'runs')).find((run) => run.name === name)?.state.state
}

function writeInputs(): void {
  const rng = randomFor('demos-train')
  const [rows, width, poolSize] = [40, 12, 6]
  const numbers = Float32Array.from({ length: rows * width }, () => rng.normal())
  const tensors = new Map([['embeddings', float32Tensor(numbers, [rows, width])]])
  const metadata = { ids: JSON.stringify(Array.from({ length: rows }, (_, row) => row)) }
  writeFileSync(join(folder, 'embeddings.safetensors'), encodeSafetensors({ tensors, metadata }))
  const groups = Array.from({ length: 20 }, (_, query): CollectedGroup => {
    const ids = rng.shuffle(Array.from({ length: 20 }, (_, i) => `${20 + i}`)).slice(0, poolSize)
    const pairs = [0, 1, 2, 3, 4, 5].map((first) => [first, (first + 1 + rng.integer(poolSize - 1)) % poolSize])
    const candidates = pairs.map((picks) => {
      const isCorrect = (picks[0] as number) % 2 === 1
      const verdict = {
        prediction: 'yes',
        rawGeneration: 'yes',
        isCorrect,
        accuracy: isCorrect ? 1 : 0,
        referenceProbability: null,
        likeness: null,
        usedFallback: false,
      }
      const source = { source: 'random', beamRank: null, beamScore: null, logprob: null, temperature: null } as const
      return { ...source, picks, verdict, failure: null }
    })
    const asked = { id: `${query}`, imageId: `${query}`, question: 'is it?', answers: ['yes'], split: 'train' }
    return { query: asked, pool: makePool(asked.id, ids), candidates }
  })
  const head = { schemaVersion: 4, indexSpace: 'local', model: 'toy', profile: null, profileHash: null } as const
  const hashes = { poolHash: hashPools(groups.map(({ pool }) => pool)), indexHash: null }
  writeFileSync(join(folder, 'sequences.json'), encodeSequences({ ...head, ...hashes, groups }))
}

test('a training killed and resumed on the command line ends as one that was not; converted, its selector is the same', async () => {
  writeInputs()
  const whole = baton('train', ...training, '--set', 'run.name=whole')
  assert.equal(whole.status, 0, whole.stderr)
  assert.match(whole.stdout, /rce +round 10 .*held out .*uniform/)
  const argv = [main, 'demos', 'train', ...training, '--set', 'run.name=killed']
  const running = spawn(process.execPath, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  running.stdout.once('data', () => running.stdout.on('data', () => running.kill('SIGKILL')))
  await once(running, 'close')
  assert.equal(stateOf('killed'), 'killed')
  const resumed = baton('train', '--resume', join('runs', 'killed'))
  assert.equal(resumed.status, 0, resumed.stderr)
  assert.equal(stateOf('killed'), 'complete')
  const selector = (run: string): Buffer => readFileSync(join(folder, 'runs', run, 'selector.safetensors'))
  assert.deepEqual(selector('killed'), selector('whole'))
  const there = baton('convert', join('runs', 'whole', 'selector.safetensors'), 'old.safetensors', '--to', 'v2-single')
  assert.equal(there.status, 0, there.stderr)
  const legacy = baton('train', ...files, '--start', 'old.safetensors')
  assert.equal(legacy.status, 2)
  assert.match(legacy.stderr, /cross_attn_layers\.0\.in_proj_weight.*baton demos convert/s)
  assert.equal(baton('convert', 'old.safetensors', 'new.safetensors').status, 0)
  assert.deepEqual(readFileSync(join(folder, 'new.safetensors')), selector('whole'))
})

test('wrong input is exit code 2 and a hint, without a stack', () => {
  for (const argv of [
    ['train', ...files, '--set', 'rce.epoch=1'],
    ['train', '-d', 'embeddings.safetensors', '-e', 'embeddings.safetensors'],
  ]) {
    const { status, stderr } = baton(...argv)
    assert.equal(status, 2, stderr)
    assert.match(stderr, /^error: .*\n {7}\S/)
    assert.doesNotMatch(stderr, /\n +at /)
  }
})
