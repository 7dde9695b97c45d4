/** The code families. */
import type { Family } from '../family.ts'
import { bands } from './bands.ts'
import { digitWork } from './digits.ts'
import { listOrder, numberFilter, numberMap } from './number-families.ts'
import { recurrence } from './recurrence.ts'
import { listGroups, tableRows } from './rows.ts'
import { pairTotals, stockLevels } from './stock.ts'
import { cipher, textEdit } from './text.ts'
import { wordEdit, wordFilter } from './words.ts'

export const codeFamilies: readonly Family[] = [
  bands,
  cipher,
  digitWork,
  listGroups,
  listOrder,
  numberFilter,
  numberMap,
  pairTotals,
  recurrence,
  stockLevels,
  tableRows,
  textEdit,
  wordEdit,
  wordFilter,
]
