/**
 * Programmer: the executor writes a program, the sandbox runs it, and what goes wrong is shown to the executor, three
 * attempts in all. The output is `str(solve())`; after three failures it is the last error.
 */
import { definesName, pythonCode } from '../../datasets/scorers/code/index.ts'
import type { CodeResult } from '../../python/sandbox.ts'
import { argumentText } from './argument-text.ts'
import type { Operator, OperatorSession } from './operator.ts'
import { withoutThinking } from './reply-fields.ts'
import { type Section, sectionedPrompt } from './sections.ts'
import { stopText } from './stop-text.ts'

const maxAttempts = 3

const instruction = `Write a Python program that solves the problem. Define a function \`solve()\` without arguments that returns the final answer.
If the problem asks for a function, define that function under its own name as well and let \`solve()\` return the value of one example call.`

export const programmer: Operator = async (args, session) => {
  const sections: readonly Section[] = [
    ['Problem', argumentText(args['problem'])],
    ['Analysis', argumentText(args['analysis'])],
  ]
  let code = ''
  let error = ''
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const earlier: readonly Section[] =
      attempt === 0
        ? []
        : [
            ['Previous program', `\`\`\`python\n${code.trimEnd()}\n\`\`\``],
            ['Error', error],
          ]
    const format: Section = ['Response format', 'One ```python block.']
    const reply = await session.ask(sectionedPrompt(instruction, [...sections, ...earlier, format]))
    const written = pythonCode(withoutThinking(reply), 'solve')
    if (written === '') session.noteMalformed()
    code = written || code
    const outcome = await runProgram(code, session)
    if (outcome.kind === 'output') return { code, output: outcome.text }
    error = outcome.text
  }
  return { code, output: `Error: ${error}` }
}

type ProgramOutcome = { readonly kind: 'output' | 'error'; readonly text: string }

/** A program without `solve` is taken at what it prints. */
async function runProgram(code: string, session: OperatorSession): Promise<ProgramOutcome> {
  if (code.trim() === '') return { kind: 'error', text: 'The reply held no Python code.' }
  const hasSolve = definesName(code, 'solve')
  const result: CodeResult = await session.sandbox.runCode(
    { code, seed: session.seed, ...(hasSolve ? { call: 'solve' } : {}) },
    session.limits,
    session.signal,
  )
  if (result.kind !== 'returned') return { kind: 'error', text: stopText(result) }
  if (hasSolve) return { kind: 'output', text: result.value }
  const printed = result.stdout.trim()
  return printed === ''
    ? { kind: 'error', text: 'The program defines no function solve().' }
    : { kind: 'output', text: printed }
}
