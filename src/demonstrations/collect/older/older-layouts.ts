/**
 * Older layouts of RL data, which do not say what a pointer means. Distinguished by their members:
 * - with `candidate_pool_ids`: `pointer` is a position in that list (0 to 63), `pointer_global` the row of the index;
 * - without it: `pointer` is a row of the index, and the pool is not given. Here it is all rows that the query's
 *   candidates name, in ascending order, so pools of such files are small and differ by query.
 *
 * Both give pointers in prompt order, the last next to the question; they are turned round here. Their profile is
 * unknown, so they can be looked at and judged again, but not mixed with others. Verdicts of candidates that failed are
 * left out, also where older files counted them as wrong answers and say so (`eval_failed`, mode `error`).
 */
import { z } from 'zod'
import { dataError, hashPools, makePool, type QuestionIndex } from '../../data/index.ts'
import {
  type CandidateSequence,
  type CollectedGroup,
  type SequenceData,
  type SequenceSource,
  sequenceSources,
} from '../../schema.ts'
import { tupleKey } from '../propose.ts'
import { wholeFailure } from '../sequence-layout.ts'

const row = z.number().int().min(0)
const optionalNumber = z.number().nullish()

const olderCandidate = z.looseObject({
  pointer: z.array(row).min(1),
  pointer_global: z.array(row).nullish(),
  gen_method: z.string(),
  beam_rank: optionalNumber,
  beam_score: optionalNumber,
  logprob_score: optionalNumber,
  temperature: optionalNumber,
  vqa_pred_answer: z.string().nullish(),
  vqa_raw_generation: z.string().nullish(),
  vqa_correct: z.union([z.number(), z.boolean()]).nullish(),
  vqa_acc_score: optionalNumber,
  vqa_gt_prob: optionalNumber,
  vqa_rel_score: optionalNumber,
  vqa_eval_mode: z.string().nullish(),
  eval_failed: z.boolean().nullish(),
})
type OlderCandidate = z.infer<typeof olderCandidate>

const olderGroup = z.looseObject({
  query: z
    .looseObject({
      image_id: z.union([z.string(), z.number()]).nullish(),
      question_id: z.union([z.string(), z.number()]).nullish(),
      question: z.string().nullish(),
      gt_answers_raw: z.array(z.unknown()).nullish(),
    })
    .nullish(),
  candidate_pool_ids: z.array(row).nullish(),
  pointer_candidates: z.array(olderCandidate),
})
type OlderGroup = z.infer<typeof olderGroup>

/** @param index with it rows become ids and questions; without it they are named `row-<number>`. */
export function readOlderLayout(
  parsed: Readonly<Record<string, unknown>>,
  path: string,
  index: QuestionIndex | null,
): SequenceData {
  const { _meta: meta, ...members } = parsed
  const groups = Object.entries(members).map(([queryRow, member]) => {
    const result = olderGroup.safeParse(member)
    if (!result.success) {
      const [issue] = result.error.issues
      throw dataError(
        'sequence-file',
        `${path} is no file of judged sequences: ${queryRow}.${issue?.path.join('.')}: ${issue?.message}.`,
        'Give a file of RL data: an object with `pointer_candidates` for each query.',
      )
    }
    return readGroup(queryRow, result.data, { path, index })
  })
  if (groups.length === 0) throw dataError('sequence-file', `${path} holds no queries.`, 'Check the file.')
  const stated = (meta ?? {}) as { readonly vqa_model?: unknown }
  return {
    schemaVersion: 4,
    indexSpace: 'local',
    model: typeof stated.vqa_model === 'string' ? stated.vqa_model : 'unknown',
    profile: null,
    profileHash: null,
    poolHash: hashPools(groups.map(({ pool }) => pool)),
    indexHash: index?.hash ?? null,
    groups,
  }
}

interface Place {
  readonly path: string
  readonly index: QuestionIndex | null
}

function readGroup(queryRow: string, group: OlderGroup, { path, index }: Place): CollectedGroup {
  const where = `${path}, query ${queryRow}`
  const isLocal = group.candidate_pool_ids != null
  const poolRows = group.candidate_pool_ids ?? rowsNamed(group.pointer_candidates)
  const position = new Map(poolRows.map((global, place) => [global, place]))
  const idOf = (global: number): string => {
    if (index === null) return `row-${global}`
    const question = index.questions[global]
    if (question !== undefined) return question.id
    throw dataError(
      'row-outside-index',
      `${where} names row ${global} of an index of ${index.questions.length}.`,
      'Give the index that the file was made with, sorted by question id.',
    )
  }
  const own = Number(queryRow)
  const queryId = Number.isInteger(own) ? idOf(own) : queryRow
  const seen = new Set<string>()
  const candidates = group.pointer_candidates.flatMap((candidate): CandidateSequence[] => {
    const shown = isLocal ? candidate.pointer : candidate.pointer.map((global) => position.get(global) as number)
    checkOlderPointer(shown, { candidate, poolRows, where })
    const picks = [...shown].reverse()
    if (seen.has(tupleKey(picks))) return []
    seen.add(tupleKey(picks))
    return [readCandidate(candidate, picks, where)]
  })
  const question = index?.questions[own]
  return {
    query: {
      id: queryId,
      imageId: question?.imageId ?? String(group.query?.image_id ?? queryId),
      question: question?.question ?? group.query?.question ?? '',
      answers: question?.answers ?? (group.query?.gt_answers_raw ?? []).map(answerText),
      split: question?.split ?? 'train',
    },
    pool: makePool(queryId, poolRows.map(idOf)),
    candidates,
  }
}

function answerText(entry: unknown): string {
  const { answer } = (typeof entry === 'object' && entry !== null ? entry : {}) as { answer?: unknown }
  return String(answer ?? entry)
}

function rowsNamed(candidates: readonly OlderCandidate[]): number[] {
  return [...new Set(candidates.flatMap(({ pointer }) => pointer))].sort((a, b) => a - b)
}

function checkOlderPointer(
  shown: readonly number[],
  {
    candidate,
    poolRows,
    where,
  }: {
    readonly candidate: OlderCandidate
    readonly poolRows: readonly number[]
    readonly where: string
  },
): void {
  const stated = candidate.pointer_global
  const isInside = shown.every((place) => place < poolRows.length)
  const isConsistent = stated == null || shown.every((place, i) => poolRows[place] === stated[i])
  if (isInside && isConsistent && new Set(shown).size === shown.length) return
  throw dataError(
    'pointer-outside-pool',
    `${where}: pointer [${candidate.pointer.join(', ')}] ${isInside ? 'does not fit its rows of the index' : `is not a position in a pool of ${poolRows.length}`}, or repeats itself.`,
    'The file mixes positions in the pool and rows of the index: make it again with `npx baton demos collect`.',
  )
}

function readCandidate(candidate: OlderCandidate, picks: readonly number[], where: string): CandidateSequence {
  const hasFailed =
    candidate.eval_failed === true ||
    candidate.vqa_eval_mode === 'error' ||
    candidate.vqa_acc_score == null ||
    candidate.vqa_correct == null
  return {
    picks,
    source: sourceOf(candidate.gen_method, where),
    beamRank: candidate.beam_rank ?? null,
    beamScore: candidate.beam_score ?? null,
    logprob: candidate.logprob_score ?? null,
    temperature: candidate.temperature ?? null,
    verdict: hasFailed
      ? null
      : {
          prediction: candidate.vqa_pred_answer ?? '',
          rawGeneration: candidate.vqa_raw_generation ?? candidate.vqa_pred_answer ?? '',
          isCorrect: Number(candidate.vqa_correct) > 0,
          accuracy: Math.min(1, Math.max(0, candidate.vqa_acc_score ?? 0)),
          referenceProbability: candidate.vqa_gt_prob ?? null,
          likeness: candidate.vqa_rel_score ?? null,
          usedFallback: candidate.vqa_eval_mode === 'fallback',
        },
    failure: hasFailed ? wholeFailure : null,
  }
}

function sourceOf(name: string, where: string): SequenceSource {
  const found = sequenceSources.find((source) => source === name)
  if (found !== undefined) return found
  throw dataError(
    'sequence-file',
    `${where}: there is no source "${name}".`,
    `Sources are ${sequenceSources.join(', ')}.`,
  )
}
