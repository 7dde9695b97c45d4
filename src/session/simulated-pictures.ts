/** The simulated world as collecting takes it: generated picture questions, and a model in this process that answers them. */
import type { SimulatedWorld } from '../demonstrations/collect/index.ts'
import { pictureQuestions } from '../simulation/pictures/index.ts'
import { createSimulatedModel } from '../simulation/server/simulated-model.ts'

export const simulatedPictures: SimulatedWorld = {
  questions: (seed, count) => pictureQuestions({ seed, index: count, heldOut: 0 }).index,
  model: createSimulatedModel,
}
