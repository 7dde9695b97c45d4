/**
 * The records that the parts of `demonstrations/` hand to each other: questions, pools, embeddings, judged sequences, the
 * evaluation profile, and the answering model as they see it. Types only; files are read and written elsewhere.
 *
 * Order: `picks` are in pick order. A prompt shows them reversed, so that the first pick is next to the question.
 * Index space: `local` pointers are positions in the query's own pool, `global` ones rows of the index.
 */
import type { NormalisationProfile } from './metric/normalise-answer.ts'

export interface Question {
  /** Unique within its index. */
  readonly id: string
  /** Questions about one picture share it; for questions without a picture their own id. */
  readonly imageId: string
  readonly question: string
  /** What the annotators said, one entry each: ten in VQA files, one or more in text QA. Never empty. */
  readonly answers: readonly string[]
  /** What a demonstration shows: the file's own choice, else the most frequent answer, the first of those in a tie. */
  readonly shownAnswer: string
  readonly split: string
  /** Path of a picture or a `data:` URL; null for text. */
  readonly image: string | null
  /** The file's own name for the type of question, where it has one. */
  readonly kind: string | null
}

export type IndexSpace = 'local' | 'global'

/** The demonstrations that one query may be shown. */
export interface Pool {
  readonly schemaVersion: 1
  /** What pointers into this pool mean. */
  readonly indexSpace: 'local'
  readonly queryId: string
  /** [K] ids, distinct, never the query's own. */
  readonly ids: readonly string[]
  /** sha256 over query id and ids, in order. */
  readonly hash: string
}

/** Embeddings by row; the rows have names. */
export interface Embeddings {
  /** [N] */
  readonly ids: readonly string[]
  readonly width: number
  /** [N, width], each row of length 1. */
  readonly rows: Float32Array
  /** Name of the encoder or of the file. */
  readonly source: string
}

export const sequenceSources = ['beam', 'sample', 'retrieval', 'random'] as const
export type SequenceSource = (typeof sequenceSources)[number]

export interface JudgedAnswer {
  /** After post-processing. */
  readonly prediction: string
  readonly rawGeneration: string
  /** Any annotator agrees. */
  readonly isCorrect: boolean
  /** VQA accuracy under the profile, 0..1. */
  readonly accuracy: number
  /** Probability of the reference answers, 0..1; null where it was not measured. */
  readonly referenceProbability: number | null
  /** Likeness to the nearest reference answer, 0..1; null where it was not measured. */
  readonly likeness: number | null
  /** Scored by string comparison and not by the metric. */
  readonly usedFallback: boolean
}

/** One ordered tuple of demonstrations for one query, judged or failed. */
export interface CandidateSequence {
  /** Positions in the query's pool, distinct, in pick order. */
  readonly picks: readonly number[]
  readonly source: SequenceSource
  /** 0 is the best of its beam; null outside beams. */
  readonly beamRank: number | null
  /** InfoScore of the last step for beams of the construction; null for others. */
  readonly beamScore: number | null
  /** log-prob under the selector that proposed it, in nats; null for other sources. */
  readonly logprob: number | null
  readonly temperature: number | null
  /** null where the answering model failed: a failure is not a wrong answer. */
  readonly verdict: JudgedAnswer | null
  /** Kind of the failure; null exactly where there is a verdict. */
  readonly failure: string | null
}

export interface CollectedGroup {
  readonly query: Pick<Question, 'id' | 'imageId' | 'question' | 'answers' | 'split'>
  readonly pool: Pool
  readonly candidates: readonly CandidateSequence[]
}

/** A file of judged sequences, in the words of the code; the file's own words are in `collect/sequence-file.ts`. */
export interface SequenceData {
  readonly schemaVersion: 4
  readonly indexSpace: 'local'
  readonly model: string
  readonly profile: EvaluationProfile | null
  /** null in files of older layouts, which do not say. */
  readonly profileHash: string | null
  /** sha256 over all pools, in order. */
  readonly poolHash: string
  /** sha256 over the index's ids, texts and answers; null in older files. */
  readonly indexHash: string | null
  readonly groups: readonly CollectedGroup[]
}

/** Everything that shapes an answer's score. Its hash is in data, training and evaluation; other hashes are refused. */
export interface EvaluationProfile {
  readonly name: string
  readonly systemPrompt: string
  /** `turns`: each demonstration is a user and an assistant message; `joined`: all of them in one user message. */
  readonly layout: 'turns' | 'joined'
  /** With `{question}`; the picture comes before it. */
  readonly questionTemplate: string
  /** Between demonstrations of the `joined` layout. */
  readonly separator: string
  readonly maxTokens: number
  readonly temperature: number
  /** 1 means no beam search. */
  readonly beams: number
  readonly lengthPenalty: number
  /** Pictures are shrunk until their longer side is at most this many pixels. */
  readonly maxPictureSide: number
  /** The answer ends at the first of these. */
  readonly cutAt: readonly string[]
  readonly normalisation: NormalisationProfile
}

/** What came of one prompt. */
export type AnswerOutcome =
  | {
      readonly kind: 'answer'
      readonly prediction: string
      readonly rawGeneration: string
      /** Of the call; absent where usage is not counted. */
      readonly usage?: { readonly inputTokens: number; readonly outputTokens: number; readonly costUsd: number }
    }
  | { readonly kind: 'failure'; readonly failure: string; readonly message: string }

/** What came of asking how likely an answer is. */
export type LikelihoodOutcome =
  | {
      readonly kind: 'likelihood'
      /** Mean over the answer's tokens, in nats. */
      readonly meanLogprob: number
    }
  | { readonly kind: 'failure'; readonly failure: string; readonly message: string }

/** The answering model under one evaluation profile. */
export interface Answerer {
  readonly model: string
  readonly profile: EvaluationProfile
  /** @param demonstrations in prompt order: the last is next to the question. */
  answer(question: Question, demonstrations: readonly Question[], signal?: AbortSignal): Promise<AnswerOutcome>
  /** How likely the model finds `answer`; a failure of kind `unsupported` where the server cannot say. */
  likelihood(
    question: Question,
    demonstrations: readonly Question[],
    answer: string,
    signal?: AbortSignal,
  ): Promise<LikelihoodOutcome>
}

/** One answered question, as an evaluation keeps it. */
export type { EvaluatedQuestion as PerQuestionRecord } from './evaluation/evaluation-record.ts'
