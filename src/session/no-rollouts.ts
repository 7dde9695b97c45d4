/** Which of the things asked for a run does not have: the evaluation, the step, the problem, or only all of them together. */
import { BatonError } from '../core/failure.ts'
import { nearestName } from '../core/spelling.ts'
import type { RunReader } from '../runs/index.ts'

export interface RolloutsAsked {
  /** Of an evaluation; undefined: of the training. */
  readonly label: string | undefined
  readonly step: number | undefined
  readonly problem: string | undefined
}

/** @param folder of the run, as it was given. */
export function noRollouts(run: RunReader, folder: string, { label, step, problem }: RolloutsAsked): BatonError {
  const labels = run.evaluations().map((evaluation) => evaluation.label)
  const lastStep = run.steps().at(-1)?.step ?? 0
  if (label !== undefined && !labels.includes(label)) {
    const hint = labels.length === 0 ? 'It has no evaluations yet.' : `Its evaluations are ${labels.join(', ')}.`
    return notThere(`${folder} has no evaluation "${label}"`, nearestName(label, labels), hint)
  }
  if (label === undefined && step !== undefined && step > lastStep) {
    const hint = lastStep === 0 ? 'It has no step yet.' : `Its steps are 1 to ${lastStep}.`
    return notThere(`${folder} has no step ${step}`, null, hint)
  }
  const made = run.evaluations().flatMap((one) => (one.label === label ? [one.step] : []))
  if (label !== undefined && step !== undefined && !made.includes(step)) {
    return notThere(
      `${folder} has no evaluation "${label}" at step ${step}`,
      null,
      `It was made at step ${made.join(', ')}.`,
    )
  }
  if (problem === undefined) {
    return notThere(`${folder} has no such rollouts`, null, `Its evaluations are ${labels.join(', ') || 'none yet'}.`)
  }
  const ids = problemsOf(run)
  if (!ids.includes(problem)) {
    return notThere(
      `${folder} has no problem "${problem}"`,
      nearestName(problem, ids),
      `Its ids are like ${some(ids)}.`,
    )
  }
  const evaluation = labels.find((one) => problemsOf(run, { label: one }).includes(problem))
  const steps = [...new Set(run.rolloutDigests({ phase: 'train', problemId: problem }).map((rollout) => rollout.step))]
  const places = [
    ...(steps.length === 0 ? [] : [`in step ${steps.join(', ')} of the training`]),
    ...(evaluation === undefined ? [] : [`in the evaluation ${evaluation} (--label ${evaluation})`]),
  ]
  const asked = label === undefined ? (step === undefined ? 'the training' : `step ${step}`) : `the evaluation ${label}`
  return notThere(`${folder} has no rollouts of ${problem} in ${asked}`, null, `It is ${places.join(' and ')}.`)
}

/** Of the rollouts that there are, each once. */
function problemsOf(run: RunReader, filter: Parameters<RunReader['rolloutDigests']>[0] = {}): string[] {
  return [...new Set(run.rolloutDigests(filter).map(({ problemId }) => problemId))].sort()
}

function some(ids: readonly string[]): string {
  return ids.slice(0, 3).join(', ') || '(none yet)'
}

function notThere(what: string, meant: string | null, hint: string): BatonError {
  return new BatonError(`${what}.`, {
    boundary: 'runs',
    code: 'no-rollouts',
    hint: meant === null ? hint : `Did you mean ${meant}? ${hint}`,
  })
}
