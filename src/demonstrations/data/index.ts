/** Questions and pools. */
export { dataError } from './data-error.ts'
export { inputBytes } from './input-bytes.ts'
export { readJsonFile, readText } from './json-file.ts'
export { picturesIn } from './pictures-on-disk.ts'
export {
  hashPools,
  hashQuestions,
  indexQuestions,
  makePool,
  type QuestionIndex,
  requireShots,
} from './pools.ts'
export { loadTextQuestions } from './text-questions.ts'
export { loadVqaQuestions, type VqaFiles } from './vqa-files.ts'
