/** `baton demos collect`: candidate sequences for each query, judged by the answering model, in a run folder. */

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import { modelServer } from '../core/inputs/address.ts'
import { meantNumbers } from '../core/inputs/numbers.ts'
import {
  type CollectionOutcome,
  type CollectionSettings,
  checkSettings,
  defaultPlan,
} from '../demonstrations/collect/index.ts'
import { samplerNames } from '../demonstrations/samplers/index.ts'
import { assertRunKind, type CallTotals, checkDatasets, discardRun, openRun, withEnding } from '../runs/index.ts'
import { collectInto, collectionFiles, newCollectionRun, probeAnsweringModel } from '../session/collection-run.ts'
import { exitWith, isOutageError, withResume } from './errors.ts'
import { dollars, rateText, shareText, shellWord } from './format.ts'
import { watchInterrupts } from './interrupt.ts'
import { createLiveLine, type LiveLine } from './live-line.ts'
import {
  addressOption,
  countOption,
  encoderOption,
  keyOption,
  oneOf,
  optionError,
  seedOption,
  wholeOption,
} from './option-values.ts'
import { labelled, padText } from './text-width.ts'
import { commonWords } from './words/common.ts'
import { demosWords } from './words/demos.ts'

export interface DemosCollectOptions {
  readonly questions?: string
  readonly annotations?: string
  readonly pictures?: string
  readonly generated: string
  readonly queries?: string
  readonly poolSize: string
  readonly sampler?: string
  readonly encoder: string
  readonly embeddings?: string
  readonly shots: string
  readonly sequences: string
  readonly similar: string
  readonly infoscoreBeams: string
  readonly selector?: string
  readonly mine: string
  readonly referenceProbability?: boolean
  readonly rejudge?: string
  readonly merge?: string
  readonly balance?: string
  readonly server: string
  readonly model: string
  readonly apiKeyEnv?: string
  readonly concurrency: string
  readonly profile?: string
  readonly seed: string
  readonly out: string
  readonly resume?: string
}

export async function demosCollectCommand(options: DemosCollectOptions, given: readonly string[]): Promise<void> {
  const settings = options.resume === undefined ? settingsOf(options) : settingsOfRun(options.resume, given)
  const datasets = collectionFiles(settings)
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  // Every answer is in the journal before it counts: nothing has to be finished before a stop.
  const stop = new AbortController()
  const watch = setInterval(() => {
    if (interruption.isRequested()) stop.abort(new Error('interrupted'))
  }, 100)
  watch.unref()
  try {
    const { baseUrl, apiKeyEnvironment } = settings.server
    if (baseUrl !== 'simulator') {
      const apiKey = keyOption('--api-key-env', apiKeyEnvironment ?? undefined, process.env)
      await probeAnsweringModel(settings, apiKey, interruption.signal)
    }
    const store =
      options.resume === undefined
        ? newCollectionRun(options.out, settings, { datasets, argv: process.argv.slice(2) })
        : openRun(options.resume)
    try {
      checkDatasets(store.manifest.datasets, datasets)
      const { labels, run } = commonWords()
      process.stdout.write(`${labelled(labels.run, run(store.folder, settings.seed))}\n`)
      process.stdout.write(`${labelled(labels.model, describe(settings))}\n`)
      for (const warning of warningsOf(settings))
        process.stderr.write(`${padText(commonWords().levels['warning']?.trimEnd() ?? '', 10)} ${warning}\n`)
      const isStopped = (): boolean => stop.signal.aborted
      await withEnding(store, isStopped, async () => {
        const live = createLiveLine(process.stdout)
        const onProgress = collectProgress(live)
        const outcome = await collectInto(store, settings, { signal: stop.signal, onProgress })
        live.clear()
        report(outcome, store.callTotals())
        return true
      })
    } catch (error) {
      if (!stop.signal.aborted) {
        // Wrong input, found before any call was made: there is nothing to continue.
        const isWrongInput = error instanceof BatonError && error.exitCode === 2
        if (isWrongInput && options.resume === undefined && Object.keys(store.callTotals()).length === 0)
          discardRun(store)
        throw isOutageError(error)
          ? withResume(error, `npx baton demos collect --resume ${shellWord(store.folder)}`)
          : error
      }
      const { stopped, goOnWith } = commonWords()
      process.stderr.write(`\n${stopped(goOnWith(`npx baton demos collect --resume ${shellWord(store.folder)}`))}\n`)
      exitWith(130)
    } finally {
      store.close()
    }
  } finally {
    clearInterval(watch)
    interruption.dispose()
  }
}

function settingsOf(options: DemosCollectOptions): CollectionSettings {
  const { questions = null, annotations = null, pictures = null } = options
  if (questions === null && (annotations ?? pictures) !== null) {
    throw optionError('--annotations and --pictures belong to --questions.', 'Give the file of questions too.')
  }
  const hasPictures = questions === null || pictures !== null
  return checkSettings({
    seed: seedOption(options.seed),
    questions,
    annotations,
    pictures,
    generated: countOption('--generated', options.generated, { least: 10, example: 3000 }),
    queries:
      options.queries === undefined ? (questions === null ? 1600 : null) : countOption('--queries', options.queries),
    pool: {
      size: countOption('--pool-size', options.poolSize),
      sampler:
        options.sampler === undefined
          ? hasPictures || options.embeddings !== undefined
            ? 'mixed'
            : 'text-similar'
          : oneOf('--sampler', options.sampler, samplerNames),
    },
    encoder: encoderOption(options.encoder),
    embeddings: options.embeddings ?? null,
    plan: {
      ...planWithoutSeed,
      shots: countOption('--shots', options.shots),
      count: countOption('--sequences', options.sequences),
      similar: wholeOption('--similar', options.similar),
      infoScoreBeams: wholeOption('--infoscore-beams', options.infoscoreBeams),
      miningRounds: wholeOption('--mine', options.mine),
      hasReferenceProbability: options.referenceProbability === true,
    },
    selector: options.selector ?? null,
    rejudge: options.rejudge ?? null,
    merge: options.merge ?? null,
    balance: options.balance === undefined ? null : balanceOf(options.balance),
    server: {
      baseUrl: addressOption('--server', options.server, { kind: modelServer, words: ['simulator'] }),
      model: options.model,
      apiKeyEnvironment: options.apiKeyEnv ?? null,
      concurrency: countOption('--concurrency', options.concurrency),
    },
    profile: options.profile === undefined ? {} : readYaml(options.profile),
  })
}

const { seed: _seed, ...planWithoutSeed } = defaultPlan

function balanceOf(text: string): { positives: number; negatives: number } {
  const counts = meantNumbers(text, 2)
  const [positives = 0, negatives = 0] = counts ?? []
  if (/^\d+:\d+$/.test(text) && positives >= 1 && negatives >= 1) return { positives, negatives }
  const [one = 4, other = one] = counts ?? meantNumbers(text, 1) ?? []
  throw optionError(
    `--balance takes two counts of at least 1, positives:negatives (got ${text}).`,
    `For example --balance ${Math.max(1, one)}:${Math.max(1, other)}.`,
  )
}

function settingsOfRun(folder: string, given: readonly string[]): CollectionSettings {
  const others = given.filter((name) => name !== 'resume')
  if (others.length > 0) {
    throw optionError(
      `--resume takes everything from the run (also given: ${others.join(', ')}).`,
      'Leave the other options out, or start a new run.',
    )
  }
  assertRunKind(folder, 'collection')
  return checkSettings(readYaml(join(folder, 'config.yaml')))
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    throw optionError(`${path} cannot be read: ${reason}`, 'Give a YAML or JSON file.')
  }
}

function describe({ server }: CollectionSettings): string {
  return server.baseUrl === 'simulator'
    ? demosWords().simulated(server.model)
    : commonWords().at(server.model, server.baseUrl)
}

function warningsOf({ questions, pictures, server }: CollectionSettings): string[] {
  const warnings: string[] = []
  if (questions !== null && server.baseUrl === 'simulator') {
    warnings.push(demosWords().onlyGenerated)
  }
  if (questions !== null && pictures === null && !/\.jsonl(?:\.gz)?$/.test(questions)) {
    warnings.push(demosWords().textAlone)
  }
  return warnings
}

function report(
  { counts, sequencesPath, embeddingsPath }: CollectionOutcome,
  totals: Readonly<Record<string, CallTotals>>,
): void {
  const calls = Object.values(totals)
  const sum = (of: (one: CallTotals) => number): number => calls.reduce((total, one) => total + of(one), 0)
  const { queries, sequences, right, failed, withPositive, informative, bySource } = counts
  const { labels, ...words } = demosWords()
  const sources = Object.entries(bySource).map(([source, count]) => `${grouped(count)} ${source}`)
  process.stdout.write(
    [
      labelled(labels.collected, words.collected(grouped(sequences), grouped(queries), sources.join(', '))),
      labelled(labels.judged, words.judged(rateText(right))),
      labelled(labels.queries, words.queries(shareText(withPositive, queries), shareText(informative, queries))),
      ...(failed === 0 ? [] : [labelled(labels.failed, words.failed(grouped(failed)))]),
      ...(calls.length === 0
        ? []
        : [
            labelled(
              labels.calls,
              words.calls(
                grouped(sum((one) => one.calls)),
                grouped(sum((one) => one.inputTokens)),
                grouped(sum((one) => one.outputTokens)),
                dollars(sum((one) => one.costUsd)),
              ),
            ),
          ]),
      labelled(labels.sequences, sequencesPath),
      labelled(labels.embeddings, embeddingsPath),
      labelled(labels.train, `npx baton demos train --collection ${shellWord(dirname(sequencesPath))}`),
      '',
    ].join('\n'),
  )
}

/** One moving line on a terminal, a line every tenth elsewhere. */
function collectProgress(live: LiveLine): (what: string, done: number, total: number) => void {
  let reported = ''
  return (what, done, total) => {
    const count = `${grouped(done)}/${grouped(total)}`
    const activity = padText(demosWords().activity(what), 14)
    const tenth = `${what} ${Math.floor((10 * done) / Math.max(1, total))}`
    if (!live.isLive && tenth !== reported && done > 0) live.print(`${activity} ${count}`)
    reported = tenth
    live.draw(
      (width) => {
        const barWidth = Math.max(0, Math.min(24, width - 16 - count.length))
        const filled = Math.round((barWidth * done) / Math.max(1, total))
        return `${activity} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${count}`
      },
      { isLast: done === total },
    )
  }
}
