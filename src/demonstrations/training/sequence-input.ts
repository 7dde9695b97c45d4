/**
 * Judged sequences (RL data) as training reads them. The file says what its pointers mean: positions in the query's own
 * `candidate_pool_ids`, or global ids that are looked up there. One that has no pools, or a pointer outside its pool, is
 * refused: files of three meanings look alike.
 *
 *     { "_meta": { "schemaVersion": 4, "indexSpace": "local", "profileHash": "sha256:..." },
 *       "<query id>": { "candidate_pool_ids": [..K ids], "pointer_candidates": [
 *         { "pointer": [i, j], "vqa_correct": 1, "vqa_acc_score": 0.6, "vqa_gt_prob": 0.2, "vqa_rel_score": 0.5,
 *           "beam_score": 0.01, "vqa_eval_mode": "vqaEval", "eval_failed": false } ] } }
 */
import { BatonError } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'
import type { JudgedSequence } from './groups.ts'

/** By id; `from-collected.ts` finds the rows. */
export interface SequenceInput {
  readonly groups: readonly {
    readonly queryId: string
    readonly poolIds: readonly string[]
    readonly sequences: readonly JudgedSequence[]
  }[]
  /** What the sequences were judged with; null where the file does not tell. Different ones do not mix. */
  readonly profileHash: string | null
}

type Group = SequenceInput['groups'][number]

/** @param where names the file in errors. */
export function parseSequences(text: string, where: string): SequenceInput {
  let root: Json
  try {
    root = JSON.parse(text) as Json
  } catch (cause) {
    throw inputError(
      `${where} is not JSON.`,
      'Copy the file again; a collection that was cut off can be resumed.',
      cause,
    )
  }
  const { _meta: meta, ...queries } = objectOf(root, where)
  const head = meta === undefined ? {} : objectOf(meta, `${where}: _meta`)
  const indexSpace = head['indexSpace'] ?? 'local'
  if (indexSpace !== 'local' && indexSpace !== 'global') {
    throw inputError(`${where}: indexSpace is ${JSON.stringify(indexSpace)}.`, 'It is "local" or "global".')
  }
  const groups = Object.entries(queries).map(([id, value]) =>
    readGroup(id, value as Json, `${where}: query ${id}`, indexSpace),
  )
  if (groups.length === 0) throw inputError(`${where} has no queries.`, 'Collect sequences first.')
  const profileHash = head['profileHash']
  return { groups, profileHash: typeof profileHash === 'string' ? profileHash : null }
}

function readGroup(queryId: string, value: Json, place: string, indexSpace: 'local' | 'global'): Group {
  const group = objectOf(value, place)
  const pool = group['candidate_pool_ids']
  if (!Array.isArray(pool)) {
    throw inputError(
      `${place} has no candidate_pool_ids: what its pointers mean cannot be known.`,
      'Add each query\'s pool, the ids in order, and "_meta": {"indexSpace": "local"} or "global".',
    )
  }
  const poolIds = pool.map(String)
  if (poolIds.includes(queryId)) {
    throw inputError(`${place} is in its own pool: its answer would be shown.`, 'Build pools that leave the query out.')
  }
  if (new Set(poolIds).size !== poolIds.length) {
    throw inputError(`${place} has an id twice in its pool.`, 'Build pools of distinct demonstrations.')
  }
  const candidates = group['pointer_candidates']
  if (!Array.isArray(candidates)) throw inputError(`${place} has no pointer_candidates.`, 'Collect sequences first.')
  const sequences = candidates.map((item, i): JudgedSequence => {
    const at = `${place}, sequence ${i + 1}`
    const candidate = objectOf(item as Json, at)
    return { picks: picksOf(candidate, at, poolIds, indexSpace), verdict: verdictOf(candidate, at) }
  })
  return { queryId, poolIds, sequences }
}

function picksOf(
  candidate: JsonObject,
  at: string,
  poolIds: readonly string[],
  indexSpace: 'local' | 'global',
): number[] {
  const pointer = candidate['pointer']
  if (!Array.isArray(pointer) || pointer.length === 0) throw inputError(`${at} has no pointer.`, 'A pointer is a list.')
  const isGlobal = indexSpace === 'global'
  const picks = pointer.map((value) => (isGlobal ? poolIds.indexOf(String(value)) : Number(value)))
  const wrong = picks.findIndex((pick) => !Number.isInteger(pick) || pick < 0 || pick >= poolIds.length)
  if (wrong !== -1) {
    throw inputError(
      `${at}: pointer ${JSON.stringify(pointer[wrong])} is ${isGlobal ? 'not in' : 'no position in'} its pool of ${poolIds.length}.`,
      isGlobal
        ? 'Give the pool that it was chosen from.'
        : 'Pointers that are ids need "_meta": {"indexSpace": "global"}.',
    )
  }
  const named = candidate['pointer_global']
  if (Array.isArray(named) && named.some((value, i) => String(value) !== poolIds[picks[i] ?? -1])) {
    throw inputError(`${at}: pointer and pointer_global name different demonstrations.`, 'Collect again.')
  }
  return picks
}

/** null where the answer failed. */
function verdictOf(candidate: JsonObject, at: string): JudgedSequence['verdict'] {
  const mode = candidate['vqa_eval_mode']
  if (candidate['eval_failed'] === true || mode === 'error') return null
  const [correct, accuracy] = [candidate['vqa_correct'], candidate['vqa_acc_score']]
  if ((correct !== 0 && correct !== 1) || typeof accuracy !== 'number' || !(accuracy >= 0 && accuracy <= 1)) {
    throw inputError(
      `${at}: vqa_correct is ${JSON.stringify(correct)} and vqa_acc_score ${JSON.stringify(accuracy)}.`,
      'They are 0 or 1, and a number from 0 to 1; a failed answer has "eval_failed": true.',
    )
  }
  const optional = (name: string): number | null => {
    const value = candidate[name]
    return typeof value === 'number' && Number.isFinite(value) ? value : null
  }
  return {
    isCorrect: correct === 1,
    accuracy,
    referenceProbability: optional('vqa_gt_prob'),
    likeness: optional('vqa_rel_score'),
    beamScore: optional('beam_score'),
    usedFallback: mode === 'fallback',
  }
}

function objectOf(value: Json | undefined, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw inputError(`${where} is no mapping.`, 'Give a file of judged sequences.')
}

function inputError(message: string, hint: string, cause?: unknown): BatonError {
  return new BatonError(message, { boundary: 'dataset', code: 'sequence-file', hint, cause })
}
