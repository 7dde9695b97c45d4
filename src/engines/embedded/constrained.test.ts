import assert from 'node:assert/strict'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { characters, choice, type Grammar, regexOf, repeat, rule, sequence, text } from '../../core/grammar.ts'
import { llamaConfig } from '../../models/index.ts'
import { loraEngine, loraModelFolder } from '../lora/testing/tiny-models.ts'
import type { PolicyEngine, SampledCompletion, SampleOptions, TrainingDatum } from '../policy-engine.ts'
import { createEmbeddedEngine } from './create-embedded-engine.ts'
import { initialiseModel } from './initialise-model.ts'
import { scratchFolder } from './testing/tiny-model.ts'

const shipped = join(import.meta.dirname, '..', '..', '..', 'models', 'conductor', 'tokenizer.json')

const grammar: Grammar = new Map([
  ['root', sequence(text('plan: '), rule('name'), repeat(sequence(text(', '), rule('name')), 0, 3), text('\n'))],
  ['name', choice(text('Test'), text('Review'), sequence(text('"'), repeat(characters('^"\\n'), 1, 30), text('"')))],
])
const whole = new RegExp(`^(?:${regexOf(grammar)})$`, 'u')
const config = llamaConfig({
  ...{ hiddenSize: 32, intermediateSize: 64, layers: 2, heads: 4, keyValueHeads: 2, vocabularySize: 1024 },
  ...{ contextLength: 96, normEpsilon: 1e-6, ropeTheta: 10000, endOfTextId: 1, padId: 0 },
})
const constraint = { name: 'plan', maxTokens: 24 }
const options: SampleOptions = { maxTokens: 24, temperature: 1, topP: 1 }

/** Random models over the shipped vocabulary. */
const engines: Readonly<Record<string, (t: TestContext) => Promise<PolicyEngine>>> = {
  embedded: async (t) => {
    const folder = scratchFolder(t)
    const tokenizer = JSON.parse(readFileSync(shipped, 'utf8')) as Record<string, unknown>
    initialiseModel({ folder, config, tokenizer, seed: 3 })
    const engine = await createEmbeddedEngine({ modelFolder: folder, threads: 1, grammars: { plan: grammar } })
    t.after(() => engine.close())
    return engine
  },
  LoRA: (t) => {
    const modelFolder = loraModelFolder(t, config)
    copyFileSync(shipped, join(modelFolder, 'tokenizer.json'))
    return loraEngine(t, { modelFolder, grammars: { plan: grammar } })
  },
}

const prompt = (index: number): number[] =>
  Array.from({ length: 5 + 7 * index }, (_, i) => 5 + ((i * 31 + index) % 900))

async function sampled(
  engine: PolicyEngine,
  given: Partial<SampleOptions> = {},
  prompts = 3,
): Promise<SampledCompletion[]> {
  const requests = Array.from({ length: prompts }, (_, i) => ({ prompt: prompt(i), count: 6, key: [7, i], constraint }))
  return (await engine.sample(requests, { ...options, ...given })).flat()
}

const textOf = ({ tokenizer }: PolicyEngine, { tokens }: SampledCompletion): string =>
  tokenizer.decode(tokens.slice(0, -1))

for (const [name, open] of Object.entries(engines)) {
  test(`${name}: a random policy writes texts of the grammar alone, whole within the budget, at any temperature`, async (t) => {
    const engine = await open(t)
    for (const given of [{}, { temperature: 3 }, { temperature: 0 }, { topP: 0.5 }, { topK: 2 }]) {
      const completions = await sampled(engine, given)
      for (const completion of completions) {
        assert.equal(completion.stopReason, 'stop')
        assert.ok(whole.test(textOf(engine, completion)), textOf(engine, completion))
        assert.ok(
          (completion.decidedTokens as number) >= 1 && (completion.decidedTokens as number) < completion.tokens.length,
        )
      }
    }
    const free = await engine.sample([{ prompt: prompt(0), count: 4, key: [7, 0] }], options)
    assert.ok(free.flat().every((completion) => !whole.test(textOf(engine, completion))))
    assert.ok(free.flat().every(({ decidedTokens }) => decidedTokens === undefined))
  })

  test(`${name}: completions are scored as they were sampled, by the engine and its snapshots, alone or among free ones`, async (t) => {
    const engine = await open(t)
    const completions = await sampled(engine)
    const sequences = completions.map(({ tokens }, i) => ({
      prompt: prompt(Math.floor(i / 6)),
      completion: tokens,
      constraint,
    }))
    const unheld = sequences.map(({ constraint: _, ...sequence }) => sequence)
    const snapshot = await engine.snapshot()
    const all = await engine.logprobs([...sequences, ...unheld])
    let largest = 0
    for (const scored of [all.slice(0, sequences.length), await snapshot.logprobs(sequences)]) {
      completions.forEach(({ logprobs }, i) => {
        logprobs.forEach((logprob, t) => {
          largest = Math.max(largest, Math.abs(logprob - (scored[i]?.[t] as number)))
        })
      })
    }
    assert.ok(largest < 2e-5, `${largest}`)
    const free = await engine.logprobs(unheld)
    all.slice(sequences.length).forEach((row, i) => {
      assert.ok(row.every((value, t) => Math.abs(value - (free[i]?.[t] as number)) < 1e-5))
      assert.ok(
        row.some((value, t) => value < (all[i]?.[t] as number) - 1),
        'the grammar takes probability from elsewhere',
      )
    })
    await snapshot.close()
  })

  test(`${name}: what is allowed at a place has probability 1 in all`, async (t) => {
    const engine = await open(t)
    const before = engine.tokenizer.encode('plan: ')
    const all = Array.from({ length: 1024 }, (_, token) => ({
      prompt: prompt(1),
      completion: [...before, token],
      constraint,
    }))
    const rows = await engine.logprobs(all)
    const free = await engine.logprobs(all.map(({ constraint: _, ...sequence }) => sequence))
    const allowed = all.flatMap(({ completion }, i) => {
      const written = engine.tokenizer.decode(completion)
      const isAllowed = /^plan: ("[^"\n]{0,30}|T|Te|Tes|Test|R|Re|Rev|Revi|Revie|Review)$/.test(written)
      return isAllowed && completion.at(-1)! > 1 ? [i] : []
    })
    const total = allowed.reduce((sum, i) => sum + Math.exp(rows[i]?.at(-1) as number), 0)
    assert.ok(allowed.length >= 3 && Math.abs(total - 1) < 1e-4, `${allowed.length} tokens have ${total}`)
    const refused = rows.map((_, i) => i).filter((i) => !allowed.includes(i))
    assert.ok(refused.every((i) => Math.abs((rows[i]?.at(-1) as number) - (free[i]?.at(-1) as number)) < 1e-5))
  })

  test(`${name}: learning raises what was rewarded; its loss is that of the renormalised distribution`, async (t) => {
    const engine = await open(t)
    const [good, bad] = (await sampled(engine, {}, 1)) as [SampledCompletion, SampledCompletion]
    const datumOf = ({ tokens, logprobs }: SampledCompletion, advantage: number): TrainingDatum => ({
      ...{ prompt: prompt(0), completion: tokens, constraint, oldLogprobs: logprobs, advantage },
    })
    const data = [datumOf(good, 1), datumOf(bad, 0.2)]
    const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }
    const losses: number[] = []
    for (let step = 0; step < 5; step++) {
      const { loss, logprobs, entropy } = await engine.forwardBackward(data, { kind: 'cross-entropy' })
      losses.push(loss)
      const weighted = logprobs.reduce(
        (sum, row, i) => sum - (data[i] as TrainingDatum).advantage * row.reduce((a, b) => a + b, 0),
        0,
      )
      const tokens = data.reduce((sum, { advantage, completion }) => sum + advantage * completion.length, 0)
      assert.ok(Math.abs(loss - weighted / tokens) < 1e-5)
      assert.ok(entropy >= 0 && entropy < Math.log(1024), `${entropy}`)
      await engine.optimStep(adam)
    }
    for (let step = 1; step < losses.length; step++)
      assert.ok((losses[step] as number) < (losses[step - 1] as number), losses.join())
  })

  test(`${name}: a grammar that the engine was not opened with is a mistake`, async (t) => {
    const engine = await open(t)
    const request = { prompt: prompt(0), count: 1, key: [1], constraint: { name: 'other', maxTokens: 9 } }
    await assert.rejects(engine.sample([request], options), /no grammar other/)
  })
}
