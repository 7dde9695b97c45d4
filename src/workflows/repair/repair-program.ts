/**
 * Mends what can be mended in a program that breaks the contract, and shows each change as a typed diff. It changes a
 * program only where the validator found an error; rules broken on purpose (an operator the type does not allow, eval)
 * stay and keep their penalty. The policy is trained on what it sampled, the sandbox runs what comes out of here.
 */
import type { PythonAnalyzer } from '../../python/analysis/index.ts'
import { readWorkflow, type Validation, validateProgram } from '../validate/index.ts'
import { applyEdits, type Repair } from './edits.ts'
import { editsFor } from './finding-edits.ts'

export interface RepairedProgram {
  readonly code: string
  /** Empty when nothing was changed. */
  readonly repairs: readonly Repair[]
  /** Of `code`. */
  readonly validation: Validation
}

/** One mended fault can bring another to light (an operator that is called at last, but never made). */
const maxRounds = 6

/** @param validation of `code`, as `validateProgram` gave it. Repairing twice changes nothing more. */
export function repairProgram(code: string, validation: Validation, analyzer: PythonAnalyzer): RepairedProgram {
  let current: RepairedProgram = { code, repairs: [], validation }
  const seen = new Set([errorsOf(validation).join('\n')])
  for (let round = 0; round < maxRounds && !current.validation.isValid; round++) {
    const next = repairOnce(current, analyzer)
    if (next === null) break
    const errors = errorsOf(next.validation)
    // A round must get somewhere: fewer errors, or as many that were not there before.
    if (errors.length > errorsOf(current.validation).length || seen.has(errors.join('\n'))) break
    seen.add(errors.join('\n'))
    current = next
  }
  return current
}

function repairOnce(program: RepairedProgram, analyzer: PythonAnalyzer): RepairedProgram | null {
  const model = readWorkflow(analyzer.analyze(program.code))
  if (model === null) return null
  const edits = program.validation.findings
    .filter((finding) => finding.severity === 'error')
    .flatMap((finding) => editsFor(finding, program.code, model))
  if (edits.length === 0) return null
  const { code, repairs } = applyEdits(program.code, edits)
  if (code === program.code) return null
  return {
    code,
    repairs: [...program.repairs, ...repairs],
    validation: validateProgram(code, program.validation.problemType, analyzer),
  }
}

function errorsOf(validation: Validation): string[] {
  return validation.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message)
}
