/** The readers of code problems. */
import type { Reader } from '../reading.ts'
import { bands } from './bands.ts'
import { pipeline } from './pipeline.ts'
import { recurrence } from './recurrence.ts'

export const codeReaders: readonly Reader[] = [recurrence, bands, pipeline]
