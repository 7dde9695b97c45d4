/**
 * Makes the shipped policy: `npm run warm-start [-- --steps 1200 --out models/conductor]`. Imitates sensible workflows on
 * the training problems, then checks what matters: the share of sampled programs that pass the validator, on validation
 * problems. A model below the gate is written beside, not in place.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { wilsonInterval } from '../../src/core/intervals.ts'
import type { Problem } from '../../src/core/problem.ts'
import { createEmbeddedEngine, initialiseModel, type PolicyEngine } from '../../src/engines/index.ts'
import { llamaConfig } from '../../src/models/index.ts'
import { createPythonAnalyzer } from '../../src/python/analysis/index.ts'
import { habitSpread, topicLine } from '../../src/workflows/programs/index.ts'
import { briefPromptTokens } from '../../src/workflows/prompt/index.ts'
import { validateProgram } from '../../src/workflows/validate/index.ts'
import { policyTokenizer, promptMaxTokens, warmStartBatch } from './corpus.ts'

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '1200' },
    batch: { type: 'string', default: '64' },
    'learning-rate': { type: 'string', default: '0.002' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string', default: 'models/conductor' },
  },
})
const steps = Number(values.steps)
const seed = Number(values.seed)
const root = join(import.meta.dirname, '..', '..')
const out = join(root, values.out)

/** Sampled programs that must be valid; the loss looks converged long before they are. */
const gate = 0.95

const read = (split: string): Problem[] =>
  readFileSync(join(root, 'data', 'problems', `${split}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Problem)
const problems = read('train')
const heldOut = read('validation')

const vocabularySize = 1024
const config = llamaConfig({
  hiddenSize: 128,
  intermediateSize: 344,
  layers: 3,
  heads: 4,
  keyValueHeads: 4,
  vocabularySize,
  contextLength: 256,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  endOfTextId: 1,
  padId: 0,
})

const folder = `${out}.making`
rmSync(folder, { recursive: true, force: true })
initialiseModel({ folder, config, tokenizer: policyTokenizer(problems, vocabularySize), seed })
const engine = await createEmbeddedEngine({ modelFolder: folder })
const startedAt = performance.now()
console.log(`${engine.parameterCount} parameters, ${steps} steps of ${values.batch} programs`)

let last = await validity(engine, 0)
for (let step = 1; step <= steps; step++) {
  const data = warmStartBatch(problems, engine.tokenizer, { seed, step, size: Number(values.batch) })
  const result = await engine.forwardBackward(data, { kind: 'cross-entropy' })
  const { gradNorm } = await engine.optimStep({
    learningRate: learningRateAt(step),
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    weightDecay: 0.01,
    maxGradNorm: 1,
  })
  if (step % 100 === 0) {
    const elapsedS = Math.round((performance.now() - startedAt) / 1000)
    console.log(`step ${step}/${steps}  loss ${result.loss.toFixed(4)}  gradient ${gradNorm.toFixed(3)}  ${elapsedS} s`)
  }
  if (step % 500 === 0 || step === steps) last = await validity(engine, step)
}

mkdirSync(`${folder}.saved`, { recursive: true })
await engine.save(`${folder}.saved`)
await engine.close()
rmSync(folder, { recursive: true })
rmSync(join(`${folder}.saved`, 'optimizer.safetensors'))
writeFileSync(
  join(`${folder}.saved`, 'recipe.json'),
  `${JSON.stringify({ recipe: 'recipes/warm-start', steps, batch: Number(values.batch), learningRate: Number(values['learning-rate']), seed, promptMaxTokens, habitSpread, validOfSampled: last }, null, 2)}\n`,
)
if (last.valid / last.n < gate) {
  renameSync(`${folder}.saved`, `${out}.rejected`)
  console.error(
    `error: ${last.valid} of ${last.n} sampled programs are valid, the gate is ${gate * 100} %. Kept in ${values.out}.rejected.`,
  )
  process.exit(1)
}
rmSync(out, { recursive: true, force: true })
renameSync(`${folder}.saved`, out)
console.log(`written to ${values.out}`)
process.exit(0)

/** Warm-up over 100 steps, then cosine to a twentieth. */
function learningRateAt(step: number): number {
  const highest = Number(values['learning-rate'])
  if (step < 100) return (highest * step) / 100
  const progress = (step - 100) / Math.max(1, steps - 100)
  return highest * (0.05 + 0.95 * 0.5 * (1 + Math.cos(Math.PI * progress)))
}

interface Validity {
  readonly valid: number
  readonly n: number
  readonly violations: number
  /** Programs that name the topic of the problem. */
  readonly named: number
}

/** Samples one program a validation problem at temperature 1. A violation of the type's rules is a valid program. */
async function validity(policy: PolicyEngine, step: number): Promise<Validity> {
  const analyzer = await createPythonAnalyzer()
  const completions = await policy.sample(
    heldOut.map((problem, i) => ({
      prompt: briefPromptTokens(problem, policy.tokenizer.encode, promptMaxTokens),
      count: 1,
      key: [seed, 'warm-start-check', i],
    })),
    { maxTokens: 96, temperature: 1, topP: 1 },
  )
  let valid = 0
  let named = 0
  let violations = 0
  heldOut.forEach((problem, i) => {
    const completion = completions[i]?.[0]
    if (completion === undefined || completion.stopReason !== 'stop') return
    const text = policy.tokenizer.decode(completion.tokens.slice(0, -1))
    if (text.includes(topicLine(problem))) named += 1
    const validation = validateProgram(text, problem.type, { analyzer })
    if (!validation.findings.some((finding) => finding.severity === 'error')) valid += 1
    if (validation.findings.some((finding) => finding.severity === 'violation')) violations += 1
  })
  const [low, high] = wilsonInterval(valid, heldOut.length)
  console.log(
    `step ${step}  valid ${((100 * valid) / heldOut.length).toFixed(1)} % [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}] n=${heldOut.length}  violations ${((100 * violations) / heldOut.length).toFixed(1)} %  topic named ${((100 * named) / heldOut.length).toFixed(1)} %`,
  )
  return { valid, n: heldOut.length, violations, named }
}
