/** Reports: what a run has to say, as data, Markdown, HTML and pictures. */
export { exampleText } from './example-text.ts'
export { extremesOf, type WorkflowExample } from './examples.ts'
export { learningCurve } from './figures.ts'
export { htmlReport } from './html-report.ts'
export { markdownReport } from './markdown-report.ts'
export { learnedOf, verdictLine } from './phrases.ts'
export { bestFixedLabel, gatherReport, type RunReport } from './run-report.ts'
export { words } from './words.ts'
