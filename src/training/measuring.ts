/**
 * What a training measures, and when: the result (`before`, `after`) on the reported problems, its course (`step-20`) on
 * others. An evaluation belongs to the step of its policy and is made once. A run that is trained further keeps its old
 * result under the name of its step and gets a new one.
 */
import type { Config } from '../config/index.ts'
import { evaluationLabel, evaluationName, isOfTraining } from '../core/evaluation-labels.ts'
import { type EvaluationRecord, placeOf } from '../core/records.ts'
import type { PolicyEngine } from '../engines/policy-engine.ts'
import type { RunReader, RunStore } from '../runs/index.ts'
import { type DecodingPlan, decodingPlans, type EvaluationSplit, evaluate } from './evaluation.ts'
import { plannedSteps } from './planned-steps.ts'
import type { RolloutTools } from './rollouts.ts'

export interface MeasuredRun {
  readonly config: Config
  readonly engine: PolicyEngine
  readonly store: RunStore
  /** What the result is measured on. */
  readonly reported: EvaluationSplit
  /** What the course of the training is measured on; never trained on. */
  readonly during: EvaluationSplit
  readonly signal: AbortSignal
}

/** The policy as the training finds it. @returns one evaluation a decoding, greedy first; those of a resumed run are its old ones. */
export async function measureBefore(run: MeasuredRun, tools: RolloutTools, step: number): Promise<EvaluationRecord[]> {
  // The policy of step 0 is gone once a checkpoint is loaded: what was not measured then stays unmeasured.
  if (step > 0) return knownBefore(run)
  if (hasOwnCourse(run)) await measure(run, tools, { name: 'step-0', step: 0, split: run.during })
  return await measure(run, tools, { name: 'before', step: 0, split: run.reported })
}

/** The policy in the course of the training, every `training.evaluateEvery` steps; the last step's is `measureAfter`. */
export async function measureCourse(run: MeasuredRun, tools: RolloutTools, step: number): Promise<void> {
  const { evaluateEvery } = run.config.training
  if (evaluateEvery === 0 || step % evaluateEvery !== 0) return
  await measure(run, tools, { name: `step-${step}`, step, split: run.during })
}

/** The trained policy. @returns one evaluation a decoding, greedy first. */
export async function measureAfter(run: MeasuredRun, tools: RolloutTools, step: number): Promise<EvaluationRecord[]> {
  if (hasOwnCourse(run)) await measure(run, tools, { name: `step-${step}`, step, split: run.during })
  return await measure(run, tools, { name: 'after', step, split: run.reported })
}

/** The course is a curve of its own, from the first policy to the last, where the result is measured on other problems. */
function hasOwnCourse({ config, reported, during }: MeasuredRun): boolean {
  return config.training.evaluateEvery > 0 && reported.name !== during.name
}

function knownBefore({ store }: MeasuredRun): EvaluationRecord[] {
  return store.evaluations().filter((evaluation) => evaluationName(evaluation) === 'before')
}

interface Measurement {
  readonly name: string
  readonly step: number
  readonly split: EvaluationSplit
}

async function measure(run: MeasuredRun, tools: RolloutTools, measurement: Measurement): Promise<EvaluationRecord[]> {
  if (measurement.split.problems.length === 0) return []
  const records: EvaluationRecord[] = []
  for (const sampling of decodingPlans(run.config.evaluation)) {
    records.push(await measureOnce(run, tools, { ...measurement, sampling }))
  }
  return records
}

/** Evaluates unless the journal has this evaluation of this step already. */
async function measureOnce(
  run: MeasuredRun,
  tools: RolloutTools,
  { sampling, name, step, split }: Measurement & { readonly sampling: DecodingPlan },
): Promise<EvaluationRecord> {
  const { engine, store } = run
  const { policy, training, seed } = run.config
  const label = evaluationLabel(name, sampling.decoding)
  const known = store.evaluations().find((evaluation) => evaluation.label === label && evaluation.step === step)
  if (known !== undefined) return known
  const total = split.problems.length * sampling.samplesPerProblem
  let done = 0
  const record = await evaluate(
    {
      policy: engine,
      seed,
      label,
      step,
      split,
      sampling,
      maxTokens: policy.maxCompletionTokens,
      concurrency: training.concurrency,
      maxUnscorableRate: training.maxUnscorableRate,
      onRollout: (rollout) => store.event({ kind: 'rollout', label, done: ++done, total, place: placeOf(rollout) }),
    },
    tools,
  )
  store.recordEvaluation(record)
  return record
}

/**
 * Renames what no longer goes by its name: the result of a run that is trained further becomes `step-<its step>`, and
 * labels of older versions get their decoding.
 */
export function relabelEvaluations(store: RunStore, plannedSteps: number): void {
  const evaluations = store.evaluations()
  const names = new Set(evaluations.map(evaluationName))
  const nameOf = (evaluation: EvaluationRecord): string => {
    const name = evaluationName(evaluation)
    if (name !== 'after' || evaluation.step >= plannedSteps) return name
    const ofStep = `step-${evaluation.step}`
    return names.has(ofStep) ? `${ofStep}-${evaluation.split}` : ofStep
  }
  const renames = evaluations.filter(isOfTraining).flatMap((evaluation) => {
    const { label: from, step, decoding } = evaluation
    const to = evaluationLabel(nameOf(evaluation), decoding)
    return to === from ? [] : [{ from, to, step }]
  })
  store.renameEvaluations(renames)
}

/** Whether the run has all its steps and its result. @param measured whether there are problems to measure a result on. */
export function isComplete(run: RunReader, { policy, training, evaluation }: Config, measured: boolean): boolean {
  const planned = plannedSteps(training, run.steps())
  if (policy.engine === 'frozen') return run.steps().at(-1)?.step === planned
  if (run.checkpoints.latest()?.step !== planned) return false
  if (!measured) return true
  const labels = new Set(run.evaluations().flatMap(({ label, step }) => (step === planned ? [label] : [])))
  return decodingPlans(evaluation).every(({ decoding }) => labels.has(evaluationLabel('after', decoding)))
}
