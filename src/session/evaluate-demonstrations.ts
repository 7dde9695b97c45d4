/**
 * Measures every method of choosing demonstrations on the same held-out questions, against a server or the simulator, and
 * writes the report of what was measured into the run.
 */
import type { CallCache } from '../core/records.ts'
import {
  createAnswerer,
  decodingBody,
  hashProfile,
  watchAnswerer,
  withoutPictures,
} from '../demonstrations/answering/index.ts'
import { hashPools } from '../demonstrations/data/index.ts'
import {
  askAnswerer,
  type EvaluatedQuestion,
  type EvaluationIdentity,
  evaluateMethods,
  fixedDemonstrations,
  type Method,
  oracle,
  type PooledQuestion,
  questionsHash,
  randomDemonstrations,
  selectorMethod,
  similarDemonstrations,
  writeStoredEvaluation,
  zeroShot,
} from '../demonstrations/evaluation/index.ts'
import { buildReport, type EvaluationReport } from '../demonstrations/report/index.ts'
import type { EvaluationProfile, Question } from '../demonstrations/schema.ts'
import { createPointerEngine, readSelector } from '../engines/pointer/index.ts'
import { type ChatModel, createChatModel } from '../llm/index.ts'
import type { RunStore } from '../runs/index.ts'
import { createSimulatedModel } from '../simulation/server/simulated-model.ts'
import { type EvaluationInputs, type InputPlan, prepareInputs } from './demonstration-inputs.ts'

/** Who answers: an OpenAI-compatible server, or the simulator in this process. */
export interface AnsweringServer {
  /** With `/v1`; null for the simulator. */
  readonly baseUrl: string | null
  readonly model: string
  readonly apiKey: string | undefined
  readonly concurrency: number
}

export interface DemonstrationEvaluation extends Omit<InputPlan, 'mostShots'> {
  readonly shots: readonly number[]
  /** Checkpoint of a selector that is measured beside the baselines. */
  readonly selector: string | null
  readonly server: AnsweringServer
}

export interface MeasuredDemonstrations {
  readonly identity: EvaluationIdentity
  /** The method that a row of the table is about. */
  readonly method: string
  readonly rows: readonly EvaluatedQuestion[]
}

export async function evaluateDemonstrations(
  plan: DemonstrationEvaluation,
  {
    cache,
    signal,
    onProgress,
  }: {
    readonly cache: CallCache
    readonly signal: AbortSignal
    readonly onProgress: (done: number, total: number) => void
  },
): Promise<MeasuredDemonstrations> {
  const { questions, shots, profile, server } = plan
  const inputs = await prepareInputs({ ...plan, mostShots: Math.max(...shots) })
  const opened = openModel(server, profile, cache)
  const pooled = questions.map(({ id }, i): PooledQuestion => ({ id, pool: inputs.pools[i]?.ids ?? [] }))
  const selector = plan.selector === null ? null : await openLearned(plan.selector, inputs, pooled)
  try {
    const answerer = watchAnswerer(createAnswerer({ model: opened.model }, profile), server.concurrency)
    const demonstrations = new Map(inputs.index.questions.map((question) => [question.id, question]))
    const ask = askAnswerer({ questions, demonstrations, answerer, concurrency: server.concurrency })
    const methods = [...baselines(plan, inputs, pooled), ...(selector === null ? [] : [selector.method])]
    // The answerer refuses failed answers itself, by what went wrong.
    const rows = await evaluateMethods({ questions, methods, shots, ask, onProgress, maxFailedRate: 1 }, signal)
    answerer.refuseMissing()
    return {
      identity: {
        questionsHash: questionsHash(questions),
        questionCount: questions.length,
        profileHash: hashProfile(profile),
        profileName: profile.name,
        poolHash: hashPools(inputs.pools),
        model: answerer.model,
      },
      method: selector === null ? 'similar' : 'learned',
      rows,
    }
  } finally {
    await selector?.close()
    await opened.close()
  }
}

function baselines(
  { shots, seed }: DemonstrationEvaluation,
  { index, ranked, collected }: EvaluationInputs,
  pooled: readonly PooledQuestion[],
): Method[] {
  const fixed = index.questions.slice(0, Math.max(...shots) + 1).map(({ id }) => id)
  return [
    zeroShot(pooled),
    randomDemonstrations(pooled, seed),
    fixedDemonstrations(pooled, fixed),
    similarDemonstrations(pooled, ranked),
    ...(collected.size === 0 ? [] : [oracle(pooled, collected)]),
  ]
}

async function openLearned(path: string, inputs: EvaluationInputs, pooled: readonly PooledQuestion[]) {
  const { queries, candidates } = inputs
  const engine = await createPointerEngine({ checkpoint: readSelector(path), tables: { queries, candidates } })
  return { method: selectorMethod('learned', pooled, engine), close: () => engine.close() }
}

/** A server whose answers are kept in the cache, or the simulator. */
function openModel(
  { baseUrl, model, apiKey, concurrency }: AnsweringServer,
  profile: EvaluationProfile,
  cache: CallCache,
): { readonly model: ChatModel; close(): Promise<void> } {
  if (baseUrl === null) return { model: createSimulatedModel(model), close: async () => undefined }
  const opened = createChatModel({
    baseUrl,
    model,
    apiKey,
    temperature: profile.temperature,
    maxTokens: profile.maxTokens,
    concurrency,
    extraBody: decodingBody(profile),
    cache: withoutPictures(cache),
  })
  return { model: opened, close: () => opened.close() }
}

/** Keeps what was measured in the run. @returns its report, not yet written. */
export async function reportEvaluation(
  store: RunStore,
  measured: MeasuredDemonstrations,
  {
    questions,
    index,
    prefixes,
    settings,
  }: {
    readonly questions: readonly Question[]
    readonly index: readonly Question[]
    readonly prefixes: readonly number[]
    readonly settings: readonly (readonly [name: string, value: string])[]
  },
): Promise<EvaluationReport> {
  writeStoredEvaluation(store, measured)
  const byId = new Map([...index, ...questions].map((question) => [question.id, question]))
  return buildReport({
    name: store.name,
    folder: store.folder,
    createdAt: store.manifest.createdAt,
    prefixes,
    settings,
    ...measured,
    kindOf: (id) => byId.get(id)?.kind ?? null,
    item: async (id) => {
      const question = byId.get(id)
      return {
        question: question?.question ?? id,
        answer: question?.shownAnswer ?? '',
        kind: question?.kind ?? null,
        // Pictures are shown where they are data: files are many and large.
        image: question?.image?.startsWith('data:') === true ? question.image : null,
      }
    },
  })
}
