/**
 * Rollouts in the journal, in two tables: `rollouts` has what a list needs, small and dense; `rollout_contents` the texts,
 * the outcome, and apart from these the tokens and log-probs, which only training reads. Each fact is kept once.
 */
import type { SQLInputValue } from 'node:sqlite'
import type { JsonObject } from '../core/json.ts'
import type { RolloutDigest, RolloutPlace, RolloutRecord, RolloutTokens, SampledRollout } from '../core/records.ts'
import { type Asked, readOlderDigests, readOlderRollouts } from './older/older-rollouts.ts'
import { readOutcome, storedOutcome } from './outcomes.ts'
import type { Statements } from './statements.ts'

export interface RolloutFilter extends Partial<RolloutPlace> {
  readonly problemId?: string
}

/** A part of a long list, in the order of phase, label, step, position, rollout. */
export interface RolloutPage {
  /** Begins behind this place. Default: with the first. */
  readonly after?: RolloutPlace
  /** Default: all. */
  readonly limit?: number
}

const place = 'phase, label, step, position, rollout'

/** A rollout recorded again at its place replaces the one before. */
export function writeRollout(statements: Statements, record: SampledRollout): void {
  const { phase, label, step, position, rollout, problemId, prompt, tokens, logprobs, ...rest } = record
  const { problemType, source, difficulty, score, failures, advantage, costUsd, llmCalls, ...content } = rest
  const { outcome } = record.outcome
  const operators = calledOperators(record)
  const digest = { problemType, source, difficulty, score, failures, advantage, costUsd, llmCalls, outcome, operators }
  const stored = { ...content, outcome: storedOutcome(record.outcome) }
  statements.together('a rollout', () => {
    const at = [phase, label, step, position, rollout]
    const id = statements.write(
      'a rollout',
      `INSERT OR REPLACE INTO rollouts (id, ${place}, problem_id, digest)
       VALUES ((SELECT id FROM rollouts WHERE (${place}) = (?, ?, ?, ?, ?)), ?, ?, ?, ?, ?, ?, ?)`,
      ...[...at, ...at, problemId, JSON.stringify(digest)],
    )
    statements.write(
      'a rollout',
      'INSERT OR REPLACE INTO rollout_contents (id, content, prompt, tokens, logprobs) VALUES (?, ?, ?, ?, ?)',
      ...[id, JSON.stringify(stored), integerBytes(prompt), integerBytes(tokens), numberBytes(logprobs)],
    )
  })
}

/** Found without the contents: what a program called. */
export function calledOperators({ outcome }: Pick<RolloutRecord, 'outcome'>): string[] {
  return outcome.environment === 'workflows' ? [...new Set(outcome.operators.map(({ operator }) => operator))] : []
}

/** The whole rollout, tokens and log-probs bit for bit. */
export function readRollout(statements: Statements, at: RolloutPlace): SampledRollout | undefined {
  const asked = askedOf(at, {})
  if (statements.version < 4) return readOlderRollouts(reading(statements), asked)[0]
  const sql = `SELECT ${place}, problem_id, digest, content, prompt, tokens, logprobs ${joined} ${asked.clauses}`
  const [row] = statements.all(sql, ...asked.values)
  return row === undefined ? undefined : { ...recordOf(statements, row), ...tokensOf(row) }
}

const joined = 'FROM rollouts JOIN rollout_contents USING (id)'

export function readRollouts(statements: Statements, filter: RolloutFilter, page: RolloutPage): RolloutRecord[] {
  const asked = askedOf(filter, page)
  if (statements.version < 4) {
    return readOlderRollouts(reading(statements), asked).map(
      ({ prompt: _, tokens: __, logprobs: ___, ...record }) => record,
    )
  }
  return statements
    .all(`SELECT ${place}, problem_id, digest, content ${joined} ${asked.clauses}`, ...asked.values)
    .map((row) => recordOf(statements, row))
}

export function readDigests(statements: Statements, filter: RolloutFilter, page: RolloutPage): RolloutDigest[] {
  const asked = askedOf(filter, page)
  if (statements.version < 4) return readOlderDigests(reading(statements), asked)
  return statements
    .all(`SELECT ${place}, problem_id, digest FROM rollouts ${asked.clauses}`, ...asked.values)
    .map(({ problem_id: problemId, digest, ...at }) => {
      return { ...at, problemId, ...statements.parsed<object>(digest) } as unknown as RolloutDigest
    })
}

const reading =
  (statements: Statements) =>
  (sql: string, ...values: SQLInputValue[]) =>
    statements.all(sql, ...values)

/** The outcome's name and operators in the digest give way to the outcome itself. */
function recordOf(statements: Statements, row: Record<string, unknown>): RolloutRecord {
  const { phase, label, step, position, rollout, problem_id: problemId, digest, content } = row
  const at = { phase, label, step, position, rollout, problemId }
  const { outcome, ...rest } = statements.parsed<{ readonly outcome: JsonObject }>(content)
  const { operators: _, ...facts } = statements.parsed<{ readonly operators?: unknown }>(digest)
  return { ...at, ...facts, ...rest, outcome: readOutcome(outcome) } as RolloutRecord
}

/** Rollouts of an abandoned evaluation that are still under the new label make way. */
export function renameRollouts(
  statements: Statements,
  { from, to, step }: { readonly from: string; readonly to: string; readonly step: number },
): void {
  const what = `the evaluation ${from}`
  const old = "phase = 'evaluation' AND label = ? AND step = ?"
  statements.write(
    what,
    `DELETE FROM rollout_contents WHERE id IN (SELECT id FROM rollouts WHERE ${old})`,
    ...[to, step],
  )
  statements.write(what, `DELETE FROM rollouts WHERE ${old}`, to, step)
  statements.write(what, `UPDATE rollouts SET label = ? WHERE ${old}`, to, from, step)
}

function askedOf(filter: RolloutFilter, { after, limit }: RolloutPage): Asked {
  const columns: [string, string | number | undefined][] = [
    ['phase', filter.phase],
    ['label', filter.label],
    ['step', filter.step],
    ['position', filter.position],
    ['rollout', filter.rollout],
    ['problem_id', filter.problemId],
  ]
  const given = columns.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]))
  const behind = after === undefined ? [] : [after.phase, after.label, after.step, after.position, after.rollout]
  const conditions = [
    ...given.map(({ name }) => `${name} = ?`),
    ...(after === undefined ? [] : [`(${place}) > (?, ?, ?, ?, ?)`]),
  ]
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
  return {
    clauses: `${where} ORDER BY ${place} LIMIT ?`,
    values: [...given.map(({ value }) => value), ...behind, limit ?? -1],
  }
}

/** Little-endian 32-bit integers. @throws RangeError for what is none. */
function integerBytes(values: readonly number[]): Uint8Array {
  const integers = Int32Array.from(values)
  const other = values.findIndex((value, i) => value !== integers[i])
  if (other >= 0) throw new RangeError(`a token must be a 32-bit integer (got ${values[other]} at ${other})`)
  return new Uint8Array(integers.buffer)
}

/** Little-endian doubles: every bit of a log-prob is kept. */
function numberBytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer)
}

function tokensOf(row: Record<string, unknown>): RolloutTokens {
  const bytesOf = (name: string): ArrayBuffer => Uint8Array.from(row[name] as Uint8Array).buffer
  return {
    prompt: Array.from(new Int32Array(bytesOf('prompt'))),
    tokens: Array.from(new Int32Array(bytesOf('tokens'))),
    logprobs: Array.from(new Float64Array(bytesOf('logprobs'))),
  }
}
