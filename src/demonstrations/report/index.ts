/** The report of an evaluation: what it says as data, and its blocks in two languages. */
export { evaluationBlocks, evaluationVerdictLines } from './blocks.ts'
export { buildReport, type ReportPlan } from './build-report.ts'
export type { EvaluationReport, GalleryItem, GalleryQuestion, TrainingCurve, WorldResult } from './evaluation-report.ts'
export { leadingShots } from './leading-shots.ts'
export { interval, points, signedPoints } from './numbers.ts'
