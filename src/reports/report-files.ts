/** The report of a run as files of its folder. */

import { learningCurve } from './figures.ts'
import { frontierFile, frontierFilePicture } from './frontier-blocks.ts'
import { htmlReport } from './html-report.ts'
import type { Language } from './language.ts'
import { markdownReport } from './markdown-report.ts'
import type { RunReport } from './run-report.ts'
import { words } from './words.ts'

/** @param language of the files that hold one. @returns text by file name. */
export function reportFiles(report: RunReport, language: Language): Readonly<Record<string, string>> {
  return {
    'report.md': markdownReport(report, language),
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'learning-curve.svg': `${learningCurve(report, words[language])}\n`,
    ...(report.frontier === null ? {} : { [frontierFile]: `${frontierFilePicture(report, words[language])}\n` }),
    'report.html': htmlReport(report),
  }
}
