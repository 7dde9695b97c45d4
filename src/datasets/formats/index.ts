/** The formats that dataset files come in, most telling keys first. */
import { humanEvalFormat, mbppFormat } from './code-formats.ts'
import { aflowGsm8kFormat, gsm8kFormat, mathFormat } from './math-formats.ts'
import { domainFormat, problemTypeFormat } from './mixed-formats.ts'
import { commonsenseQaFormat, dropFormat, hotpotQaFormat } from './qa-formats.ts'
import type { DatasetFormat } from './row.ts'
import { unifiedFormat } from './unified.ts'

export { BadRow, type DatasetFormat } from './row.ts'

export const datasetFormats: readonly DatasetFormat[] = [
  unifiedFormat,
  problemTypeFormat,
  domainFormat,
  humanEvalFormat,
  mbppFormat,
  mathFormat,
  hotpotQaFormat,
  dropFormat,
  commonsenseQaFormat,
  aflowGsm8kFormat,
  gsm8kFormat,
]
