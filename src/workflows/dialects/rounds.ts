/** The rounds of an AFlow workspace: which there are and how they scored. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { jsonOrThrow } from '../../core/parse-json.ts'

export interface Round {
  readonly round: number
  /** Mean over the validation runs, 0 to 1; null without one. */
  readonly score: number | null
  readonly runs: number
  /** Dollars for each problem, mean over the runs; null without one. */
  readonly averageCostUsd: number | null
}

interface ResultRow {
  readonly round: number
  readonly score: number
  readonly avgCost: number | null
}

/** By number; empty where the folder holds none. A `results.json` that cannot be read counts as none. */
export function readRounds(folder: string): Round[] {
  if (!existsSync(folder)) return []
  const rows = resultRows(join(folder, 'results.json'))
  return readdirSync(folder)
    .flatMap((name) => {
      const number = /^round_(\d+)$/.exec(name)?.[1]
      return number !== undefined && existsSync(join(folder, name, 'graph.py')) ? [Number(number)] : []
    })
    .sort((a, b) => a - b)
    .map((round) => {
      const own = rows.filter((row) => row.round === round)
      const costs = own.flatMap(({ avgCost }) => (avgCost === null ? [] : [avgCost]))
      return { round, score: mean(own.map(({ score }) => score)), runs: own.length, averageCostUsd: mean(costs) }
    })
}

/** The round with the best mean score; without scores the last one. */
export function bestRound(rounds: readonly Round[]): number {
  const scored = rounds.filter(({ score }) => score !== null)
  const best = scored.reduce<Round | null>(
    (so, next) => (so === null || (next.score ?? 0) > (so.score ?? 0) ? next : so),
    null,
  )
  return (best ?? rounds.at(-1))?.round ?? 1
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

function resultRows(file: string): ResultRow[] {
  let parsed: unknown
  try {
    // Older optimisers write NaN, which is not JSON.
    parsed = jsonOrThrow(readFileSync(file, 'utf8').replace(/\b(?:NaN|-?Infinity)\b/g, 'null'))
  } catch {
    return []
  }
  if (!Array.isArray(parsed)) return []
  return parsed.flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null) return []
    const { round, score, avg_cost: avgCost } = row as Readonly<Record<string, unknown>>
    if (typeof round !== 'number' || typeof score !== 'number') return []
    return [{ round, score, avgCost: typeof avgCost === 'number' ? avgCost : null }]
  })
}
