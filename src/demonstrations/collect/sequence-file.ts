/**
 * Files of judged sequences, schema 4: the layout of Lever-Plus's RL data (a query id each, `pointer_candidates` in it)
 * with what that left to guess. `_meta` gives the schema's version, what pointers mean (`indexSpace`), their order
 * (`pointerOrder`), the evaluation profile and the hashes of pools and index; each query lists its pool. Older layouts are
 * read by `older/older-layouts.ts`.
 */
import type { BatonError } from '../../core/failure.ts'
import { hashProfile, readEvaluationProfile } from '../answering/index.ts'
import { dataError, hashPools, makePool, type QuestionIndex, readJsonFile } from '../data/index.ts'
import {
  type CandidateSequence,
  type CollectedGroup,
  type JudgedAnswer,
  type SequenceData,
  sequenceSources,
} from '../schema.ts'
import { readOlderLayout } from './older/older-layouts.ts'
import { tupleKey } from './propose.ts'
import { type FileCandidate, type FileGroup, fileSchema, wholeFailure } from './sequence-layout.ts'

/** JSON text with one line a query, queries in their order. */
export function encodeSequences(data: SequenceData): string {
  const meta = {
    schemaVersion: data.schemaVersion,
    indexSpace: data.indexSpace,
    pointerOrder: 'pick',
    vqa_model: data.model,
    profile: data.profile,
    profileHash: data.profileHash,
    poolHash: data.poolHash,
    indexHash: data.indexHash,
  }
  const lines = data.groups.map((group) => `${JSON.stringify(group.query.id)}: ${JSON.stringify(fileGroup(group))}`)
  return `{\n"_meta": ${JSON.stringify(meta)}${lines.map((line) => `,\n${line}`).join('')}\n}\n`
}

function fileGroup({ query, pool, candidates }: CollectedGroup): FileGroup {
  return {
    query: {
      query_id: query.id,
      question_id: query.id,
      image_id: query.imageId,
      question: query.question,
      gt_answers_raw: [...query.answers],
      split: query.split,
    },
    candidate_pool_ids: [...pool.ids],
    pool_hash: pool.hash,
    pointer_candidates: candidates.map(({ verdict, ...sequence }) => ({
      pointer: [...sequence.picks],
      pointer_ids: sequence.picks.map((pick) => pool.ids[pick] as string),
      gen_method: sequence.source,
      beam_rank: sequence.beamRank,
      beam_score: sequence.beamScore,
      logprob_score: sequence.logprob,
      temperature: sequence.temperature,
      vqa_pred_answer: verdict?.prediction ?? null,
      vqa_raw_generation: verdict?.rawGeneration ?? null,
      vqa_correct: verdict === null ? null : verdict.isCorrect ? 1 : 0,
      vqa_acc_score: verdict?.accuracy ?? null,
      vqa_gt_prob: verdict?.referenceProbability ?? null,
      vqa_rel_score: verdict?.likeness ?? null,
      vqa_eval_mode: verdict === null ? 'error' : verdict.usedFallback ? 'fallback' : 'vqaEval',
      eval_failed: verdict === null,
      failure: sequence.failure,
    })),
  }
}

export interface ReadSequencesOptions {
  /** Older layouts name demonstrations by their row in the index, and say little about the questions. */
  readonly index?: QuestionIndex
}

/** @throws BatonError for a file of none of the layouts, and for pointers outside their pool. */
export function readSequences(path: string, options: ReadSequencesOptions = {}): SequenceData {
  const parsed = readJsonFile(path)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw sequenceError(path, 'it is not an object with one member per query')
  }
  const version = ((parsed as Record<string, unknown>)['_meta'] as { schemaVersion?: unknown } | undefined)
    ?.schemaVersion
  if (version === undefined) return readOlderLayout(parsed as Record<string, unknown>, path, options.index ?? null)
  if (version !== 4) {
    throw sequenceError(path, `its schema is ${String(version)}, and 4 is read here`)
  }
  const result = fileSchema.safeParse(parsed)
  if (!result.success) {
    const [issue] = result.error.issues
    throw sequenceError(path, `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { _meta: meta, ...members } = result.data
  const groups = Object.entries(members).map(([id, group]) => readGroup(id, group as FileGroup, path))
  const profile = meta.profile === null ? null : readEvaluationProfile(meta.profile, path)
  if (profile !== null && meta.profileHash !== hashProfile(profile)) {
    throw sequenceError(path, 'its profile and the hash of it do not belong together')
  }
  const poolHash = hashPools(groups.map(({ pool }) => pool))
  if (poolHash !== meta.poolHash) throw sequenceError(path, 'its pools and the hash of them do not belong together')
  return {
    schemaVersion: 4,
    indexSpace: 'local',
    model: meta.vqa_model,
    profile,
    profileHash: meta.profileHash,
    poolHash,
    indexHash: meta.indexHash,
    groups,
  }
}

function readGroup(id: string, group: FileGroup, path: string): CollectedGroup {
  const { query, candidate_pool_ids: ids, pool_hash: poolHash } = group
  if (query.query_id !== id) throw sequenceError(path, `the entry ${id} is about the query ${query.query_id}`)
  const pool = makePool(id, ids)
  if (poolHash !== pool.hash) throw sequenceError(path, `the pool of ${id} and its hash do not belong together`)
  const seen = new Set<string>()
  const candidates = group.pointer_candidates.map((candidate): CandidateSequence => {
    const { pointer } = candidate
    checkPointer(pointer, ids.length, `${path}, query ${id}`)
    if (pointer.some((position, place) => ids[position] !== candidate.pointer_ids[place])) {
      throw sequenceError(path, `pointer [${pointer.join(', ')}] of query ${id} and its ids do not belong together`)
    }
    const key = tupleKey(pointer)
    if (seen.has(key)) throw sequenceError(path, `query ${id} has the sequence [${pointer.join(', ')}] twice`)
    seen.add(key)
    return readCandidate(candidate)
  })
  return {
    query: {
      id,
      imageId: query.image_id,
      question: query.question,
      answers: query.gt_answers_raw,
      split: query.split,
    },
    pool,
    candidates,
  }
}

function readCandidate(candidate: FileCandidate): CandidateSequence {
  return {
    picks: candidate.pointer,
    source: candidate.gen_method,
    beamRank: candidate.beam_rank,
    beamScore: candidate.beam_score,
    logprob: candidate.logprob_score,
    temperature: candidate.temperature,
    verdict: candidate.eval_failed ? null : verdictOf(candidate),
    failure: candidate.eval_failed ? (candidate.failure ?? wholeFailure) : null,
  }
}

function verdictOf(candidate: FileCandidate): JudgedAnswer {
  return {
    prediction: candidate.vqa_pred_answer ?? '',
    rawGeneration: candidate.vqa_raw_generation ?? '',
    isCorrect: candidate.vqa_correct === 1,
    accuracy: candidate.vqa_acc_score ?? 0,
    referenceProbability: candidate.vqa_gt_prob,
    likeness: candidate.vqa_rel_score,
    usedFallback: candidate.vqa_eval_mode === 'fallback',
  }
}

/** @throws BatonError for positions outside the pool, and for repeated ones. */
export function checkPointer(pointer: readonly number[], poolSize: number, where: string): void {
  const outside = pointer.find((position) => !(position >= 0 && position < poolSize))
  if (outside !== undefined) {
    throw dataError(
      'pointer-outside-pool',
      `${where}: pointer ${outside} is not a position in a pool of ${poolSize}.`,
      'Look whether the file counts positions in the pool or rows of the index.',
    )
  }
  if (new Set(pointer).size !== pointer.length) {
    throw dataError(
      'pointer-repeats',
      `${where}: [${pointer.join(', ')}] repeats a pointer.`,
      'Collect the file again.',
    )
  }
}

function sequenceError(path: string, reason: string): BatonError {
  return dataError(
    'sequence-file',
    `${path} is no file of judged sequences: ${reason}.`,
    `Give a file that \`npx baton demos collect\` wrote (sources: ${sequenceSources.join(', ')}).`,
  )
}
