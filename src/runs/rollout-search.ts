/**
 * Finding rollouts among many: conditions that SQLite answers from the digests, page by page, and the values that there
 * are to choose from. The operators of a rollout that an earlier version recorded are read from its contents.
 */
import type { SQLInputValue } from 'node:sqlite'
import { type FailedRollout, kindsOf, unscorableKind } from '../core/failure-kinds.ts'
import type { Phase, RolloutDigest, RolloutPlace } from '../core/records.ts'
import type { Verdict } from '../core/reward.ts'
import { readDigests } from './rollouts.ts'
import type { Statements } from './statements.ts'

export interface RolloutSearch {
  readonly phase: Phase
  /** Of the evaluation; '' for training. */
  readonly label: string
  readonly step?: number
  readonly problemType?: string
  readonly problemId?: string
  readonly verdict?: Verdict
  /** `boundary/code`, or `unscorable`. */
  readonly failure?: string
  /** Called by the policy's own program. */
  readonly operator?: string
  /** Reward of at least, and of at most. */
  readonly least?: number
  readonly most?: number
}

export type RolloutOrder = 'newest' | 'oldest' | 'highest' | 'lowest'

export interface FoundRollouts {
  /** All that fit, on any page. */
  readonly total: number
  readonly rollouts: readonly RolloutDigest[]
}

/** A value that rollouts have, and how many of them. */
export interface RolloutFacet {
  readonly value: string
  readonly rollouts: number
}

export interface RolloutFacets {
  readonly types: readonly RolloutFacet[]
  readonly failures: readonly RolloutFacet[]
  readonly operators: readonly RolloutFacet[]
  /** Evaluations by label, the order in which they were made. */
  readonly labels: readonly RolloutFacet[]
}

/** Where the facts are. */
interface Columns {
  readonly table: string
  /** A JSON list of operator names, or of records that hold them. */
  readonly operators: string
}

const current: Columns = {
  table: 'rollouts',
  operators: `coalesce(json_extract(digest, '$.operators'), (SELECT json_extract(content, '$.outcome.operators')
    FROM rollout_contents WHERE rollout_contents.id = rollouts.id))`,
}

const older: Columns = { table: 'temp.older_digests', operators: "json_extract(digest, '$.operators')" }

const facts = ['problemType', 'score', 'failures', 'outcome.operators']

/** Journals before layout 4 have one long record a rollout: what is searched is taken out of it once a connection. */
function columnsOf(statements: Statements): Columns {
  if (statements.version >= 4) return current
  const fields = facts.map((fact) => `'${fact.split('.').at(-1)}', json_extract(record, '$.${fact}')`).join(', ')
  statements.database.exec(`CREATE TEMP TABLE IF NOT EXISTS older_digests AS
    SELECT phase, label, step, position, rollout, problem_id, json_object(${fields}) AS digest FROM rollouts`)
  return older
}

const operatorName = "CASE type WHEN 'object' THEN json_extract(value, '$.operator') ELSE value END"
const failureName = "json_extract(value, '$.boundary') || '/' || json_extract(value, '$.code')"

const reward = "json_extract(digest, '$.score.reward')"
const place = 'phase, label, step, position, rollout'
const orders: Readonly<Record<RolloutOrder, string>> = {
  oldest: 'step, position, rollout',
  newest: 'step DESC, position, rollout',
  highest: 'reward DESC NULLS LAST, step DESC, position, rollout',
  lowest: 'reward ASC NULLS LAST, step DESC, position, rollout',
}

export interface SearchPage {
  /** Default: newest. */
  readonly order?: RolloutOrder
  readonly offset?: number
  readonly limit: number
}

export function searchRollouts(
  statements: Statements,
  search: RolloutSearch,
  { order = 'newest', offset = 0, limit }: SearchPage,
): FoundRollouts {
  const columns = columnsOf(statements)
  const { where, values, isIndexed } = conditionsOf(search, columns)
  const page = `ORDER BY ${orders[order]} LIMIT ? OFFSET ?`
  const isByReward = order === 'highest' || order === 'lowest'
  const digestsAt = (places: readonly RolloutPlace[]): RolloutDigest[] =>
    places.flatMap(({ phase, label, step, position, rollout }) =>
      readDigests(statements, { phase, label, step, position, rollout }, {}),
    )
  if (isIndexed && !isByReward) {
    const count = statements.get(`SELECT count(*) AS total FROM ${columns.table} ${where}`, ...values)
    const list = `SELECT ${place} FROM ${columns.table} ${where} ${page}`
    const places = statements.all(list, ...values, limit, offset) as unknown as RolloutPlace[]
    return { total: count?.total as number, rollouts: digestsAt(places) }
  }
  // What fits is found in one pass over the digests, then counted, ordered and cut.
  const rows = statements.all(
    `WITH fitting AS MATERIALIZED (
       SELECT ${place}, ${isByReward ? reward : 'NULL'} AS reward FROM ${columns.table} ${where})
     SELECT ${place}, total FROM (SELECT count(*) AS total FROM fitting)
     LEFT JOIN (SELECT * FROM fitting ${page}) ON true`,
    ...values,
    limit,
    offset,
  ) as unknown as (RolloutPlace & { readonly total: number })[]
  // Where the page is empty there is one row, with the count alone.
  return { total: rows[0]?.total ?? 0, rollouts: digestsAt(rows.filter(({ phase }) => phase !== null)) }
}

export function readFacets(
  statements: Statements,
  { phase, label }: Pick<RolloutSearch, 'phase' | 'label'>,
): RolloutFacets {
  const { table, operators } = columnsOf(statements)
  const counts = { types: new Map<string, number>(), failures: new Map(), operators: new Map<string, number>() }
  // Most rollouts are like many others: what they have in common is read once.
  const rows = statements.all(
    `SELECT json_extract(digest, '$.problemType') AS type, json_extract(digest, '$.failures') AS failures,
       json_extract(digest, '$.score.kind') AS kind, ${operators} AS operators, count(*) AS number
     FROM ${table} WHERE phase = ? AND label = ? GROUP BY 1, 2, 3, 4`,
    phase,
    label,
  )
  for (const { type, failures, kind, operators: called, number } of rows) {
    const count = (of: Map<string, number>, values: readonly string[]): void => {
      for (const value of new Set(values)) of.set(value, (of.get(value) ?? 0) + (number as number))
    }
    const failed = { failures: statements.parsed(failures), score: { kind } } as unknown as FailedRollout
    const list = statements.parsed<readonly (string | { readonly operator: string })[] | null>(called ?? 'null') ?? []
    count(counts.types, [type as string])
    count(counts.failures, kindsOf(failed))
    count(
      counts.operators,
      list.map((each) => (typeof each === 'string' ? each : each.operator)),
    )
  }
  return {
    types: commonestFirst(counts.types),
    failures: commonestFirst(counts.failures),
    operators: commonestFirst(counts.operators),
    labels: statements.all(
      "SELECT label AS value, count(*) AS rollouts FROM rollouts WHERE phase = 'evaluation' GROUP BY label ORDER BY min(rowid)",
    ) as unknown as RolloutFacet[],
  }
}

function commonestFirst(counts: ReadonlyMap<string, number>): RolloutFacet[] {
  return [...counts]
    .map(([value, rollouts]) => ({ value, rollouts }))
    .sort((a, b) => b.rollouts - a.rollouts || (a.value < b.value ? -1 : 1))
}

function conditionsOf(
  search: RolloutSearch,
  { operators }: Columns,
): { where: string; values: SQLInputValue[]; isIndexed: boolean } {
  const { phase, label, step, problemType, problemId, verdict, failure, operator, least, most } = search
  const asked: [sql: string, value: string | number | undefined][] = [
    ['phase = ?', phase],
    ['label = ?', label],
    ['step = ?', step],
    ['problem_id = ?', problemId],
    [`json_extract(digest, '$.problemType') = ?`, problemType],
    [`coalesce(json_extract(digest, '$.score.verdict'), 'unscorable') = ?`, verdict],
    [
      failure === unscorableKind
        ? `json_extract(digest, '$.score.kind') = ?`
        : `EXISTS (SELECT 1 FROM json_each(digest, '$.failures') WHERE ${failureName} = ?)`,
      failure,
    ],
    [`EXISTS (SELECT 1 FROM json_each(${operators}) WHERE ${operatorName} = ?)`, operator],
    [`json_extract(digest, '$.score.reward') >= ?`, least],
    [`json_extract(digest, '$.score.reward') <= ?`, most],
  ]
  const given = asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  return {
    isIndexed: given.every(({ sql }) => !sql.includes('digest')),
    where: `WHERE ${given.map(({ sql }) => sql).join(' AND ')}`,
    values: given.map(({ value }) => value),
  }
}
