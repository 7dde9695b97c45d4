/** `baton show`: the groups of a training step, or one group whole, with how each advantage came about. */
import type { AdvantageDerivation, AdvantageOptions } from '../core/advantages.ts'
import { BatonError } from '../core/failure.ts'
import { lineDiff } from '../core/line-diff.ts'
import { problemText } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import { groupsOf, type Lesson, type RolloutGroup } from '../core/rollout-group.ts'
import { nearestName } from '../core/spelling.ts'
import { visibleText } from '../core/visible-text.ts'
import { createProblemFinder, type FoundProblem, partsText, traceOf, verdictText, words } from '../reports/index.ts'
import { type RolloutDigest, type RunReader, readRun } from '../runs/index.ts'
import { dollars } from './format.ts'
import { countOption } from './option-values.ts'
import { type TextColumn, terminalWidth, textTable } from './text-table.ts'

export interface ShowOptions {
  readonly step: string
  readonly problem?: string
  readonly json?: boolean
}

type Group = RolloutGroup<RolloutDigest>

export async function showCommand(folder: string, options: ShowOptions): Promise<void> {
  const run = readRun(folder)
  try {
    const step = countOption('--step', options.step)
    const groups = groupsOf(run.rolloutDigests({ phase: 'train', step }), advantageOptionsOf(run))
    if (groups.length === 0) {
      throw wrongPlace(`${folder} has no rollouts of step ${step}.`, `Its last whole step is ${run.lastStep()}.`)
    }
    if (options.problem === undefined) {
      const lines = options.json === true ? jsonText({ view: 'step', step, groups }) : stepLines(groups)
      process.stdout.write(`${lines}\n`)
      return
    }
    for (const group of groupsNamed(groups, options.problem, step)) {
      const { position } = group
      const rollouts = run.rollouts({ phase: 'train', step, position })
      const problem = await createProblemFinder(run).find(rollouts[0] as RolloutRecord)
      const view = { view: 'group', step, problem, group, rollouts: rollouts.map(withoutTokens) }
      process.stdout.write(`${options.json === true ? jsonText(view) : groupText(group, rollouts, problem)}\n`)
    }
  } finally {
    run.close()
  }
}

function advantageOptionsOf(run: RunReader): AdvantageOptions | null {
  const training = run.config['training'] as unknown as { readonly advantages?: AdvantageOptions } | undefined
  return training?.advantages ?? null
}

function groupsNamed(groups: readonly Group[], problem: string, step: number): Group[] {
  const found = groups.filter(({ problemId }) => problemId === problem)
  if (found.length > 0) return found
  const ids = [...new Set(groups.map(({ problemId }) => problemId))]
  const meant = nearestName(problem, ids)
  const shown = ids.slice(0, 20).join(', ')
  throw wrongPlace(
    `no problem "${problem}" in step ${step}; its problems: ${shown}${ids.length > 20 ? ', ...' : ''}.`,
    meant === null ? 'Take one of them.' : `Did you mean ${meant}?`,
  )
}

function wrongPlace(message: string, hint: string): BatonError {
  return new BatonError(visibleText(message), { boundary: 'runs', code: 'no-rollouts', hint: visibleText(hint) })
}

function withoutTokens({ prompt: _, tokens: __, logprobs: ___, ...rollout }: RolloutRecord): object {
  return rollout
}

/** Controls beyond ASCII are escaped too: JSON leaves them as they are. */
function jsonText(view: object): string {
  return visibleText(JSON.stringify({ version: 1, ...view }, null, 2))
}

const stepColumns: readonly TextColumn[] = [
  { title: 'problem', side: 'left', rank: 0 },
  { title: 'type', side: 'left', rank: 2 },
  { title: 'right', side: 'right', rank: 0 },
  { title: 'mean', side: 'right', rank: 1 },
  { title: 'deviation', side: 'right', rank: 1 },
  { title: 'teaches', side: 'left', rank: 0 },
]

function stepLines(groups: readonly Group[]): string {
  const rows = groups.map(({ problemId, problemType, right, members, mean, deviation, lesson }) => [
    visibleText(problemId),
    problemType,
    `${right} of ${members.length}`,
    mean === null ? '–' : number(mean),
    deviation === null ? '–' : number(deviation),
    lessonText(lesson),
  ])
  return textTable(stepColumns, rows, terminalWidth()).join('\n')
}

function lessonText(lesson: Lesson): string {
  switch (lesson.kind) {
    case 'signal':
      return 'signal: right and wrong answers are mixed'
    case 'spread':
      return `spread alone: all ${lesson.areRight ? 'right' : 'wrong'}, rewards differ by ${lesson.parts.join(', ')}`
    case 'no-spread':
      return 'nothing: all rewards are equal'
    case 'too-few':
      return 'nothing: fewer than two rewards'
    default:
      return lesson satisfies never
  }
}

function groupText(group: Group, rollouts: readonly RolloutRecord[], found: FoundProblem): string {
  const { problemId, problemType, right, members, mean, deviation, commonest, lesson } = group
  const equal = commonest === null ? '' : `; ${commonest.count} of ${members.length} equal`
  const lines = [
    `${problemId} (${problemType}): ${right} of ${members.length} right, mean ${mean === null ? '–' : number(mean)}, deviation ${deviation === null ? '–' : number(deviation)}${equal}`,
    `teaches  ${lessonText(lesson)}`,
    ...(found.kind === 'missing'
      ? [`question and reference answer: not shown. ${found.reason}`]
      : ['question', indented(problemText(found.problem)), 'reference answer', indented(found.problem.answer)]),
    ...rollouts.flatMap((rollout, i) => ['', ...rolloutLines(rollout, members[i]?.derivation ?? null, equal)]),
  ]
  return visibleText(lines.join('\n'))
}

function rolloutLines(rollout: RolloutRecord, derivation: AdvantageDerivation | null, equal: string): string[] {
  const trace = traceOf(rollout)
  const diff = lineDiff(rollout.text, trace.program ?? rollout.text)
  const marks = { same: ' ', removed: '-', added: '+' }
  const parts = partsText(rollout.score, words.en)
  return [
    `rollout ${rollout.rollout}`,
    `  verdict    ${verdictText(rollout.score, trace.decidedBy, words.en)}`,
    ...(parts === '' ? [] : [`  reward     ${parts}`]),
    `  advantage  ${advantageText(rollout.advantage, derivation, equal)}`,
    ...rollout.failures.map(({ boundary, code, message }) => `  failure    ${boundary}/${code}: ${message}`),
    `  calls      ${rollout.llmCalls}, ${dollars(rollout.costUsd)}: ${trace.operators.map(({ operator }) => operator).join(', ') || 'no operator'}`,
    `  program    ${trace.repairs.length === 0 ? '' : '- as written, + as run'}`,
    ...diff.map(({ kind, text }) => `    ${marks[kind]} ${text}`),
  ]
}

/** `(reward −1.5 − mean 2.1) / deviation 0.37 = −2.18; 6 of 8 equal` */
function advantageText(stored: number | null, derivation: AdvantageDerivation | null, equal: string): string {
  if (stored === null || derivation === null) return 'none yet: the step is not whole'
  if (derivation.kind !== 'relative') return `0: ${reasons[derivation.kind]}`
  const { value, baseline, divisor, advantage } = derivation
  const difference = `reward ${number(value)} − ${baselines[baseline.of]} ${number(baseline.value)}`
  const formula =
    divisor === null ? difference : `(${difference}) / deviation ${number(divisor.deviation + divisor.epsilon)}`
  const other = advantage === stored ? '' : ` (recorded: ${number(stored)}, with other settings)`
  return `${formula} = ${number(advantage)}${equal}${other}`
}

const baselines = {
  'group-mean': 'mean',
  'mean-of-others': 'mean of the others',
  'second-best': 'second best',
  'step-mean': 'mean of the step',
} as const

const reasons = {
  unscorable: 'it could not be scored',
  alone: 'fewer than two rollouts have a reward',
  'no-spread': 'all rewards are equal',
  'not-best': 'another rollout is the best',
} as const

function number(value: number): string {
  return String(Number(value.toPrecision(4))).replace('-', '−')
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ')
}
