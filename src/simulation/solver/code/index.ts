/** The readers of code problems. */
import type { Reader } from '../reading.ts'
import { bandsReader } from './bands.ts'
import { pipelineReader } from './pipeline.ts'
import { recurrenceReader } from './recurrence.ts'

export const codeReaders: readonly Reader[] = [recurrenceReader, bandsReader, pipelineReader]
