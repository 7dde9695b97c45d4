/** The report of an evaluation: what it says as data, and its blocks in two languages. */
export { evaluationBlocks, verdictLines } from './blocks.ts'
export type { EvaluationReport, GalleryItem, GalleryQuestion, TrainingCurve, WorldResult } from './evaluation-report.ts'
export { picksMatrix } from './picks-matrix.ts'
