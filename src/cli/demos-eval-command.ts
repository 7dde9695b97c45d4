/**
 * `baton demos eval`: every method on the same held-out questions, with its table, intervals, collapse detector and
 * per-question rows in a run folder; or the predictions of another system, scored.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { assertInput } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { modelServer } from '../core/inputs/address.ts'
import type { JsonObject } from '../core/json.ts'
import {
  createAnswerer,
  decodingBody,
  defaultProfile,
  hashProfile,
  readEvaluationProfile,
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
  predictionsIdentity,
  questionsHash,
  randomDemonstrations,
  scorePredictions,
  selectorMethod,
  similarDemonstrations,
  writeStoredEvaluation,
  zeroShot,
} from '../demonstrations/evaluation/index.ts'
import { normalisationProfiles } from '../demonstrations/metric/normalise-answer.ts'
import { buildReport, evaluationBlocks, evaluationVerdictLines } from '../demonstrations/report/index.ts'
import { samplerNames } from '../demonstrations/samplers/index.ts'
import type { EvaluationProfile, Question } from '../demonstrations/schema.ts'
import { createPointerEngine, readSelector } from '../engines/pointer/index.ts'
import { type ChatModel, createChatModel } from '../llm/index.ts'
import { htmlPage, markdownPage } from '../reports/index.ts'
import {
  assertRunKind,
  createRun,
  discardRun,
  fingerprint,
  openRun,
  type RunStore,
  withEnding,
  withoutSecrets,
} from '../runs/index.ts'
import { createSimulatedModel } from '../simulation/server/simulated-model.ts'
import { type EvaluationInputs, generatedQuestions, prepareInputs, readQuestions } from './demos-eval-inputs.ts'
import { isOutageError, withResume } from './errors.ts'
import { shellWord } from './format.ts'
import { watchStop } from './interrupt.ts'
import { spokenLanguage } from './language.ts'
import { createLiveLine } from './live-line.ts'
import {
  addressOption,
  countOption,
  countsOption,
  encoderOption,
  keyOption,
  oneOf,
  optionError,
  runNameOption,
  seedOption,
} from './option-values.ts'
import { labelled, padText } from './text-width.ts'
import { commonWords } from './words/common.ts'
import { demosWords } from './words/demos.ts'

export interface DemosEvalOptions {
  readonly questions?: string
  readonly annotations?: string
  readonly pictures?: string
  readonly index?: string
  /** 3,000 in runs that do not say. */
  readonly generated?: string
  readonly indexAnnotations?: string
  readonly indexPictures?: string
  readonly embeddings?: string
  readonly queryEmbeddings?: string
  readonly selector?: string
  readonly collected?: string
  readonly predictions?: string
  readonly normalisation: string
  readonly shots: string
  readonly prefixes: string
  readonly poolSize: string
  readonly encoder: string
  readonly sampler: string
  readonly limit?: string
  readonly seed: string
  readonly server: string
  readonly model?: string
  readonly apiKeyEnv?: string
  readonly concurrency: string
  readonly profile?: string
  readonly out: string
  readonly name?: string
  readonly resume?: string
}

/** Of the generated questions. */
const generatedHeldOut = 1000

export async function demosEvalCommand(given: DemosEvalOptions): Promise<void> {
  const options = given.resume === undefined ? given : resumedOptions(given.resume)
  // Everything that can be wrong is read before a run folder is made, and before anything that takes long.
  assertFiles(options)
  const shots = countsOption('--shots', options.shots, '1,2,3,4')
  const prefixes = countsOption('--prefixes', options.prefixes, '100,200')
  const seed = seedOption(options.seed)
  checkAnswering(options)
  const profile = options.profile === undefined ? defaultProfile : readProfileFile(options.profile)
  const all = await questionsOf(options, seed)
  const questions = all.questions.slice(0, limitOf(options))
  const store = given.resume === undefined ? newRun(options, seed) : openRun(given.resume)
  const interruption = watchStop()
  const { signal } = interruption
  const work: Measurement = { options, questions, index: all.index, shots, profile, seed, store, signal }
  try {
    await withEnding(
      store,
      () => signal.aborted,
      () => measureAndReport(work, prefixes),
    )
  } catch (error) {
    if (interruption.signal.aborted) {
      const { stopped, goOnWith } = commonWords()
      process.stderr.write(`${stopped(goOnWith(`npx baton demos eval --resume ${shellWord(store.folder)}`))}\n`)
      process.exitCode = 130
      return
    }
    // Wrong input leaves nothing behind; a server that failed leaves what it answered.
    const isWrongInput = error instanceof BatonError && error.exitCode === 2
    if (isWrongInput && given.resume === undefined) discardRun(store)
    throw isOutageError(error) ? withResume(error, `npx baton demos eval --resume ${shellWord(store.folder)}`) : error
  } finally {
    store.close()
    interruption.dispose()
  }
}

function limitOf({ limit }: DemosEvalOptions): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : countOption('--limit', limit)
}

function assertFiles(options: DemosEvalOptions): void {
  const { predictions, questions, index, selector, embeddings, queryEmbeddings, collected } = options
  const files = {
    ...{ '--predictions': predictions, '--questions': questions, '--index': index, '--selector': selector },
    ...{ '--embeddings': embeddings, '--query-embeddings': queryEmbeddings, '--collected': collected },
  }
  for (const [option, path] of Object.entries(files)) if (path !== undefined) assertInput(option, path)
  if (selector !== undefined) readSelector(selector)
}

/** @returns true: an evaluation that ends is whole. */
async function measureAndReport(work: Measurement, prefixes: readonly number[]): Promise<boolean> {
  const { options, questions, index, store } = work
  const measured = options.predictions === undefined ? await measure(work) : scored(options, questions)
  writeStoredEvaluation(store, measured)
  const report = await buildReport({
    name: store.name,
    folder: store.folder,
    createdAt: store.manifest.createdAt,
    prefixes,
    settings: Object.entries(options).map(([name, value]) => [name, String(value)]),
    ...measured,
    ...picturesOf(questions, index),
  })
  store.writeArtifact('report.json', `${JSON.stringify(report, null, 2)}\n`)
  store.writeArtifact('report.md', markdownPage(evaluationBlocks(report, spokenLanguage())))
  const page = store.writeArtifact(
    'report.html',
    htmlPage(store.name, (language) => evaluationBlocks(report, language)),
  )
  for (const line of measured.notes) process.stdout.write(`${line}\n`)
  for (const cell of report.cells.filter(
    ({ segment }) => segment.kind === 'prefix' && segment.to === questions.length,
  )) {
    if (cell.accuracy === null) continue
    const { value, low, high, trials } = cell.accuracy
    const points = (rate: number): string => (rate * 100).toFixed(2)
    const words = demosWords()
    const name = words.method(words.methods[cell.method] ?? cell.method, cell.shots)
    process.stdout.write(`${padText(name, 22)} ${points(value)} [${points(low)}, ${points(high)}] n=${trials}\n`)
  }
  if (report.differences.length > 0)
    for (const line of evaluationVerdictLines(report, spokenLanguage())) process.stdout.write(`${line}\n`)
  process.stdout.write(`${labelled(commonWords().labels.report, page)}\n`)
  return true
}

/** What can be wrong with the options of the answering model and of the pools. */
function checkAnswering({ server, model, apiKeyEnv, name, sampler, encoder, ...counts }: DemosEvalOptions): void {
  addressOption('--server', server, { kind: modelServer, words: ['simulator'] })
  if (server !== 'simulator' && model === undefined) {
    throw optionError('--server needs --model.', 'Name the model as the server lists it.')
  }
  keyOption('--api-key-env', apiKeyEnv, process.env)
  if (name !== undefined) runNameOption('--name', name)
  oneOf('--sampler', sampler, samplerNames)
  encoderOption(encoder)
  oneOf('--normalisation', counts.normalisation, normalisationProfiles)
  countOption('--pool-size', counts.poolSize)
  countOption('--concurrency', counts.concurrency)
  if (counts.generated !== undefined) countOption('--generated', counts.generated)
  if (counts.limit !== undefined) countOption('--limit', counts.limit)
}

interface Measured {
  readonly identity: EvaluationIdentity
  readonly method: string
  readonly rows: readonly EvaluatedQuestion[]
  readonly notes: readonly string[]
}

interface Measurement {
  readonly options: DemosEvalOptions
  readonly questions: readonly Question[]
  readonly index: readonly Question[]
  readonly shots: readonly number[]
  readonly profile: EvaluationProfile
  readonly seed: number
  readonly store: RunStore
  readonly signal: AbortSignal
}

async function measure(work: Measurement): Promise<Measured> {
  const { options, questions, shots, profile, seed, store, signal } = work
  const inputs = await prepareInputs({
    questions,
    index: work.index,
    encoder: options.encoder,
    embeddings: options.embeddings ?? null,
    queryEmbeddings: options.queryEmbeddings ?? null,
    collected: options.collected ?? null,
    profile,
    sampler: options.sampler,
    poolSize: countOption('--pool-size', options.poolSize),
    mostShots: Math.max(...shots),
    seed,
  })
  const opened = openModel(options, profile, store)
  const pooled = questions.map(({ id }, i): PooledQuestion => ({ id, pool: inputs.pools[i]?.ids ?? [] }))
  const selector = options.selector === undefined ? null : await openLearned(options.selector, inputs, pooled)
  try {
    const concurrency = countOption('--concurrency', options.concurrency)
    const answerer = watchAnswerer(createAnswerer({ model: opened.model }, profile), concurrency)
    const methods: Method[] = [
      zeroShot(pooled),
      randomDemonstrations(pooled, seed),
      fixedDemonstrations(
        pooled,
        inputs.index.questions.slice(0, Math.max(...shots) + 1).map(({ id }) => id),
      ),
      similarDemonstrations(pooled, inputs.ranked),
      ...(inputs.collected.size === 0 ? [] : [oracle(pooled, inputs.collected)]),
      ...(selector === null ? [] : [selector.method]),
    ]
    const rows = await evaluateMethods(
      {
        questions,
        methods,
        shots,
        ask: askAnswerer({
          questions,
          demonstrations: new Map(inputs.index.questions.map((question) => [question.id, question])),
          answerer,
          concurrency,
        }),
        onProgress: answerProgress(process.stderr),
        // The answerer refuses them itself, by what went wrong.
        maxFailedRate: 1,
      },
      signal,
    )
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
      notes: [],
    }
  } finally {
    await selector?.close()
    await opened.close()
  }
}

async function openLearned(path: string, inputs: EvaluationInputs, pooled: readonly PooledQuestion[]) {
  const { queries, candidates } = inputs
  const engine = await createPointerEngine({ checkpoint: readSelector(path), tables: { queries, candidates } })
  return { method: selectorMethod('learned', pooled, engine), close: () => engine.close() }
}

/** A server with what it answered kept in the run, or the simulator in this process. */
function openModel(
  { server, model, apiKeyEnv, concurrency }: DemosEvalOptions,
  profile: EvaluationProfile,
  store: RunStore,
): { readonly model: ChatModel; close(): Promise<void> } {
  if (server === 'simulator' || model === undefined) {
    return { model: createSimulatedModel(model ?? 'simulator'), close: async () => undefined }
  }
  const opened = createChatModel({
    baseUrl: server,
    model,
    apiKey: keyOption('--api-key-env', apiKeyEnv, process.env),
    temperature: profile.temperature,
    maxTokens: profile.maxTokens,
    concurrency: countOption('--concurrency', concurrency),
    extraBody: decodingBody(profile),
    cache: withoutPictures(store.calls),
  })
  return { model: opened, close: () => opened.close() }
}

function scored({ predictions = '', normalisation }: DemosEvalOptions, questions: readonly Question[]): Measured {
  const profile = oneOf('--normalisation', normalisation, normalisationProfiles)
  const method = 'predictions'
  const { rows, missing, unknown } = scorePredictions(questions, {
    text: readInput(predictions),
    what: predictions,
    method,
    profile,
  })
  const notes = [
    ...(missing === 0 ? [] : [demosWords().noPrediction(missing)]),
    ...(unknown === 0 ? [] : [demosWords().unknownQuestion(unknown)]),
  ]
  return { identity: predictionsIdentity(questions, profile), method, rows, notes }
}

async function questionsOf(
  options: DemosEvalOptions,
  seed: number,
): Promise<{ readonly questions: readonly Question[]; readonly index: readonly Question[] }> {
  if (options.questions === undefined) {
    if (options.predictions !== undefined || options.index !== undefined) {
      throw optionError('--questions is missing.', 'Give the file of the questions to measure on.')
    }
    const indexed = countOption('--generated', options.generated ?? '3000')
    const { index, heldOut } = generatedQuestions(seed, indexed, Math.min(generatedHeldOut, limitOf(options)))
    return { questions: heldOut, index }
  }
  const questions = await readQuestions({
    questions: options.questions,
    annotations: options.annotations ?? null,
    pictures: options.pictures ?? null,
    split: 'held-out',
  })
  if (options.predictions !== undefined) return { questions, index: [] }
  if (options.index === undefined) {
    throw optionError('--index is missing.', 'Give the questions that demonstrations are taken from: the train split.')
  }
  const index = await readQuestions({
    questions: options.index,
    annotations: options.indexAnnotations ?? null,
    pictures: options.indexPictures ?? null,
    split: 'index',
  })
  return { questions, index }
}

/** Pictures are shown where they are data: files are many and large. */
function picturesOf(questions: readonly Question[], index: readonly Question[]) {
  const byId = new Map([...index, ...questions].map((question) => [question.id, question]))
  return {
    kindOf: (id: string) => byId.get(id)?.kind ?? null,
    item: async (id: string) => {
      const question = byId.get(id)
      return {
        question: question?.question ?? id,
        answer: question?.shownAnswer ?? '',
        kind: question?.kind ?? null,
        image: question?.image?.startsWith('data:') === true ? question.image : null,
      }
    },
  }
}

function newRun(options: DemosEvalOptions, seed: number): RunStore {
  const resolvedYaml = stringify(options)
  return createRun({
    root: options.out,
    rootSetting: '--out',
    kind: 'evaluation',
    name: options.name ?? null,
    prefix: 'demos-eval',
    resolvedYaml,
    origin: {
      configHash: fingerprint(resolvedYaml),
      seed,
      datasets: {},
      argv: withoutSecrets(process.argv.slice(2)),
    },
  })
}

function resumedOptions(folder: string): DemosEvalOptions {
  assertRunKind(folder, 'evaluation')
  const config = parse(readInput(join(folder, 'config.yaml'))) as JsonObject | null
  if (typeof config?.['shots'] === 'string') return config as unknown as DemosEvalOptions
  throw optionError(
    `${folder} was made by npm run demos, which cannot be resumed.`,
    `Its report is ${join(folder, 'report.html')}; npm run demos makes another run.`,
  )
}

function answerProgress(stream: NodeJS.WriteStream): (done: number, total: number) => void {
  const live = createLiveLine(stream)
  return (done, total) => {
    const line = labelled(demosWords().labels.answers, `${done}/${total}`)
    if (done === total || (!live.isLive && done % 2000 === 0)) live.print(line)
    else live.draw(() => line)
  }
}

function readProfileFile(path: string): EvaluationProfile {
  let value: unknown
  try {
    value = parse(readInput(path))
  } catch (error) {
    if (error instanceof BatonError) throw error
    throw optionError(`${path} is neither JSON nor YAML.`, 'Fix the file.')
  }
  return readEvaluationProfile(value, path)
}

function readInput(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new BatonError(`${path} cannot be read.`, {
      boundary: 'config',
      code: 'input-file',
      hint: 'Give the path of a file that exists.',
      cause,
    })
  }
}
