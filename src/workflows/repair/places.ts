/** Where in a function a statement can go. */
import type { ProblemType } from '../../core/problem.ts'
import type { PythonFunction, PythonStatement } from '../../python/analysis/index.ts'
import type { WorkflowModel } from '../validate/index.ts'
import type { Edit } from './edits.ts'
import type { RepairKind } from './kinds.ts'

/** The program that is repaired. */
export interface Place {
  readonly code: string
  readonly model: WorkflowModel
  readonly problemType: ProblemType
}

/** Innermost method or nested function around an offset. */
export function functionAt(model: WorkflowModel, offset: number): PythonFunction | undefined {
  let found: PythonFunction | undefined
  for (const { facts } of model.functions)
    if (facts.start <= offset && offset < facts.end && (found === undefined || facts.start > found.start)) found = facts
  return found
}

/** First statement that is not the docstring. */
function firstStatement(facts: PythonFunction): PythonStatement | undefined {
  const [first, second] = facts.statements
  return first?.isString === true && second !== undefined ? second : first
}

/** Inserts a statement before the direct statement of the body that holds `offset` (null: before the first). */
export function insertBefore(
  facts: PythonFunction,
  {
    offset,
    statement,
    kind,
    finding,
  }: {
    readonly offset: number | null
    readonly statement: string
    readonly kind: RepairKind
    readonly finding: Edit['finding']
  },
): Edit {
  const holder = facts.statements.find(
    (candidate) => offset !== null && candidate.start <= offset && offset < candidate.end,
  )
  const place = holder ?? firstStatement(facts)
  if (place === undefined) return append(facts, { statement, kind, finding })
  const at = place.start
  const isOnDefLine = place.line === facts.line
  const text = isOnDefLine ? `${statement}; ` : `${statement}\n${facts.bodyIndent}`
  return { kind, start: at, end: at, text, finding }
}

/** Appends a statement to the body, which may be empty. */
export function append(
  facts: PythonFunction,
  {
    statement,
    kind,
    finding,
  }: { readonly statement: string; readonly kind: RepairKind; readonly finding: Edit['finding'] },
): Edit {
  const last = facts.statements.at(-1)
  const at = last?.end ?? facts.end
  const isOnDefLine = last?.line === facts.line
  return {
    kind,
    start: at,
    end: at,
    text: isOnDefLine ? `; ${statement}` : `\n${facts.bodyIndent}${statement}`,
    finding,
  }
}

/** Span of whole lines, line break included. */
export function wholeLines(code: string, start: number, end: number): { readonly start: number; readonly end: number } {
  const lineStart = code.lastIndexOf('\n', start - 1) + 1
  const isFirst = code.slice(lineStart, start).trim() === ''
  const lineEnd = code.indexOf('\n', end)
  const rest = code.slice(end, lineEnd < 0 ? code.length : lineEnd)
  const isLast = rest.trim() === '' || rest.trim().startsWith('#')
  return { start: isFirst ? lineStart : start, end: isLast ? (lineEnd < 0 ? code.length : lineEnd + 1) : end }
}
