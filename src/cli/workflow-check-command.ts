/** `baton workflow check`: what would fail, with its line, for one workflow or all rounds of a workspace. */
import { join } from 'node:path'
import { BatonError } from '../core/failure.ts'
import type { ProblemType } from '../core/problem.ts'
import { createPythonAnalyzer, type PythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../python/index.ts'
import {
  checkWorkflow,
  dialectTitles,
  readWorkspace,
  roundsFolder,
  type WorkflowFinding,
} from '../workflows/dialects/index.ts'
import { exitWith } from './errors.ts'
import { said } from './language.ts'
import { optionError } from './option-values.ts'
import { paint } from './paint.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { typeWord } from './words/common.ts'
import { workflowWords } from './words/workflow.ts'
import { loadAt } from './workflow-source.ts'

export interface WorkflowCheckOptions {
  readonly type?: ProblemType
  readonly all?: boolean
  readonly json?: boolean
  readonly root?: readonly string[]
}

interface Checked {
  readonly file: string
  readonly dialect: string
  readonly type: ProblemType
  readonly operators: readonly string[]
  readonly findings: readonly WorkflowFinding[]
}

export async function workflowCheckCommand(paths: readonly string[], options: WorkflowCheckOptions): Promise<void> {
  const analyzer = await createPythonAnalyzer()
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  const all: Checked[] = []
  try {
    for (const path of options.all === true ? paths.flatMap(roundsAt) : paths)
      all.push(await check(path, options, { analyzer, sandbox }))
  } finally {
    await sandbox.close()
  }
  if (options.json === true) writeVerbatim(`${JSON.stringify(all, null, 2)}\n`)
  else for (const checked of all) print(checked)
  if (all.some(({ findings }) => findings.some(({ severity }) => severity === 'error'))) exitWith(4)
}

function roundsAt(path: string): string[] {
  const folder = roundsFolder(path)
  return folder === null ? [path] : readWorkspace(folder).map(({ round }) => join(folder, `round_${round}`))
}

interface Tools {
  readonly analyzer: PythonAnalyzer
  readonly sandbox: Sandbox
}

async function check(
  path: string,
  { type, root }: WorkflowCheckOptions,
  { analyzer, sandbox }: Tools,
): Promise<Checked> {
  try {
    const loaded = loadAt(path, { type, root }, analyzer)
    const { operators, findings } = checkWorkflow(loaded.workflow, loaded.type, analyzer)
    const error = await sandbox.compile(loaded.workflow.code)
    const refused: WorkflowFinding[] =
      error === null
        ? []
        : [{ severity: 'error', line: error.line ?? 1, code: 'syntax-error', message: `CPython: ${error.message}` }]
    // If the text is not valid Python, CPython's message is the useful one; the parser's guesses are noise.
    const kept = error === null ? findings : findings.filter(({ code }) => code !== 'syntax-error')
    const { file, dialect } = loaded.workflow
    return {
      file,
      dialect,
      type: loaded.type,
      operators: operators.map(({ name }) => name),
      findings: [...refused, ...kept],
    }
  } catch (error) {
    if (error instanceof BatonError) refusePath(path, error)
    // A program that cannot be read is a finding; a path with nothing at it is the caller's mistake.
    if (!(error instanceof BatonError) || (error.boundary !== 'parse' && error.boundary !== 'policy')) throw error
    const finding: WorkflowFinding = { severity: 'error', line: 1, code: error.code, message: error.message }
    return { file: path, dialect: 'contract', type: type ?? 'math', operators: [], findings: [finding] }
  }
}

/** A text without a program, or a word that is neither a file nor an operator: the caller's mistake, and no finding. */
function refusePath(path: string, { code, hint = '' }: BatonError): void {
  if (code === 'no-code') throw optionError(`no program in ${path}.`, hint)
  if (code === 'unknown-operator' && /^[\w.-]+$/.test(path)) {
    throw optionError(`there is no file ${path}, and no operator of that name.`, hint)
  }
}

function print({ file, dialect, type, operators, findings }: Checked): void {
  const { bold, dim, red, yellow } = paint(process.stdout)
  const words = workflowWords()
  const title = words.dialects[dialect] ?? dialectTitles[dialect as keyof typeof dialectTitles]
  process.stdout.write(
    `${bold(file)} ${dim(words.checked(title, typeWord(type)))}\n  ${operators.join(', ') || words.noOperators}\n`,
  )
  for (const { severity, line, code, message } of findings) {
    const colour = severity === 'error' ? red : severity === 'violation' ? yellow : dim
    process.stdout.write(
      `  ${colour(`${words.severities[severity] ?? severity} ${code}`)} ${words.line(line, said(message))}\n`,
    )
  }
  if (findings.length === 0) process.stdout.write(`  ${dim(words.nothingFound)}\n`)
}
