/** `baton workflow import` and `export`: AFlow workspaces read and written, pictures, plain programs. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../core/failure.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import { loadProblems } from '../datasets/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { traceOf } from '../reports/index.ts'
import { assertRunKind, readRun } from '../runs/index.ts'
import {
  arrowChart,
  checkWorkflow,
  programChart,
  readWorkspace,
  roundsFolder,
  type WorkspaceRound,
  type WorkspaceRow,
  workspaceOf,
} from '../workflows/dialects/index.ts'
import { shellWord } from './format.ts'
import { countOption } from './option-values.ts'
import { writeOutputs } from './output-files.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { workflowWords } from './words/workflow.ts'
import { loadAt } from './workflow-source.ts'

export interface WorkflowImportOptions {
  readonly out?: string
  readonly force?: boolean
}

export function workflowImportCommand(path: string, { out, force }: WorkflowImportOptions): void {
  const folder = roundsFolder(path)
  if (folder === null)
    throw transferError(
      'no-workspace',
      `${path} is not an AFlow workspace: there is no round_N/graph.py below it.`,
      'Point at workspace/<SET> or its workflows folder.',
    )
  const rounds = readWorkspace(folder)
  if (out !== undefined) {
    emit(rounds.map((round) => `${JSON.stringify(round)}\n`).join(''), out, force)
    process.stdout.write(`${workflowWords().roundsWritten(rounds.length, out)}\n`)
    return
  }
  for (const { round, score, runs, averageCostUsd, modification, failures } of rounds) {
    const change = modification === null ? '' : `  ${modification.replace(/\s+/g, ' ').slice(0, 80)}`
    const figures = {
      round: String(round).padStart(3),
      score: score === null ? null : `${(score * 100).toFixed(2)} %`,
      runs,
      cost: averageCostUsd === null ? null : `$${averageCostUsd.toFixed(5)}`,
      failures: failures.length,
      change,
    }
    process.stdout.write(`${workflowWords().round(figures)}\n`)
  }
}

export interface WorkflowExportOptions {
  readonly to: 'aflow' | 'mermaid' | 'python'
  readonly type?: ProblemType
  readonly out?: string
  readonly dataset?: string
  readonly label: string
  readonly rounds: string
  readonly force?: boolean
}

const usualSets: Readonly<Record<ProblemType, string>> = { math: 'MATH', code: 'HumanEval', qa: 'HotpotQA', vqa: 'VQA' }

export async function workflowExportCommand(path: string, options: WorkflowExportOptions): Promise<void> {
  const isRun = existsSync(join(path, 'config.yaml'))
  if (options.to !== 'aflow') {
    if (isRun)
      throw transferError(
        'run-form',
        `${path} is a run: only --to aflow takes one.`,
        `For one program of it: npx baton report ${shellWord(path)} --best 1`,
      )
    return emit(await written(path, options), options.out, options.force)
  }
  if (options.out === undefined)
    throw transferError('no-folder', '--to aflow needs a folder.', 'For example --out exported.')
  const analyzer = await createPythonAnalyzer()
  const type = isRun ? (options.type ?? 'math') : loadAt(path, { type: options.type }, analyzer).type
  const rounds = isRun
    ? await roundsOfRun(path, type, options)
    : [programRound(path, loadAt(path, { type }, analyzer).workflow)]
  const dataset = options.dataset ?? usualSets[type]
  if (!/^[A-Za-z_]\w*$/.test(dataset))
    throw transferError(
      'dataset-name',
      `--dataset ${dataset}: the name becomes a Python package.`,
      'Use letters, digits and underscores.',
    )
  const { out } = options
  const { files, workflows } = workspaceOf({ dataset, type, rounds, now: new Date() })
  const placed = Object.entries(files).map(([file, text]) => [join(out, file), text])
  writeOutputs(Object.fromEntries(placed), { isForced: options.force === true, setting: '--out' })
  const folder = join(out, workflows)
  process.stdout.write(`${workflowWords().roundsExported(rounds.length, folder)}\n`)
}

async function written(path: string, { to, type }: WorkflowExportOptions): Promise<string> {
  const analyzer = await createPythonAnalyzer()
  const loaded = loadAt(path, { type }, analyzer)
  if (to === 'python') return loaded.workflow.code
  if (loaded.workflow.dialect === 'arrow') return arrowChart(loaded.source.text)
  return programChart(checkWorkflow(loaded.workflow, loaded.type, analyzer).operators)
}

function emit(text: string, out: string | undefined, isForced = false): void {
  if (out === undefined) writeVerbatim(text)
  else writeOutputs({ [out]: text }, { isForced, setting: '--out' })
}

/** A program that brings files of its own is a workspace already. */
function programRound(path: string, workflow: ReturnType<typeof loadAt>['workflow']): WorkspaceRound {
  if (Object.keys(workflow.files).length > 0 || !['contract', 'arrow', 'operators'].includes(workflow.dialect))
    throw transferError(
      'already-aflow',
      `${path} is written for a framework of its own and imports its files.`,
      'Copy its folder instead, or draw it with --to mermaid.',
    )
  return { code: workflow.code, rows: [] }
}

/** Programs of an evaluation that answered, the most used first, each with the problems it met. */
async function roundsOfRun(
  path: string,
  type: ProblemType,
  { label, rounds }: WorkflowExportOptions,
): Promise<WorkspaceRound[]> {
  assertRunKind(path, 'training')
  const run = readRun(path)
  let rollouts: RolloutRecord[]
  let labels: string[]
  try {
    labels = run.evaluations().map((evaluation) => evaluation.label)
    rollouts = run.rollouts({ phase: 'evaluation', label }).filter(({ problemType }) => problemType === type)
  } finally {
    run.close()
  }
  const questions = await questionsOf(path)
  const byProgram = new Map<string, WorkspaceRow[]>()
  for (const rollout of rollouts) {
    const { program, prediction } = traceOf(rollout)
    if (program === null) continue
    const problem = questions.get(rollout.problemId)
    const row: WorkspaceRow = {
      question: problem?.question ?? rollout.problemId,
      prediction: prediction ?? '',
      expected: problem?.answer ?? '',
      score: rollout.score.kind === 'scored' && rollout.score.isCorrect ? 1 : 0,
      costUsd: rollout.costUsd,
    }
    byProgram.set(program, [...(byProgram.get(program) ?? []), row])
  }
  const programs = [...byProgram].sort(([, a], [, b]) => b.length - a.length).slice(0, countOption('--rounds', rounds))
  if (programs.length === 0)
    throw transferError(
      'no-rollouts',
      `${path} has no ${type} programs in the evaluation "${label}".`,
      `Its evaluations are ${labels.join(', ') || 'none yet'}.`,
    )
  return programs.map(([code, rows]) => ({ code, rows }))
}

/** Problems of the run's configuration by id, as far as their files are still there. */
async function questionsOf(path: string): Promise<ReadonlyMap<string, Problem>> {
  const { loadConfig, locateInput } = await import('../config/index.ts')
  const { config } = loadConfig({ file: join(path, 'config.yaml') })
  const found = new Map<string, Problem>()
  for (const [key, file] of [
    ['data.validation', config.data.validation],
    ['data.train', config.data.train],
  ] as const)
    try {
      const { problems } = await loadProblems(locateInput(key, file), { skipBadRows: true })
      for (const problem of problems) if (!found.has(problem.id)) found.set(problem.id, problem)
    } catch (error) {
      if (!(error instanceof BatonError)) throw error
    }
  return found
}

function transferError(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code, hint })
}
