/** The answering model: profiles, prompts, pictures, scores. */
export {
  type AnswererModels,
  createAnswerer,
  decodingBody,
  likelihoodBody,
} from './answerer.ts'
export { judgeAnswer } from './judge-answer.ts'
export { withoutPictures } from './light-cache.ts'
export { type DecodedPicture, decodePicture, shrink } from './pictures.ts'
export { defaultProfile, hashProfile, readEvaluationProfile, requireSameProfile } from './profile.ts'
export { type WatchedAnswerer, watchAnswerer } from './watch-answerer.ts'
