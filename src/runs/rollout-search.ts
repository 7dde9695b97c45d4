/**
 * Finding rollouts among many: conditions that SQLite answers from the digests, page by page, and the values that there
 * are to choose from. The operators of a rollout that an earlier version recorded are read from its contents.
 */
import type { SQLInputValue } from 'node:sqlite'
import { unscorableKind } from '../core/failure-kinds.ts'
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

/** Where the facts are: in the digest, or in the one record of journals before layout 4. */
interface Columns {
  readonly facts: string
  /** A JSON list of operator names, or of records that hold them. */
  readonly operators: string
}

function columnsOf({ version }: Statements): Columns {
  return version < 4
    ? { facts: 'record', operators: "json_extract(record, '$.outcome.operators')" }
    : {
        facts: 'digest',
        operators: `coalesce(json_extract(digest, '$.operators'), (SELECT json_extract(content, '$.outcome.operators')
          FROM rollout_contents WHERE rollout_contents.id = rollouts.id))`,
      }
}

const operatorName = "CASE type WHEN 'object' THEN json_extract(value, '$.operator') ELSE value END"
const failureName = "json_extract(value, '$.boundary') || '/' || json_extract(value, '$.code')"

const orders: Readonly<Record<RolloutOrder, (facts: string) => string>> = {
  oldest: () => 'step, position, rollout',
  newest: () => 'step DESC, position, rollout',
  highest: (facts) => `json_extract(${facts}, '$.score.reward') DESC NULLS LAST, step DESC, position, rollout`,
  lowest: (facts) => `json_extract(${facts}, '$.score.reward') ASC NULLS LAST, step DESC, position, rollout`,
}

export function searchRollouts(
  statements: Statements,
  search: RolloutSearch,
  {
    order = 'newest',
    offset = 0,
    limit,
  }: { readonly order?: RolloutOrder; readonly offset?: number; readonly limit: number },
): FoundRollouts {
  const columns = columnsOf(statements)
  const { where, values } = conditionsOf(search, columns)
  const total = statements.get(`SELECT count(*) AS number FROM rollouts ${where}`, ...values)?.number as number
  const places = statements.all(
    `SELECT phase, label, step, position, rollout FROM rollouts ${where} ORDER BY ${orders[order](columns.facts)} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  ) as unknown as RolloutPlace[]
  return { total, rollouts: places.flatMap((place) => readDigests(statements, place, {})) }
}

export function readFacets(
  statements: Statements,
  { phase, label }: Pick<RolloutSearch, 'phase' | 'label'>,
): RolloutFacets {
  const { facts, operators } = columnsOf(statements)
  const counted = (value: string, each = ''): RolloutFacet[] =>
    statements.all(
      `SELECT ${value} AS value, count(DISTINCT step || ' ' || position || ' ' || rollout) AS rollouts
       FROM rollouts ${each} WHERE phase = ? AND label = ? AND ${value} IS NOT NULL
       GROUP BY 1 ORDER BY 2 DESC, 1`,
      ...[phase, label],
    ) as unknown as RolloutFacet[]
  const unscorable = searchRollouts(statements, { phase, label, verdict: 'unscorable' }, { limit: 0 }).total
  return {
    types: counted(`json_extract(${facts}, '$.problemType')`),
    failures: [
      ...counted(failureName, `, json_each(${facts}, '$.failures')`),
      ...(unscorable === 0 ? [] : [{ value: unscorableKind, rollouts: unscorable }]),
    ],
    operators: counted(operatorName, `, json_each(${operators})`),
    labels: statements.all(
      "SELECT label AS value, count(*) AS rollouts FROM rollouts WHERE phase = 'evaluation' GROUP BY label ORDER BY min(rowid)",
    ) as unknown as RolloutFacet[],
  }
}

function conditionsOf(
  search: RolloutSearch,
  { facts, operators }: Columns,
): { where: string; values: SQLInputValue[] } {
  const { phase, label, step, problemType, problemId, verdict, failure, operator, least, most } = search
  const asked: [sql: string, value: string | number | undefined][] = [
    ['phase = ?', phase],
    ['label = ?', label],
    ['step = ?', step],
    ['problem_id = ?', problemId],
    [`json_extract(${facts}, '$.problemType') = ?`, problemType],
    [`coalesce(json_extract(${facts}, '$.score.verdict'), 'unscorable') = ?`, verdict],
    [
      failure === unscorableKind
        ? `json_extract(${facts}, '$.score.kind') = ?`
        : `EXISTS (SELECT 1 FROM json_each(${facts}, '$.failures') WHERE ${failureName} = ?)`,
      failure,
    ],
    [`EXISTS (SELECT 1 FROM json_each(${operators}) WHERE ${operatorName} = ?)`, operator],
    [`json_extract(${facts}, '$.score.reward') >= ?`, least],
    [`json_extract(${facts}, '$.score.reward') <= ?`, most],
  ]
  const given = asked.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]))
  return { where: `WHERE ${given.map(({ sql }) => sql).join(' AND ')}`, values: given.map(({ value }) => value) }
}
