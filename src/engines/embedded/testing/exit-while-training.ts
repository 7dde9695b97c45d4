/** Ends the process in the middle of training: `node exit-while-training.ts <model folder>`; exit code 7 when all is well. */
import { createEmbeddedEngine } from '../create-embedded-engine.ts'
import { someTokens } from './tiny-model.ts'

const engine = await createEmbeddedEngine({ modelFolder: process.argv[2] as string, threads: 1 })
const data = Array.from({ length: 200 }, (_, i) => {
  return { prompt: someTokens(4, i), completion: someTokens(80, i), oldLogprobs: [], advantage: 1 }
})
await engine.forwardBackward(data, { kind: 'cross-entropy' })
const trainOn = async (): Promise<never> => {
  for (;;) await engine.forwardBackward(data, { kind: 'cross-entropy' })
}
trainOn().catch(() => {})
setTimeout(() => process.exit(7), 50)
