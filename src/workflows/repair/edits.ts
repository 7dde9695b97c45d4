/** Text edits of a program and their diffs. */
import type { FindingKind } from '../validate/index.ts'
import { type RepairKind, repairKinds } from './kinds.ts'

/** One typed diff. Several edits of one round each show the lines as they stood before that round. */
export interface Repair {
  readonly kind: RepairKind
  /** What it costs, as a multiple of the reward `rewards.repair`. */
  readonly weight: number
  /** 1-based, in the code before the round of repairs it belongs to. */
  readonly line: number
  /** Whole lines. */
  readonly before: string
  readonly after: string
  readonly finding: FindingKind
}

export function createRepair(repair: Omit<Repair, 'weight'>): Repair {
  return { ...repair, weight: repairKinds[repair.kind].weight }
}

export interface Edit {
  readonly kind: RepairKind
  readonly start: number
  readonly end: number
  readonly text: string
  readonly finding: FindingKind
}

/** Applies edits that do not overlap, in order of place; of two that overlap the first one stays. */
export function applyEdits(code: string, edits: readonly Edit[]): { code: string; repairs: Repair[] } {
  const unique = new Map(edits.map((edit) => [`${edit.start} ${edit.end} ${edit.text}`, edit]))
  const inOrder = [...unique.values()].sort((a, b) => a.start - b.start || a.end - b.end)
  const repairs: Repair[] = []
  let result = ''
  let at = 0
  for (const edit of inOrder) {
    if (edit.start < at) continue
    result += code.slice(at, edit.start) + edit.text
    at = edit.end
    repairs.push(diff(code, edit))
  }
  return { code: result + code.slice(at), repairs }
}

function diff(code: string, edit: Edit): Repair {
  const first = code.lastIndexOf('\n', edit.start - 1) + 1
  const lineEnd = code.indexOf('\n', Math.max(edit.start, edit.end - 1))
  const last = Math.max(lineEnd < 0 ? code.length : lineEnd, edit.end)
  return createRepair({
    kind: edit.kind,
    line: code.slice(0, edit.start).split('\n').length,
    before: code.slice(first, last).trimEnd(),
    after: (code.slice(first, edit.start) + edit.text + code.slice(edit.end, last)).trimEnd(),
    finding: edit.finding,
  })
}
