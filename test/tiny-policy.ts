/**
 * A policy of 70,000 parameters, warm-started in seconds on a handful of plans for math problems, each as likely as the
 * others: some suit the problems, some read the wrong result, one breaks a rule. Training has much to find.
 */

import { policyTokenizer } from '../recipes/warm-start/corpus.ts'
import type { Problem } from '../src/core/problem.ts'
import { randomFor } from '../src/core/random.ts'
import { createEmbeddedEngine, initialiseModel } from '../src/engines/index.ts'
import { llamaConfig } from '../src/models/index.ts'
import { type Generator, type Plan, writeProgram } from '../src/workflows/programs/index.ts'
import { briefPromptTokens } from '../src/workflows/prompt/index.ts'

const config = llamaConfig({
  hiddenSize: 64,
  intermediateSize: 160,
  layers: 2,
  heads: 4,
  keyValueHeads: 4,
  vocabularySize: 448,
  contextLength: 128,
  normEpsilon: 1e-6,
  ropeTheta: 10000,
  endOfTextId: 1,
  padId: 0,
})

export const tinyPromptTokens = 16

const steps = 100
const batch = 32
const adam = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, maxGradNorm: 1 }

const one = (generator: Generator): Plan => [{ kind: 'generate', generator, times: 1 }]
const computes = one({ operator: 'Programmer', key: 'output' })
const plans: readonly Plan[] = [
  computes,
  // The text of the program in place of what it prints.
  one({ operator: 'Programmer', key: 'code' }),
  [...one({ operator: 'Programmer', key: 'code' }), { kind: 'test' }],
  // Tests belong to code problems.
  [...computes, { kind: 'test' }],
  one({ operator: 'Custom', key: 'response', instruction: 'direct' }),
]

/** Writes the model into `folder`. */
export async function makeTinyPolicy(folder: string, problems: readonly Problem[]): Promise<void> {
  const tokenizer = policyTokenizer(problems, config.vocabularySize)
  initialiseModel({ folder, config, tokenizer, seed: 1 })
  const engine = await createEmbeddedEngine({ modelFolder: folder, threads: 1 })
  try {
    const { encode, endOfTextId } = engine.tokenizer
    for (let step = 1; step <= steps; step++) {
      const rng = randomFor('tiny-policy', step)
      const data = Array.from({ length: batch }, () => ({
        prompt: briefPromptTokens(rng.pick(problems), encode, tinyPromptTokens),
        completion: [...encode(writeProgram(rng.pick(plans))), endOfTextId],
        oldLogprobs: [],
        advantage: 1,
      }))
      await engine.forwardBackward(data, { kind: 'cross-entropy' })
      const learningRate = 0.005 * Math.min(1, step / 20) * (1 - (0.8 * step) / steps)
      await engine.optimStep({ ...adam, learningRate })
    }
    await engine.save(folder)
  } finally {
    await engine.close()
  }
}
