/** `baton train`: configuration, problems, run folder, session, then the training loop and the report. */

import { join } from 'node:path'
import { type Config, type LoadedConfig, loadConfig } from '../config/index.ts'
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import { grouped } from '../core/grouped.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import { isModulePath } from '../core/inputs/names.ts'
import type { ConfigVersion } from '../core/run-events.ts'
import type { ProbeAnswer } from '../llm/index.ts'
import { gatherReport } from '../reports/index.ts'
import {
  assertRunKind,
  createRun,
  discardRun,
  openRun,
  type RunStore,
  recordEnding,
  withEnding,
  withoutSecrets,
} from '../runs/index.ts'
import { changedConfig, firstConfig } from '../session/changed-config.ts'
import { checkContexts, contextFindings, sampleOf, serverPlace } from '../session/check-context.ts'
import { checkEndpoints } from '../session/check-endpoints.ts'
import { auditConfiguredRewards, type CheckedRewards, refuseRewards, rewardFindings } from '../session/check-rewards.ts'
import { measureFixedWorkflows } from '../session/fixed-workflows.ts'
import { judgeImitation } from '../session/imitation/index.ts'
import type { ModelServers } from '../session/model-servers.ts'
import { openSession, type Session } from '../session/open-session.ts'
import { checkLocalPolicy, policyFolder } from '../session/policy-kinds.ts'
import { allProblems, loadRunProblems, type RunProblems } from '../session/run-problems.ts'
import { findingsBefore } from '../session/set-up-findings.ts'
import { isComplete, type JudgedAttempts, plannedSteps, recordFindings, train } from '../training/index.ts'
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

export interface TrainOptions {
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
  /** The command to continue with. */
  readonly command?: 'train' | 'demos train'
}

export async function trainCommand(options: TrainOptions): Promise<void> {
  const loaded = loadTrainConfig(options)
  const { config } = loaded
  const problems = await loadRunProblems(config)
  for (const note of [...loaded.notes, ...problems.notes]) process.stderr.write(`${noticeLine('note', note)}\n`)
  const modelFolder = await policyFolder(config, process.env)
  const rewards = config.environment === 'workflows' ? await checkRewards(config) : null
  if (options.dryRun === true || options.printConfig === true) {
    if (options.dryRun === true) await dryRun(config, problems, modelFolder, rewards)
    if (options.printConfig === true) writeVerbatim(loaded.resolvedYaml)
    return
  }
  const { store, changed } =
    options.resume === undefined
      ? newRun(loaded, problems, options)
      : resumedRun(options.resume, loaded, { problems, isForced: options.force === true })
  if (options.resume !== undefined && hasNothingToDo(store, config, problems)) return
  const interruption = watchInterrupts((line) => process.stderr.write(`\n${line}\n`))
  const progress = createProgress({ stream: process.stdout, now: Date.now, totalSteps: plannedSteps(config.training) })
  store.listen(progress)
  const probes: Probes = new Map()
  let session: Session
  try {
    session = await openSession(config, store.calls, modelFolder, interruption.signal, {
      runFolder: store.folder,
      onEvent: store.event,
      ...(problems.demonstrations === undefined ? {} : { demonstrations: problems.demonstrations }),
      probing: {
        sample: sampleOf(allProblems(problems)),
        onAnswer: (server, answer) => {
          probes.set(serverPlace(server), answer)
          if (answer.warning === undefined) return
          const message = `${server.model} at ${server.baseUrl} answers, though ${answer.warning}.`
          store.event({ kind: 'notice', level: 'note', message })
        },
      },
    })
  } catch (error) {
    interruption.dispose()
    // Nothing has begun: a new run leaves nothing behind.
    if (options.resume === undefined) discardRun(store)
    else store.close()
    if (!interruption.signal.aborted) throw error
    const isNew = options.resume === undefined
    const stopped = trainingWords().stoppedBefore
    process.stderr.write(`${stopped}${isNew ? '' : `; ${goOnWith(store.folder)}`}\n`)
    exitWith(130)
    return
  }
  try {
    const work: Work = { config, problems, modelFolder, store, session, interruption, probes, rewards }
    const taught = judgedOf(work)
    printHeader(work, taught, options)
    // What the run has measured so far.
    for (const record of store.evaluations()) progress({ kind: 'evaluation', record })
    if (changed !== null) store.recordConfig(changed)
    await withEnding(
      store,
      () => interruption.signal.aborted,
      () => trainAndReport(work, taught),
    )
  } catch (error) {
    if (interruption.signal.aborted) {
      process.stderr.write(`${commonWords().stopped(goOnWith(store.folder))}\n`)
      exitWith(130)
      return
    }
    if (!(error instanceof BatonError)) throw error
    reportError(withResume(error, resumeCommand(store.folder, error.resumeWith)))
    exitWith(error.exitCode)
  } finally {
    await session.close()
    store.close()
    interruption.dispose()
  }
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

function loadTrainConfig(options: TrainOptions): LoadedConfig {
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

/** A run and, if its settings have changed since it was made, the configuration to record before the next step. */
interface Opened {
  readonly store: RunStore
  readonly changed: ConfigVersion | null
}

function newRun(loaded: LoadedConfig, problems: RunProblems, options: TrainOptions): Opened {
  const { config, resolvedYaml, hash } = loaded
  const store = createRun({
    root: config.run.folder,
    name: config.run.name,
    prefix: options.config === undefined ? (options.preset ?? 'quickstart') : 'run',
    resolvedYaml,
    origin: {
      configHash: hash,
      seed: config.seed,
      datasets: problems.manifest,
      argv: withoutSecrets(process.argv.slice(2)),
    },
    keepCheckpoints: config.training.keepCheckpoints,
  })
  store.recordConfig(firstConfig(loaded, problems))
  return { store, changed: null }
}

function resumedRun(
  folder: string,
  loaded: LoadedConfig,
  { problems, isForced }: { readonly problems: RunProblems; readonly isForced: boolean },
): Opened {
  const store = openRun(folder, { keepCheckpoints: loaded.config.training.keepCheckpoints })
  try {
    return { store, changed: changedConfig(store, loaded, problems, isForced) }
  } catch (error) {
    store.close()
    throw error
  }
}

/** A complete run is left as it is, its report too. Closes the store where that is so. */
function hasNothingToDo(store: RunStore, config: Config, { reported }: RunProblems): boolean {
  const done = store.checkpoints.latest()?.step ?? 0
  const steps = plannedSteps(config.training, store.steps())
  const isDone = done <= steps && isComplete(store, config, reported.problems.length > 0)
  if (!isDone && done <= steps) return false
  // It may have been killed between its last evaluation and the record of its end.
  if (isDone) recordEnding(store, { state: 'complete' })
  store.close()
  if (!isDone) {
    throw new BatonError(`training.steps is ${steps}, but ${store.folder} has ${done} steps already.`, {
      boundary: 'runs',
      code: 'steps-behind',
      hint: `Steps are not taken back: set training.steps to ${done} or more, or start a new run.`,
    })
  }
  process.stdout.write(`${trainingWords().complete(steps)}\n`)
  return true
}

/** @throws BatonError for rewards that must not be trained with. */
async function checkRewards(config: Config): Promise<CheckedRewards> {
  const checked = await auditConfiguredRewards(config)
  refuseRewards(checked.audit)
  return checked
}

/** By place: what a server answered before anything was trained. */
type Probes = Map<string, ProbeAnswer>

interface Work {
  readonly config: Config
  readonly problems: RunProblems
  readonly modelFolder: string
  readonly store: RunStore
  readonly session: Session
  readonly interruption: Interruption
  readonly probes: Probes
  /** null where there are no workflows. */
  readonly rewards: CheckedRewards | null
}

/** @returns whether the run is complete. */
async function trainAndReport(work: Work, taught: Taught): Promise<boolean> {
  const { config, problems, store, session, interruption, rewards } = work
  const { signal, isRequested } = interruption
  if (rewards !== null) {
    store.event({ kind: 'rewards', ...rewards.record })
    recordFindings(rewardFindings(rewards.audit), store)
  }
  recordFindings([...findingsBefore(config, problems), ...(await findingsOfServers(work))], store)
  const hasFixedWorkflows = config.environment === 'workflows'
  const isSearched = store.evaluations().some(({ label }) => label === bestFixedLabel)
  if (hasFixedWorkflows && config.evaluation.baselines.searchProblems > 0 && !isSearched && !isRequested()) {
    await measureFixedWorkflows({
      config,
      problems,
      store,
      environment: session.environment,
      tokenizer: session.engine.tokenizer,
      signal,
    })
  }
  const result = await train({
    config,
    engine: session.engine,
    environment: session.environment,
    store,
    problems: problems.train,
    ...taught,
    reported: problems.reported,
    during: problems.during,
    shouldStop: isRequested,
    signal,
    now: Date.now,
  })
  for (const [name, content] of (await session.artifacts?.()) ?? []) store.writeArtifact(name, content)
  const report = gatherReport(store)
  const path = writeReports(store, report)
  for (const line of closingLines(report, path)) process.stdout.write(`${line}\n`)
  if (!result.isComplete) {
    process.stdout.write(`${trainingWords().stoppedAt(result.steps, goOnWith(store.folder))}\n`)
    exitWith(130)
  }
  return result.isComplete
}

interface Taught {
  /** Absent where the training begins with rollouts. */
  readonly judged?: JudgedAttempts
}

/** What is learned from before there are rollouts. */
function judgedOf({ config, problems, modelFolder, store, session }: Work): Taught {
  const { demonstrations, imitation } = problems
  if (demonstrations !== undefined) return { judged: demonstrations }
  if (imitation === undefined) return {}
  const { judged, tooLong } = judgeImitation(imitation, { config, modelFolder, ...session })
  if (tooLong > 0) {
    const { maxCompletionTokens } = config.policy
    const message = `${tooLong} attempts are not imitated: they are longer than the policy may write (policy.maxCompletionTokens ${maxCompletionTokens})`
    store.event({ kind: 'notice', level: 'note', message })
  }
  return { judged }
}

/** What the servers say of their contexts, against the prompts that are to be expected. */
async function findingsOfServers({ config, problems, session, interruption, probes }: Work): Promise<HealthFinding[]> {
  const inputs = { config, problems: allProblems(problems), examples: session.examples ?? [], probes }
  return contextFindings(await checkContexts({ ...inputs, environment: process.env }, interruption.signal))
}

function printHeader({ config, problems, store, session }: Work, taught: Taught, options: TrainOptions): void {
  const bold = paint(process.stdout).bold
  const { engine, servers } = session
  const { subject: about, ...words } = trainingWords()
  const { labels, run } = commonWords()
  const subject =
    engine.canLearn === false
      ? about.frozen(engine.name, config.training.groupSize)
      : isModulePath(config.environment)
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
    ...imitationLines(config, taught),
    ...(config.training.steps === 0 ? [] : [`  ${labelled(words.step, stepText(config))}`]),
  ]
  process.stdout.write(`${lines.join('\n')}\n\n`)
}

/** Who answers: the executor of workflows, or the model that is shown demonstrations. */
function askedText(config: Config, { demonstrations }: RunProblems, servers: ModelServers | null): string {
  if (servers !== null) return executorText(config.llm.executor, servers.simulatorPort)
  if (isModulePath(config.environment)) return trainingWords().scoredAlone
  const server = config.training.rollouts === 'collected' ? undefined : demonstrations?.collection?.settings.server
  if (server === undefined) return trainingWords().nobodyAsked
  return server.baseUrl === 'simulator'
    ? demosWords().simulated(server.model)
    : commonWords().at(server.model, server.baseUrl)
}

/** `imitates   512 attempts at 300 problems, 30 of them held out: runs/quickstart-7f3a` */
function imitationLines({ training: { imitation } }: Config, { judged }: Taught): string[] {
  if (imitation.from.length === 0 || judged === undefined) return []
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
