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
import { defaultProfile, readEvaluationProfile } from '../demonstrations/answering/index.ts'
import { predictionsIdentity, scorePredictions } from '../demonstrations/evaluation/index.ts'
import { normalisationProfiles } from '../demonstrations/metric/normalise-answer.ts'
import { evaluationBlocks, evaluationVerdictLines } from '../demonstrations/report/index.ts'
import { samplerNames } from '../demonstrations/samplers/index.ts'
import type { EvaluationProfile, Question } from '../demonstrations/schema.ts'
import { readSelector } from '../engines/pointer/index.ts'
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
import { generatedQuestions, readQuestions } from '../session/demonstration-inputs.ts'
import {
  type DemonstrationEvaluation,
  evaluateDemonstrations,
  type MeasuredDemonstrations,
  reportEvaluation,
} from '../session/evaluate-demonstrations.ts'
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
  const settings = Object.entries(options).map(([name, value]) => [name, String(value)] as const)
  const report = await reportEvaluation(store, measured, { questions, index, prefixes, settings })
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

interface Measured extends MeasuredDemonstrations {
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
  const { store, signal } = work
  const onProgress = answerProgress(process.stderr)
  return { ...(await evaluateDemonstrations(planOf(work), { cache: store.calls, signal, onProgress })), notes: [] }
}

function planOf({ options, questions, index, shots, profile, seed }: Measurement): DemonstrationEvaluation {
  const { server, model, apiKeyEnv } = options
  return {
    questions,
    index,
    shots,
    profile,
    seed,
    encoder: options.encoder,
    embeddings: options.embeddings ?? null,
    queryEmbeddings: options.queryEmbeddings ?? null,
    collected: options.collected ?? null,
    sampler: oneOf('--sampler', options.sampler, samplerNames),
    poolSize: countOption('--pool-size', options.poolSize),
    selector: options.selector ?? null,
    server: {
      baseUrl: server === 'simulator' ? null : server,
      model: model ?? 'simulator',
      apiKey: keyOption('--api-key-env', apiKeyEnv, process.env),
      concurrency: countOption('--concurrency', options.concurrency),
    },
  }
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
