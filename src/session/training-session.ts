/** A training: what its configuration names is opened, checked and trained with; everything that happens goes into the run. */
import type { Config } from '../config/index.ts'
import { bestFixedLabel } from '../core/evaluation-labels.ts'
import type { HealthFinding } from '../core/health/findings.ts'
import type { ProbeAnswer } from '../llm/index.ts'
import type { RunStore } from '../runs/index.ts'
import {
  type JudgedAttempts,
  type OwnEnvironment,
  recordFindings,
  type TrainingResult,
  train,
} from '../training/index.ts'
import { checkContexts, contextFindings, sampleOf, serverPlace } from './check-context.ts'
import { type CheckedRewards, rewardFindings } from './check-rewards.ts'
import { measureFixedWorkflows } from './fixed-workflows.ts'
import { judgeImitation } from './imitation/index.ts'
import { calibrationFindings } from './judge-calibration.ts'
import { openSession, type Session } from './open-session.ts'
import { allProblems, type RunProblems } from './run-problems.ts'
import { findingsBefore } from './set-up-findings.ts'
import { refuseJudge, tryConfiguredJudge } from './try-judge.ts'

export interface TrainingInputs {
  readonly config: Config
  readonly problems: RunProblems
  readonly modelFolder: string
  /** null where there are no workflows. */
  readonly rewards: CheckedRewards | null
  readonly store: RunStore
}

export interface TrainingSession extends TrainingInputs {
  readonly session: Session
  /** By place: what a server answered before anything was trained. */
  readonly probes: ReadonlyMap<string, ProbeAnswer>
  /** What is learned from before there are rollouts; null where the training begins with them. */
  readonly judged: JudgedAttempts | null
}

/** @param ownEnvironment given by the program that trains; absent: the configuration names it. */
export async function openTraining(
  inputs: TrainingInputs,
  signal: AbortSignal,
  ownEnvironment?: OwnEnvironment,
): Promise<TrainingSession> {
  const { config, problems, modelFolder, store } = inputs
  const probes = new Map<string, ProbeAnswer>()
  const session = await openSession(config, store.calls, modelFolder, signal, {
    runFolder: store.folder,
    onEvent: store.event,
    ...(ownEnvironment === undefined ? {} : { ownEnvironment }),
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
  try {
    return { ...inputs, session, probes, judged: judgedOf(inputs, session) }
  } catch (error) {
    await session.close()
    throw error
  }
}

function judgedOf({ config, problems, modelFolder, store }: TrainingInputs, session: Session): JudgedAttempts | null {
  const { demonstrations, imitation } = problems
  if (demonstrations !== undefined) return demonstrations
  if (imitation === undefined) return null
  const { judged, tooLong } = judgeImitation(imitation, { config, modelFolder, ...session })
  if (tooLong > 0) {
    const { maxCompletionTokens } = config.policy
    const message = `${tooLong} attempts are not imitated: they are longer than the policy may write (policy.maxCompletionTokens ${maxCompletionTokens})`
    store.event({ kind: 'notice', level: 'note', message })
  }
  return judged
}

/** Findings of the set-up, the best fixed workflow, the training, and the policy's files. */
export async function runTraining(
  training: TrainingSession,
  { signal, shouldStop }: { readonly signal: AbortSignal; shouldStop(): boolean },
): Promise<TrainingResult> {
  const { config, problems, rewards, store, session, judged } = training
  const { engine, environment } = session
  if (rewards !== null) {
    store.event({ kind: 'rewards', ...rewards.record })
    recordFindings(rewardFindings(rewards.audit), store)
    const { calibration } = rewards
    if (calibration !== null) store.event({ kind: 'judge-calibration', ...calibration })
    recordFindings(calibrationFindings(config, calibration), store)
  }
  await trialOfJudge(training, signal)
  recordFindings([...findingsBefore(config, problems), ...(await findingsOfServers(training, signal))], store)
  const isSearched = store.evaluations().some(({ label }) => label === bestFixedLabel)
  const isAsked = config.environment === 'workflows' && config.evaluation.baselines.searchProblems > 0
  if (isAsked && !isSearched && !shouldStop()) {
    await measureFixedWorkflows({ config, problems, store, environment, tokenizer: engine.tokenizer, signal })
  }
  const result = await train({
    config,
    engine,
    environment,
    store,
    problems: problems.train,
    ...(judged === null ? {} : { judged }),
    reported: problems.reported,
    during: problems.during,
    shouldStop,
    signal,
    now: Date.now,
  })
  for (const [name, content] of (await session.artifacts?.()) ?? []) store.writeArtifact(name, content)
  return result
}

/** @throws BatonError for a judge that cannot tell right answers from wrong ones. */
async function trialOfJudge({ config, problems, session, store }: TrainingSession, signal: AbortSignal): Promise<void> {
  if (session.servers === null) return
  const record = await tryConfiguredJudge(config, problems.train, { model: session.servers.judge, signal })
  if (record === null) return
  store.event({ kind: 'judge-trial', ...record })
  refuseJudge(record)
}

/** What the servers say of their contexts, against the prompts that are to be expected. */
async function findingsOfServers(
  { config, problems, session, probes }: TrainingSession,
  signal: AbortSignal,
): Promise<HealthFinding[]> {
  const inputs = { config, problems: allProblems(problems), examples: session.examples ?? [], probes }
  return contextFindings(await checkContexts({ ...inputs, environment: process.env }, signal))
}
