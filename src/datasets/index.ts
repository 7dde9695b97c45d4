/** Datasets: loaders, mixtures, scorers. */
export {
  choiceMatch,
  compareMath,
  definesName,
  finalAnswer,
  type MathComparison,
  mathEqual,
  maxAnswerChars,
  pythonCode,
  qaMatch,
  qaTokenF1,
} from './scorers/index.ts'
