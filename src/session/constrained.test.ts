import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Config, loadConfig } from '../config/index.ts'
import type { ProblemType } from '../core/problem.ts'
import { createEmbeddedEngine, type EmbeddedEngine, initialiseModel } from '../engines/index.ts'
import { llamaConfig } from '../models/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { parseCompletion } from '../workflows/parse/index.ts'
import { validateProgram } from '../workflows/validate/index.ts'
import { grammarsOf, requireRoom } from './constrained.ts'

const shipped = join(import.meta.dirname, '..', '..', 'models', 'conductor', 'tokenizer.json')
const analyzer = await createPythonAnalyzer()
const types: readonly ProblemType[] = ['math', 'code', 'qa']

function configWith(...set: string[]): Config {
  return loadConfig({ set }).config
}

/** Random weights over the shipped vocabulary: a policy that has never seen a program. */
async function untrained(t: TestContext, config: Config): Promise<EmbeddedEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-constrained-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const model = llamaConfig({
    ...{ hiddenSize: 32, intermediateSize: 64, layers: 1, heads: 2, keyValueHeads: 2, vocabularySize: 1024 },
    ...{ contextLength: 256, normEpsilon: 1e-6, ropeTheta: 10000, endOfTextId: 1, padId: 0 },
  })
  initialiseModel({
    folder,
    config: model,
    tokenizer: JSON.parse(readFileSync(shipped, 'utf8')) as Record<string, unknown>,
    seed: 5,
  })
  const engine = await createEmbeddedEngine({ modelFolder: folder, threads: 1, grammars: grammarsOf(config) ?? {} })
  t.after(() => engine.close())
  return engine
}

for (const [constrain, contract] of [
  ['grammar', 'full'],
  ['grammar', 'simple'],
  ['plan', 'full'],
] as const) {
  test(`every completion of an untrained policy is a valid workflow: ${constrain}, contract ${contract}`, async (t) => {
    const config = configWith(`policy.constrain=${constrain}`, `workflows.contract=${contract}`)
    const engine = await untrained(t, config)
    requireRoom(config, engine)
    const { maxCompletionTokens: maxTokens } = config.policy
    const requests = types.map((type, i) => ({
      ...{ prompt: engine.tokenizer.encode(`A question about ${type}.`), count: 24, key: [11, i] },
      constraint: { name: type, maxTokens },
    }))
    const completions = await engine.sample(requests, { maxTokens, temperature: 1, topP: 1 })
    const written = new Set<string>()
    types.forEach((type, i) => {
      for (const { tokens, stopReason } of completions[i] ?? []) {
        assert.equal(stopReason, 'stop')
        const text = engine.tokenizer.decode(tokens.slice(0, -1))
        const parsed = parseCompletion(text, type)
        assert.ok(parsed.kind === 'program', text)
        const { findings } = validateProgram(parsed.code, type, { analyzer, contract })
        assert.deepEqual(
          findings.filter(({ severity }) => severity !== 'note'),
          [],
          text,
        )
        written.add(text)
      }
    })
    assert.ok(written.size >= 8, `${written.size} distinct workflows`)
    const sequences = completions.flatMap((group, i) =>
      group.slice(0, 4).map(({ tokens }) => ({ ...(requests[i] as (typeof requests)[0]), completion: tokens })),
    )
    const sampled = completions.flatMap((group) => group.slice(0, 4).map(({ logprobs }) => logprobs))
    const scored = await engine.logprobs(sequences)
    const differences = sampled.flatMap((row, i) => row.map((value, t) => Math.abs(value - (scored[i]?.[t] as number))))
    assert.ok(Math.max(...differences) < 1e-4, `${Math.max(...differences)}`)
  })
}

test('a budget that no program fits into is refused with one that does', async (t) => {
  const config = configWith('policy.constrain=grammar', 'policy.maxCompletionTokens=8')
  const engine = await untrained(t, config)
  assert.throws(
    () => requireRoom(config, engine),
    /takes \d+ tokens of this policy, and policy\.maxCompletionTokens is 8/,
  )
  assert.equal(grammarsOf(configWith()), null)
})
