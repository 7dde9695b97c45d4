/** Reports: what a run has to say, as data, Markdown, HTML and pictures. */
export { learningCurve } from './figures.ts'
export { htmlReport } from './html-report.ts'
export { markdownReport } from './markdown-report.ts'
export { verdictLine } from './phrases.ts'
export { bestFixedLabel, gatherReport, type RunReport, type WorkflowExample } from './run-report.ts'
export { type Language, words } from './words.ts'
