/**
 * The repairer: repairs the errors of a program with the smallest edits that do, each a typed diff. The policy is
 * trained on what it wrote; the sandbox runs what comes out of here, and CPython's own compiler has the last word there.
 * A rule broken on purpose keeps its penalty, repaired or not.
 */
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import { type Finding, readWorkflow, type Validation, validateProgram } from '../validate/index.ts'
import { classNameEdits } from './class-edits.ts'
import { applyEdits, type Repair } from './edits.ts'
import { editsFor } from './finding-edits.ts'
import { repairText, wrapMethods } from './text-repairs.ts'

export interface RepairedProgram {
  readonly code: string
  /** Empty when nothing was changed. */
  readonly repairs: readonly Repair[]
  /** Of `code`. */
  readonly validation: Validation
}

/** Repairing one fault can reveal another (an operator that is called at last, but never made). */
const maxRounds = 6
/** A program that is longer, or has more faults, is not repaired: so little of it would be what the policy wrote. */
const maxChars = 65_536
const maxFaults = 100

/** @param validation of `code`, as `validateProgram` gave it. Repairing a valid program that was repaired changes nothing more. */
export function repairProgram(code: string, validation: Validation, analyzer: PythonAnalyzer): RepairedProgram {
  const original: RepairedProgram = { code, repairs: [], validation }
  const faults = repairable(validation).length
  if (faults === 0 || faults > maxFaults || code.length > maxChars) return original
  let current = readable(original, analyzer)
  const seen = new Set([keyOf(current.validation)])
  for (let round = 0; round < maxRounds && repairable(current.validation).length > 0; round++) {
    const next = repairOnce(current, analyzer)
    if (next === null) break
    // A round must get somewhere: fewer faults, or as many that were not there before.
    if (repairable(next.validation).length > repairable(current.validation).length || seen.has(keyOf(next.validation)))
      break
    seen.add(keyOf(next.validation))
    current = next
  }
  // A partial repair that leaves a program with more errors than it had is of no use.
  return errorsOf(current.validation).length > errorsOf(validation).length ? original : current
}

/** Makes Python of the text and a workflow of its class, as far as that goes: the rest is repaired by its findings. */
function readable(program: RepairedProgram, analyzer: PythonAnalyzer): RepairedProgram {
  const { problemType, contract } = program.validation
  const textRepaired = repairText(program.code, analyzer)
  let { code } = textRepaired
  const repairs = [...textRepaired.repairs]
  if (readWorkflow(analyzer.analyze(code)) === null) {
    const wrapped = wrapMethods(code, analyzer.analyze(code))
    const named = wrapped === null ? applyEdits(code, classNameEdits(analyzer.analyze(code))) : null
    code = wrapped?.code ?? named?.code ?? code
    repairs.push(...(wrapped === null ? [] : [wrapped.repair]), ...(named?.repairs ?? []))
  }
  return repairs.length === 0
    ? program
    : { code, repairs, validation: validateProgram(code, problemType, { analyzer, contract }) }
}

function repairOnce(program: RepairedProgram, analyzer: PythonAnalyzer): RepairedProgram | null {
  const { problemType, contract } = program.validation
  const model = readWorkflow(analyzer.analyze(program.code))
  if (model === null) return null
  const place = { code: program.code, model, problemType }
  const edits = repairable(program.validation).flatMap((finding) => editsFor(finding, place))
  if (edits.length === 0 || edits.length > maxFaults) return null
  const { code, repairs } = applyEdits(program.code, edits)
  if (code === program.code) return null
  return {
    code,
    repairs: [...program.repairs, ...repairs],
    validation: validateProgram(code, problemType, { analyzer, contract }),
  }
}

/** Errors, and broken rules: some of these have a form that breaks none. */
function repairable({ findings }: Validation): Finding[] {
  return findings.filter(({ severity }) => severity !== 'note')
}

function errorsOf({ findings }: Validation): Finding[] {
  return findings.filter(({ severity }) => severity === 'error')
}

function keyOf(validation: Validation): string {
  return repairable(validation)
    .map(({ message }) => message)
    .join('\n')
}
