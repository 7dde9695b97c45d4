/**
 * Test: the problem's public tests on a program; while they fail, the executor corrects it. The tests are the
 * problem's own, whatever entry point the caller names. Where there are no tests (math, qa, code problems without public
 * ones) the call is a violation and its result false: nothing was tested.
 */

import type { JsonObject } from '../../core/json.ts'
import { pythonCode } from '../../datasets/scorers/code/index.ts'
import type { CheckResult } from '../../python/sandbox.ts'
import { argumentText } from './argument-text.ts'
import type { Operator, OperatorSession } from './operator.ts'
import { withoutThinking } from './reply-fields.ts'
import { sectionedPrompt } from './sections.ts'
import { errorText, stopText } from './stop-text.ts'

const defaultCorrections = 3
const maxCorrections = 10

export const testOperator: Operator = async (args, session) => {
  const { problem } = session
  const given = argumentText(args['solution'])
  const entryPoint = problem.entryPoint
  if (problem.type !== 'code' || entryPoint === undefined) {
    session.violate('operator-not-allowed', `Test was called for a ${problem.type} problem, which has no tests.`)
    return { result: false, solution: given }
  }
  if ((problem.publicTests ?? []).length === 0) {
    session.violate('no-public-tests', `Test was called for ${problem.id}, which has no public tests.`)
    return { result: false, solution: pythonCode(given, entryPoint) || given }
  }
  const corrections = correctionsOf(args)
  let solution = pythonCode(given, entryPoint) || given
  for (let correction = 0; ; correction++) {
    const failed = await failedTests(solution, entryPoint, session)
    if (failed.length === 0) return { result: true, solution }
    if (correction === corrections) return { result: false, solution }
    const reply = await session.ask(
      sectionedPrompt(`The program below fails its tests. Correct it, keeping the function \`${entryPoint}\`.`, [
        ['Problem', argumentText(args['problem'])],
        ['Program', `\`\`\`python\n${solution.trimEnd()}\n\`\`\``],
        ['Failed tests', failed.join('\n')],
        ['Response format', 'One ```python block.'],
      ]),
    )
    const corrected = pythonCode(withoutThinking(reply), entryPoint)
    if (corrected === '') session.noteMalformed()
    solution = corrected || solution
  }
}

function correctionsOf(args: JsonObject): number {
  const wanted = args['test_loop']
  if (typeof wanted !== 'number' || !Number.isFinite(wanted)) return defaultCorrections
  return Math.min(maxCorrections, Math.max(0, Math.round(wanted)))
}

/** One line a failed test; empty when the program passes. */
async function failedTests(code: string, entryPoint: string, session: OperatorSession): Promise<string[]> {
  const result: CheckResult = await session.sandbox.checkCode(
    { code, entryPoint, tests: session.problem.publicTests ?? [], seed: session.seed },
    session.limits,
    session.signal,
  )
  if (result.kind !== 'checked') return [`The program does not load: ${oneLine(stopText(result))}`]
  return result.outcomes
    .filter((outcome) => !outcome.isPassed)
    .map(({ test, error, stop }) => {
      const why = error === null ? (stop ?? 'failed') : errorText({ ...error, line: null })
      return `${oneLine(test)}  # ${oneLine(why)}`
    })
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
