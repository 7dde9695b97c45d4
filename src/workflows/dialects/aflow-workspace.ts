/**
 * AFlow's workspace folders, written and read: `workspace/<SET>/workflows/round_N/{graph.py, prompt.py, log.json, <score>_<time>.csv}`,
 * `results.json` and the operator template. What is written runs in AFlow as well as here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonOf } from '../../core/parse-json.ts'
import type { ProblemType } from '../../core/problem.ts'
import { operatorJson, operators } from '../contract/index.ts'
import { type Round, readRounds } from './rounds.ts'

/** One problem as a round met it. */
export interface WorkspaceRow {
  readonly question: string
  readonly prediction: string
  readonly expected: string
  /** 0 to 1. */
  readonly score: number
  readonly costUsd: number
}

export interface WorkspaceRound {
  /** A program of the contract. */
  readonly code: string
  /** Empty when it was not evaluated. */
  readonly rows: readonly WorkspaceRow[]
}

export interface WorkspaceExport {
  readonly dataset: string
  readonly type: ProblemType
  /** The first is `round_1`. */
  readonly rounds: readonly WorkspaceRound[]
  readonly now: Date
}

export interface Workspace {
  /** Folder of the rounds, relative to where the workspace is put. */
  readonly workflows: string
  /** Content by path, relative to the same place. */
  readonly files: Readonly<Record<string, string>>
}

export function workspaceOf({ dataset, type, rounds, now }: WorkspaceExport): Workspace {
  const set = join('workspace', dataset)
  const workflows = join(set, 'workflows')
  const template = join(workflows, 'template')
  const written = rounds.map((round, i) => roundOf(workflows, { round, number: i + 1, dataset, now }))
  return {
    workflows,
    files: {
      ...Object.fromEntries([set, workflows, template].map((folder) => [join(folder, '__init__.py'), ''])),
      [join(template, 'operator.json')]: `${JSON.stringify(operatorJson(type, 'full'), null, 4)}\n`,
      [join(template, 'operator.py')]:
        `from scripts.operators import ${operators.map(({ name }) => name).join(', ')}\n`,
      ...Object.assign({}, ...written.map(({ files }) => files)),
      [join(workflows, 'results.json')]: `${JSON.stringify(
        written.flatMap(({ results }) => results),
        null,
        4,
      )}\n`,
    },
  }
}

interface RoundTask {
  readonly round: WorkspaceRound
  readonly number: number
  readonly dataset: string
  readonly now: Date
}

/** Its files, and its rows of `results.json`: none where it was not evaluated. */
function roundOf(
  workflows: string,
  { round, number, dataset, now }: RoundTask,
): { readonly files: Readonly<Record<string, string>>; readonly results: readonly object[] } {
  const folder = join(workflows, `round_${number}`)
  const failed = round.rows.filter(({ score }) => score < 1)
  const log = failed.map(({ question, expected, prediction }) => ({
    question,
    right_answer: expected,
    model_output: prediction,
    extracted_output: prediction,
    extract_answer_code: 'None',
  }))
  const files = {
    [join(folder, '__init__.py')]: '',
    [join(folder, 'prompt.py')]: '',
    [join(folder, 'graph.py')]: `${graphHead(dataset, number)}${round.code.trimEnd()}\n`,
    [join(folder, 'log.json')]: `${JSON.stringify(log, null, 4)}\n`,
  }
  if (round.rows.length === 0) return { files, results: [] }
  const total = (value: (row: WorkspaceRow) => number): number => round.rows.reduce((sum, row) => sum + value(row), 0)
  const score = total((row) => row.score) / round.rows.length
  const totalCost = total((row) => row.costUsd)
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '_').slice(0, 15)
  const rows = round.rows.map((row) => [row.question, row.prediction, row.expected, row.score, row.costUsd])
  const lines = [['question', 'prediction', 'expected_output', 'score', 'cost'], ...rows].map((cells) =>
    cells.map(csvCell).join(','),
  )
  const time = now.toISOString().slice(0, 19).replace('T', ' ')
  return {
    files: { ...files, [join(folder, `${score.toFixed(5)}_${stamp}.csv`)]: `${lines.join('\n')}\n` },
    results: [{ round: number, score, avg_cost: totalCost / round.rows.length, total_cost: totalCost, time }],
  }
}

function graphHead(dataset: string, number: number): string {
  return `from typing import Literal
import workspace.${dataset}.workflows.template.operator as operator
import workspace.${dataset}.workflows.round_${number}.prompt as prompt_custom
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType


`
}

/** A cell that spreadsheets take for a formula is kept a text. */
function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const safe = /^[=+@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export interface ImportedRound extends Round {
  readonly graph: string
  readonly prompt: string
  /** What the optimiser changed, of `experience.json`; null without one. */
  readonly modification: string | null
  /** Of `log.json`. */
  readonly failures: readonly { readonly question: string; readonly expected: string; readonly prediction: string }[]
}

/** Rounds of a workspace with all that its optimiser left; damaged files count as absent. */
export function readWorkspace(workflows: string): ImportedRound[] {
  return readRounds(workflows).map((round) => {
    const folder = join(workflows, `round_${round.round}`)
    const experience = readJson(join(folder, 'experience.json'))
    const modification = isRecord(experience) ? experience['modification'] : null
    return {
      ...round,
      ...scoreOf(round, folder),
      graph: readText(join(folder, 'graph.py')),
      prompt: readText(join(folder, 'prompt.py')),
      modification: typeof modification === 'string' ? modification : null,
      failures: failuresOf(readJson(join(folder, 'log.json'))),
    }
  })
}

/** A round that results.json leaves out may still have its score in the name of its csv. */
function scoreOf(round: Round, folder: string): Pick<Round, 'score' | 'runs'> {
  if (round.score !== null) return { score: round.score, runs: round.runs }
  const scores = readdirSync(folder).flatMap((name) => /^(\d+\.\d+)_\d{8}_\d{6}\.csv$/.exec(name)?.[1] ?? [])
  const mean = scores.reduce((sum, score) => sum + Number(score), 0) / Math.max(1, scores.length)
  return { score: scores.length === 0 ? null : mean, runs: scores.length }
}

function failuresOf(log: unknown): ImportedRound['failures'] {
  if (!Array.isArray(log)) return []
  return log.filter(isRecord).map((row) => ({
    question: String(row['question'] ?? ''),
    expected: String(row['right_answer'] ?? ''),
    prediction: String(row['extracted_output'] ?? row['model_output'] ?? ''),
  }))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function readJson(file: string): unknown {
  return jsonOf(readText(file).replace(/\b(?:NaN|-?Infinity)\b/g, 'null')) ?? null
}
