/** Chats with pictures go to the part that looks at drawn pictures, all others to the brain. */
import { knowsProblem, think } from './brain/index.ts'
import type { SimulatorAnswer } from './options.ts'
import { answerAboutPictures, hasPicture } from './pictures/index.ts'

export const answerChat: SimulatorAnswer = (messages, { seed, skills, model }) =>
  hasPicture(messages)
    ? answerAboutPictures(messages, model)
    : { ...think(messages, { seed, skills }), knowsProblem: knowsProblem(messages) }
