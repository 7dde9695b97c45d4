/** `baton train`: configuration, problems, run folder, session, then the training loop and the report. */

import { dirname, join } from 'node:path'
import { type Config, type LoadedConfig, loadConfig } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import { isOwnEnvironment } from '../core/inputs/names.ts'
import { gatherReport } from '../reports/index.ts'
import { assertRunKind, discardRun, withEnding } from '../runs/index.ts'
import { checkEndpoints } from '../session/check-endpoints.ts'
import { type CheckedRewards, checkRewards, rewardFindings } from '../session/check-rewards.ts'
import type { ModelServers } from '../session/model-servers.ts'
import { completeSteps, newTrainingRun, resumedTrainingRun } from '../session/opened-run.ts'
import { checkLocalPolicy, policyFolder } from '../session/policy-kinds.ts'
import { allProblems, loadRunProblems, type RunProblems } from '../session/run-problems.ts'
import { findingsBefore } from '../session/set-up-findings.ts'
import { openTraining, runTraining, type TrainingSession } from '../session/training-session.ts'
import { type JudgedAttempts, plannedSteps } from '../training/index.ts'
import { type LivePage, openLivePage } from '../ui-server/index.ts'
import { arithmeticLines, contextLines } from './context-lines.ts'
import { exitWith, reportError, withResume } from './errors.ts'
import { executorText } from './executor-text.ts'
import { shellWord } from './format.ts'
import { type Interruption, stoppable, watchInterrupts } from './interrupt.ts'
import { said } from './language.ts'
import { paint } from './paint.ts'
import { createProgress, foundText } from './progress.ts'
import { closingLines, writeReports } from './run-summary.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { labelled } from './text-width.ts'
import { noticeLine } from './translated.ts'
import { version } from './version.ts'
import { commonWords, splitWord, typeWord } from './words/common.ts'
import { demosWords } from './words/demos.ts'
import { trainingWords } from './words/training.ts'
import { uiWords } from './words/ui.ts'

export interface TrainCommandOptions {
  readonly config?: string
  readonly preset?: string
  readonly set?: readonly string[]
  readonly llmConfig?: string
  readonly resume?: string
  readonly dryRun?: boolean
  readonly printConfig?: boolean
  readonly skipBadRows?: boolean
  readonly acceptLowSignal?: boolean
  readonly force?: boolean
  /** Shows it on the live page while it trains. */
  readonly ui?: boolean
  /** The command to continue with. */
  readonly command?: 'train' | 'demos train'
}

export async function trainCommand(options: TrainCommandOptions): Promise<void> {
  const loaded = loadTrainConfig(options)
  const { config } = loaded
  const problems = await loadRunProblems(config)
  for (const note of [...loaded.notes, ...problems.notes]) process.stderr.write(`${noticeLine('note', note)}\n`)
  const modelFolder = await policyFolder(config, process.env)
  const rewards = await checkRewards(config)
  if (options.dryRun === true || options.printConfig === true) {
    if (options.dryRun === true) await dryRun(config, problems, modelFolder, rewards)
    if (options.printConfig === true) writeVerbatim(loaded.resolvedYaml)
    return
  }
  const { store, changed } =
    options.resume === undefined
      ? newTrainingRun(loaded, problems, {
          prefix: options.config === undefined ? (options.preset ?? 'quickstart') : 'run',
          argv: process.argv.slice(2),
        })
      : resumedTrainingRun(options.resume, loaded, { problems, isForced: options.force === true })
  const complete = options.resume === undefined ? null : completeSteps(store, config, problems)
  if (complete !== null) {
    process.stdout.write(`${trainingWords().complete(complete)}\n`)
    return
  }
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  const { signal } = interruption
  const progress = createProgress({ stream: process.stdout, now: Date.now, totalSteps: plannedSteps(config.training) })
  store.listen(progress)
  const page = options.ui === true ? openLivePage(dirname(store.folder)) : null
  let training: TrainingSession
  try {
    training = await openTraining({ config, problems, modelFolder, rewards, store }, signal)
  } catch (error) {
    interruption.dispose()
    await closed(page)
    // Nothing has begun: a new run leaves nothing behind.
    if (options.resume === undefined) discardRun(store)
    else store.close()
    if (!signal.aborted) throw error
    const isNew = options.resume === undefined
    const stopped = trainingWords().stoppedBefore
    process.stderr.write(`${stopped}${isNew ? '' : `; ${goOnWith(store.folder)}`}\n`)
    exitWith(130)
    return
  }
  try {
    printHeader(training, options)
    if (page !== null) process.stdout.write(`${livePageLine(await page, store.name)}\n\n`)
    // What the run has measured so far.
    for (const record of store.evaluations()) progress({ kind: 'evaluation', record })
    if (changed !== null) store.recordConfig(changed)
    await withEnding(
      store,
      () => signal.aborted,
      () => trainAndReport(training, interruption),
    )
  } catch (error) {
    if (signal.aborted) {
      process.stderr.write(`${commonWords().stopped(goOnWith(store.folder))}\n`)
      exitWith(130)
      return
    }
    if (!(error instanceof BatonError)) throw error
    reportError(withResume(error, resumeCommand(store.folder, error.resumeWith)))
    exitWith(error.exitCode)
  } finally {
    await closed(page)
    await training.session.close()
    store.close()
    interruption.dispose()
  }
}

async function closed(page: Promise<LivePage> | null): Promise<void> {
  const opened = await page
  if (opened?.kind === 'open') opened.close()
}

function livePageLine(page: LivePage, run: string): string {
  const words = uiWords()
  return page.kind === 'open'
    ? `  ${labelled(words.live, `${page.url}/run/${encodeURIComponent(run)}`)}`
    : words.notStarted(page.reason)
}

/**
 * Everything that can be known before the first step. A server that is not ready is named; the configuration may still
 * be right.
 */
async function dryRun(
  config: Config,
  problems: RunProblems,
  modelFolder: string,
  rewards: CheckedRewards | null,
): Promise<void> {
  const write = (line: string): boolean => process.stdout.write(`${line}\n`)
  await stoppable((signal) => {
    const { demonstrations } = problems
    const options = demonstrations === undefined ? {} : { demonstrations }
    return checkLocalPolicy({ config, modelFolder, cache: undefined, signal, options })
  })
  write(problemsLine(problems).trim())
  for (const finding of findingsBefore(config, problems)) write(foundText(finding))
  for (const finding of rewards === null ? [] : rewardFindings(rewards.audit)) write(foundText(finding))
  for (const line of arithmeticLines(config)) write(said(line))
  await stoppable(async (signal) => {
    const findings = await checkEndpoints(config, allProblems(problems), { environment: process.env, signal })
    for (const { name, where, failure, says, context } of findings) {
      const state = failure === null ? trainingWords().ready(said(where), said(says)) : `NOT READY: ${says}`
      const hint = failure?.hint === undefined ? '' : `\n           ${failure.hint}`
      write(labelled(said(name), said(`${state}${hint}`)))
      for (const line of context === undefined ? [] : contextLines(context)) write(labelled('', said(line)))
    }
    write(trainingWords().dryRun)
  })
}

/** @param options that a resumed run needs. */
function resumeCommand(folder: string, options = ''): string {
  return `npx baton train --resume ${shellWord(folder)}${options === '' ? '' : ` ${options}`}`
}

function goOnWith(folder: string): string {
  return commonWords().goOnWith(resumeCommand(folder))
}

function loadTrainConfig(options: TrainCommandOptions): LoadedConfig {
  if (options.resume !== undefined) {
    const given = [options.config, options.preset, options.llmConfig].some((value) => value !== undefined)
    if (given) {
      throw new BatonError('--resume takes its configuration from the run; --config and --preset do not go with it.', {
        boundary: 'config',
        code: 'resume-config',
        hint: 'Leave them out. Single keys can be changed with --set (training.maxCostUsd, say).',
      })
    }
    assertRunKind(options.resume, 'training')
  }
  const file = options.resume === undefined ? options.config : join(options.resume, 'config.yaml')
  const preset = options.resume === undefined && file === undefined ? (options.preset ?? 'quickstart') : options.preset
  return loadConfig({
    ...(file === undefined ? {} : { file }),
    ...(preset === undefined ? {} : { preset }),
    ...(options.llmConfig === undefined ? {} : { llmFile: options.llmConfig }),
    set: [
      ...(options.set ?? []),
      ...(options.skipBadRows === true ? ['data.skipBadRows=true'] : []),
      ...(options.acceptLowSignal === true ? ['training.acceptLowSignal=true'] : []),
    ],
    environment: process.env,
  })
}

/** @returns whether the run is complete. */
async function trainAndReport(training: TrainingSession, { signal, isRequested }: Interruption): Promise<boolean> {
  const { store } = training
  const result = await runTraining(training, { signal, shouldStop: isRequested })
  const report = gatherReport(store)
  const path = writeReports(store, report)
  for (const line of closingLines(report, path)) process.stdout.write(`${line}\n`)
  if (!result.isComplete) {
    process.stdout.write(`${trainingWords().stoppedAt(result.steps, goOnWith(store.folder))}\n`)
    exitWith(130)
  }
  return result.isComplete
}

function printHeader(
  { config, problems, store, session, judged }: TrainingSession,
  options: TrainCommandOptions,
): void {
  const bold = paint(process.stdout).bold
  const { engine, servers } = session
  const { subject: about, ...words } = trainingWords()
  const { labels, run } = commonWords()
  const subject =
    engine.canLearn === false
      ? about.frozen(engine.name, config.training.groupSize)
      : isOwnEnvironment(config.environment)
        ? about.own(session.environment.name)
        : engine.parameterCount === 0
          ? about.served(engine.name)
          : config.environment === 'demonstrations'
            ? about.selector(grouped(engine.parameterCount))
            : about.embedded((engine.parameterCount / 1e6).toFixed(1))
  const name = options.resume === undefined ? (options.preset ?? options.config ?? 'quickstart') : store.name
  const lines = [
    bold(`Baton ${version()} · ${name}: ${subject}`),
    `  ${problemsLine(problems)}`,
    `  ${labelled(labels.executor, askedText(config, problems, servers))}`,
    `  ${labelled(labels.run, run(store.folder, config.seed))}`,
    ...imitationLines(config, judged),
    ...(config.training.steps === 0 ? [] : [`  ${labelled(words.step, stepText(config))}`]),
  ]
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

/** Who answers: the executor of workflows, or the model that is shown demonstrations. */
function askedText(config: Config, { demonstrations }: RunProblems, servers: ModelServers | null): string {
  if (servers !== null) return executorText(config.llm.executor, servers.simulatorPort)
  if (isOwnEnvironment(config.environment)) return trainingWords().scoredAlone
  const server = config.training.rollouts === 'collected' ? undefined : demonstrations?.collection?.settings.server
  if (server === undefined) return trainingWords().nobodyAsked
  return server.baseUrl === 'simulator'
    ? demosWords().simulated(server.model)
    : commonWords().at(server.model, server.baseUrl)
}

/** `imitates   512 attempts at 300 problems, 30 of them held out: runs/quickstart-7f3a` */
function imitationLines({ training: { imitation } }: Config, judged: JudgedAttempts | null): string[] {
  if (imitation.from.length === 0 || judged === null) return []
  const { imitates, imitation: text } = trainingWords()
  const all = [...judged.train, ...judged.heldOut]
  const attempts = grouped(all.reduce((sum, problem) => sum + problem.attempts.length, 0))
  const counts = { attempts, problems: grouped(all.length), heldOut: grouped(judged.heldOut.length) }
  return [`  ${labelled(imitates, text({ ...counts, sources: imitation.from.join(', ') }))}`]
}

/** What the rates of a step line are shares of. */
function stepText({ environment, training: { problemsPerStep, groupSize } }: Config): string {
  const rollouts = grouped(problemsPerStep * groupSize)
  return trainingWords().stepShape({ problems: problemsPerStep, groupSize, rollouts, environment })
}

/** `problems   2,048 train (math 40 %, ...) · measured on 100 validation and 800 test` */
function problemsLine({ train: problems, during, reported }: RunProblems): string {
  const words = trainingWords()
  const types = problems.some(({ type }) => type === 'vqa') ? ['vqa'] : ['math', 'code', 'qa']
  const shares = types.map((type) => {
    const count = problems.filter((problem) => problem.type === type).length
    return words.typeShare(typeWord(type), Math.round((100 * count) / Math.max(1, problems.length)))
  })
  const splits = during.name === reported.name ? [reported] : [during, reported]
  const measured = splits.map(({ name, problems: { length } }) => words.splitCount(grouped(length), splitWord(name)))
  const shared = shares.join(commonWords().listSeparator)
  return labelled(words.problems, words.trainProblems(grouped(problems.length), shared, measured.join(words.and)))
}
