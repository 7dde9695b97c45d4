/**
 * Two training runs on the same problems, paired by problem. Refused where the problems, the executor or the decoding
 * differ: these would affect the difference.
 */
import { evaluationName, isFixedLabel, isOfTraining } from '../core/evaluation-labels.ts'
import { BatonError } from '../core/failure.ts'
import type { Json } from '../core/json.ts'
import { comparePaired, type PairedComparison, type PairedScores } from '../core/paired-comparison.ts'
import type { Decoding, EvaluationOutcome, EvaluationRecord } from '../core/records.ts'
import type { RunReader } from '../runs/index.ts'
import { type EvaluationRow, evaluationRow } from './evaluation-row.ts'

export interface RunComparison {
  readonly a: EvaluationRow
  readonly b: EvaluationRow
  /** All problems first, then each problem type. */
  readonly rows: readonly PairedComparison[]
  /** Problems that one of the two could not be scored on. */
  readonly leftOut: number
}

export interface RunComparisonOptions {
  /** Evaluation of each run: `after` (default: the newest of the policy), `before`, `best-fixed`, `step-20`, `eval-mine`. */
  readonly labelA?: string
  readonly labelB?: string
  /** Default greedy. */
  readonly decoding?: Decoding
}

/** @throws BatonError where the runs cannot be compared. */
export function compareRuns(a: RunReader, b: RunReader, options: RunComparisonOptions = {}): RunComparison {
  const { labelA, labelB, decoding = 'greedy' } = options
  const [left, right] = [evaluationOf(a, labelA, decoding), evaluationOf(b, labelB, decoding)]
  refuseUnlike([a, left], [b, right])
  const [meansA, meansB] = [meanByProblem(left.outcomes), meanByProblem(right.outcomes)]
  const ids = [...meansA.keys()]
  const scored = ids.filter((id) => meansA.get(id)?.mean !== null && meansB.get(id)?.mean !== null)
  if (scored.length === 0) {
    throw refusal('no-pairs', 'no problem was scored in both runs.', 'Look at the failures with `npx baton report`.')
  }
  const types = [...new Set(scored.map((id) => meansA.get(id)?.type as string))].sort()
  const pairsOf = (name: string, list: readonly string[]): PairedScores => ({
    name,
    a: list.map((id) => meansA.get(id)?.mean as number),
    b: list.map((id) => meansB.get(id)?.mean as number),
    clusters: list,
  })
  const byType = types.map((type) =>
    pairsOf(
      type,
      scored.filter((id) => meansA.get(id)?.type === type),
    ),
  )
  // The types are corrected for being several; the comparison of all problems is the one asked for.
  const rows = [
    ...comparePaired([pairsOf('all', scored)], { key: ['compare-runs'] }),
    ...(types.length < 2 ? [] : comparePaired(byType, { key: ['compare-runs'] })),
  ]
  return { a: evaluationRow(left), b: evaluationRow(right), rows, leftOut: ids.length - scored.length }
}

/**
 * The evaluation of that name in that decoding; without a name the newest result of the policy. Where nothing else was
 * asked for, a whole label (`after-sampled`) names its decoding itself; fixed workflows have none.
 */
function evaluationOf(run: RunReader, label: string | undefined, decoding: Decoding): EvaluationRecord {
  const evaluations = run.evaluations()
  const named = evaluations.filter((item) =>
    label === undefined ? isOfTraining(item) : item.label === label || evaluationName(item) === label,
  )
  const fitting = named.filter((item) => item.decoding === decoding || isFixedLabel(item.label))
  const whole = decoding === 'greedy' ? named.filter((item) => item.label === label) : []
  const found = newestOf(fitting) ?? newestOf(whole)
  if (found !== undefined) return found
  const has = `It has: ${evaluations.map(nameAndStep).join(', ') || 'none'}.`
  if (named.length > 0) {
    const other = named[0]?.decoding
    throw refusal(
      'no-evaluation',
      `${run.folder} has no ${decoding} evaluation${label === undefined ? '' : ` "${label}"`}, only ${other}.`,
      `${has} ${other === 'sampled' ? 'Compare sampled ones with --sampled.' : 'Leave --sampled out.'}`,
    )
  }
  throw refusal(
    'no-evaluation',
    label === undefined ? `${run.folder} has no evaluation yet.` : `${run.folder} has no evaluation "${label}".`,
    `${has} Train it further, or choose with --label.`,
  )
}

/** Of the last step; within a step, the final result (`after`) comes after the evaluations made during training. */
function newestOf(evaluations: readonly EvaluationRecord[]): EvaluationRecord | undefined {
  const step = Math.max(...evaluations.map((item) => item.step))
  return evaluations.findLast((item) => item.step === step)
}

type Side = readonly [run: RunReader, evaluation: EvaluationRecord]

function refuseUnlike([a, left]: Side, [b, right]: Side): void {
  const reasons: string[] = []
  const [idsA, idsB] = [left, right].map((item) => new Set(item.outcomes.map(({ problemId }) => problemId)))
  const shared = [...(idsA ?? [])].filter((id) => idsB?.has(id)).length
  if (shared !== idsA?.size || shared !== idsB?.size) {
    reasons.push(`problems (${idsA?.size} and ${idsB?.size}, of which ${shared} are the same)`)
  }
  const fingerprints = [a, b].map((run) => run.manifest.datasets[left.split]?.fingerprint)
  if (reasons.length === 0 && left.split === right.split && fingerprints[0] !== fingerprints[1]) {
    reasons.push('the content of the problem file')
  }
  const [executorA, executorB] = [a, b].map((run) => executorOf(run))
  if (executorA !== executorB) reasons.push(`executor (${executorA} against ${executorB})`)
  const decodings = decodingsUnlike(left, right)
  if (reasons.length + decodings.length === 0) return
  const [sideA, sideB] = [a, b].map((run, i) => `${run.folder} (${sideText(i === 0 ? left : right)})`)
  throw refusal(
    'unlike-runs',
    `${sideA} and ${sideB} cannot be compared: they differ in ${[...reasons, ...decodings].join('; ')}.`,
    reasons.length === 0
      ? decodingFix([a, left], [b, right])
      : 'Evaluate both on the same problems with the same executor: `npx baton eval <run> --data <file>`, then choose it with --label.',
  )
}

/** Another evaluation of run B in the decoding of A's, or both sampled, as far as there are such; else both made alike. */
function decodingFix([a, left]: Side, [b, right]: Side): string {
  if (left.decoding === right.decoding) {
    return `Compare greedy ones: --label ${evaluationName(left)} --other-label ${evaluationName(right)}.`
  }
  const isLike = (item: EvaluationRecord): boolean =>
    item.decoding === left.decoding && !isFixedLabel(item.label) && item.split === left.split
  const same = b.evaluations().filter((item) => isLike(item) && evaluationName(item) === evaluationName(right))
  const other = newestOf(same) ?? b.evaluations().find(isLike)
  const isInBoth = [a, b].every((run, i) =>
    run
      .evaluations()
      .some((item) => item.decoding === 'sampled' && evaluationName(item) === evaluationName(i === 0 ? left : right)),
  )
  const sampled = `--label ${evaluationName(left)} --other-label ${evaluationName(right)} --sampled`
  if (other !== undefined && isInBoth) {
    return `Choose --other-label ${other.label}, or compare sampled ones: ${sampled}.`
  }
  if (other !== undefined) return `Choose --other-label ${other.label}.`
  if (isInBoth) return `Compare sampled ones: ${sampled}.`
  return `Measure it ${left.decoding} too: \`npx baton eval ${b.folder} --${left.decoding}\`, then choose it with --other-label.`
}

const sideText = ({ label, step }: EvaluationRecord): string => `${label}, step ${step}`

/** `after (step 20)`: a label can be there at several steps. */
function nameAndStep({ label, step }: EvaluationRecord): string {
  return `${label} (step ${step})`
}

/** Greedy against sampled, or two temperatures; a fixed workflow draws nothing and goes with either. */
function decodingsUnlike(left: EvaluationRecord, right: EvaluationRecord): string[] {
  if (isFixedLabel(left.label) || isFixedLabel(right.label)) return []
  if (left.decoding !== right.decoding) return [`decoding (${left.decoding} against ${right.decoding})`]
  if (left.temperature === right.temperature) return []
  return [`temperature (${left.temperature} against ${right.temperature})`]
}

function executorOf(run: RunReader): string {
  const llm = fieldOf(run.config, 'llm')
  const executor = fieldOf(llm, 'executor')
  const simulator =
    fieldOf(executor, 'baseUrl') === 'simulator' ? ` skill ${fieldOf(fieldOf(llm, 'simulator'), 'skill') ?? 1}` : ''
  return `${String(fieldOf(executor, 'model') ?? 'unknown')}${simulator}`
}

function fieldOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as { readonly [key: string]: Json })[name]
}

/** Share of right samples of each problem; null where none could be scored. */
function meanByProblem(outcomes: readonly EvaluationOutcome[]): Map<string, { type: string; mean: number | null }> {
  const counts = new Map<string, { type: string; right: number; all: number }>()
  for (const { problemId, problemType, isCorrect } of outcomes) {
    const count = counts.get(problemId) ?? { type: problemType, right: 0, all: 0 }
    if (isCorrect !== null) count.all++
    if (isCorrect === true) count.right++
    counts.set(problemId, count)
  }
  return new Map([...counts].map(([id, { type, right, all }]) => [id, { type, mean: all === 0 ? null : right / all }]))
}

function refusal(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'runs', code, hint })
}
