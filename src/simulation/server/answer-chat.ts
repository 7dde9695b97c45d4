/** Chats with pictures go to the part that looks at drawn pictures, all others to the solver. */

import { answerAboutPictures, hasPicture } from '../pictures/index.ts'
import { knowsProblem, think } from '../solver/index.ts'
import type { SimulatorAnswer } from './options.ts'

export const answerChat: SimulatorAnswer = (messages, { seed, skills, model }) =>
  hasPicture(messages)
    ? answerAboutPictures(messages, model)
    : { ...think(messages, { seed, skills }), knowsProblem: knowsProblem(messages) }
