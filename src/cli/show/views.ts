/** What each form of `baton show` has to say, for people as lines and for programs as JSON. */
import { rateByProblem } from '../../core/clustered-rate.ts'
import { countKinds, hasKind } from '../../core/failure-kinds.ts'
import type { RolloutDigest, RolloutRecord } from '../../core/records.ts'
import { groupsOf } from '../../core/rollout-group.ts'
import { advantageOptionsOf, callersOf, createProblemFinder } from '../../reports/index.ts'
import type { RunReader } from '../../runs/index.ts'
import { callLines } from './call-lines.ts'

import { kindsCell } from './cells.ts'
import { groupView, type ViewStyle, type WholeGroup } from './group-view.ts'
import { assertKind, digestsOf, missingRollout, ofType, severalSteps } from './lookups.ts'
import { commandOf, type ShowRequest } from './request.ts'
import { type DigestGroup, evaluationTable, groupTable, rolloutTable, stepFacts, stepTable } from './tables.ts'

export interface View {
  readonly json: object
  /** Lines may have colours; texts of models in them are safe to show. */
  lines(style: ViewStyle): string[]
}

/** Groups of a step or evaluation that are shown whole below their list. */
const fewGroups = 2

/** Lines of a list, unless --limit says otherwise; programs get all. */
const shownGroups = 50
const shownRollouts = 20

export async function viewOf(run: RunReader, request: ShowRequest): Promise<View> {
  const { step, problem, label, kind } = request
  if (problem !== undefined) return await problemView(run, request)
  if (kind !== undefined) return kindView(run, request, kind)
  if (step === undefined && label === undefined) return runView(run, request)
  return await stepView(run, request)
}

function runView(run: RunReader, request: ShowRequest): View {
  const { folder, type, limit } = request
  const evaluations = run.evaluations()
  const recorded = run.rolloutDigests({ phase: 'train' })
  const digests = recorded.length === 0 ? [] : ofType(recorded, request)
  const records = new Map(run.steps().map((record) => [record.step, record]))
  const all = [...Map.groupBy(digests, (digest) => digest.step)].map(([step, rollouts]) =>
    stepFacts(step, rollouts, records.get(step) ?? null),
  )
  const steps = all.slice(-(limit ?? all.length))
  const measured = evaluations.map((evaluation) => ({
    ...evaluation,
    outcomes: evaluation.outcomes.filter(({ problemType }) => type === undefined || problemType === type),
  }))
  return {
    json: {
      view: 'run',
      steps,
      evaluations: measured.map(({ label, step, split, decoding, outcomes }) => ({
        ...{ label, step, split, decoding },
        right: rateByProblem(outcomes),
      })),
    },
    lines: (style) => {
      const { words, emphasize } = style
      const table = stepTable(steps, style)
      const kind = countKinds(digests)[0]?.kind
      const last = steps.at(-1)
      const newest = measured.findLast(({ decoding }) => decoding === 'greedy') ?? measured.at(-1)
      const closer = [
        ...(last === undefined ? [] : [commandOf({ folder, type, step: last.step })]),
        ...(kind === undefined ? [] : [commandOf({ folder, type, kind })]),
        ...(newest === undefined ? [] : [commandOf({ folder, type, label: newest.label })]),
      ]
      return [
        ...(steps.length === 0 ? [words.noTraining] : withTitles(table, emphasize)),
        ...(all.length > steps.length ? [words.earlier(all.length - steps.length)] : []),
        ...(measured.length === 0 ? [] : ['', ...withTitles(evaluationTable(measured, style), emphasize)]),
        ...closerLines(closer, style),
      ]
    },
  }
}

async function stepView(run: RunReader, request: ShowRequest): Promise<View> {
  const digests = digestsOf(run, request)
  const groups = groupsIn(run, request, digests)
  const shown = groups.slice(0, request.limit ?? (request.isJson ? groups.length : shownGroups))
  const { step, label } = placeOf(digests)
  const whole = groups.length > fewGroups ? [] : await wholeGroups(run, shown)
  return {
    json: { view: 'step', step, label, groups: shown },
    lines: (style) => {
      const { emphasize, words } = style
      const { problemId } = groups.find(({ lesson }) => lesson.kind === 'signal') ?? groups[0] ?? {}
      const left = groups.length - shown.length
      return [
        ...withTitles(groupTable(shown, style), emphasize),
        ...(left === 0 ? [] : [words.more(left, commandOf({ ...request, limit: groups.length }))]),
        ...(whole.length > 0
          ? whole.flatMap((group) => ['', ...groupView(group, style)])
          : closerLines(
              [commandOf({ folder: request.folder, step, label: request.label, problem: problemId })],
              style,
            )),
      ]
    },
  }
}

async function problemView(run: RunReader, request: ShowRequest): Promise<View> {
  const digests = digestsOf(run, request)
  const steps = [...Map.groupBy(digests, ({ step }) => step)]
  if (steps.length === 1) return await wholeView(run, request, digests)
  if (request.kind !== undefined || request.rollout !== undefined || request.hasCalls) {
    throw severalSteps(
      request,
      steps.map(([step]) => step),
    )
  }
  const groups = steps.flatMap(([, ofStep]) => groupsIn(run, request, ofStep))
  const shown = groups.slice(-(request.limit ?? groups.length))
  return {
    json: { view: 'problem', groups: shown },
    lines: (style) => [
      ...withTitles(groupTable(shown, style, true), style.emphasize),
      ...closerLines([commandOf({ ...request, limit: undefined, step: steps.at(-1)?.[0] })], style),
    ],
  }
}

async function wholeView(run: RunReader, request: ShowRequest, digests: readonly RolloutDigest[]): Promise<View> {
  const { kind, rollout } = request
  if (kind !== undefined) assertKind(run, kind, digests)
  const groups = groupsIn(run, request, digests)
  const whole = (await wholeGroups(run, groups)).map((group) => {
    const rollouts = group.rollouts.filter((record) => rollout === undefined || record.rollout === rollout)
    if (rollouts.length === 0) throw missingRollout(request, group.rollouts)
    return { ...group, rollouts: rollouts.filter((record) => kind === undefined || hasKind(record, kind)) }
  })
  const calls = (group: WholeGroup) =>
    group.rollouts.map((record) => ({ rollout: record, callers: callersOf(record, (key) => run.findCall(key)) }))
  const withCalls = whole.map((group) => ({ group, calls: request.hasCalls ? calls(group) : [] }))
  return {
    json: {
      view: 'groups',
      groups: withCalls.map(({ group: { options: advantages, group, problem, rollouts }, calls: made }) => ({
        ...{ advantages, group, problem },
        rollouts: rollouts.map((record, i) => ({
          ...record,
          ...(request.hasCalls ? { callers: made[i]?.callers ?? [] } : {}),
        })),
      })),
    },
    lines: (style) =>
      withCalls.flatMap(({ group, calls: made }, i) => [
        ...(i === 0 ? [] : ['']),
        ...groupView(group, style),
        ...(group.rollouts.length === 0 && kind !== undefined ? ['', style.words.kinds.none(kind)] : []),
        ...made.flatMap((rolloutCalls) => ['', ...callLines(rolloutCalls, group.problem, style)]),
      ]),
  }
}

function kindView(run: RunReader, request: ShowRequest, kind: string): View {
  const digests = digestsOf(run, request)
  const there = assertKind(run, kind, digests)
  const found = digests.filter((digest) => hasKind(digest, kind))
  const shown = found.slice(0, request.limit ?? (request.isJson ? found.length : shownRollouts))
  return {
    json: { view: 'rollouts', kind, found: found.length, rollouts: shown },
    lines: (style) => {
      const { words, emphasize } = style
      if (found.length === 0) {
        const closer = labelsWith(run, kind).map((label) => commandOf({ folder: request.folder, label, kind }))
        return [
          words.kinds.none(kind),
          there.length === 0 ? words.kinds.noFailures : words.kinds.there(kindsCell(there, words)),
          ...closerLines(closer, style),
        ]
      }
      const { step, problemId, rollout } = shown[0] as RolloutDigest
      const closer = { folder: request.folder, label: request.label, step, problem: problemId, rollout, hasCalls: true }
      const left = found.length - shown.length
      return [
        words.kinds.found(shown.length, found.length, kind),
        ...withTitles(rolloutTable(shown, kind, style), emphasize),
        ...(left === 0 ? [] : [words.more(left, commandOf({ ...request, limit: found.length }))]),
        ...closerLines([commandOf(closer)], style),
      ]
    },
  }
}

/** Evaluations in which there is a failure of the kind. */
function labelsWith(run: RunReader, kind: string): string[] {
  const found = run.rolloutDigests({ phase: 'evaluation' }).filter((digest) => hasKind(digest, kind))
  return [...new Set(found.map(({ label }) => label))]
}

/** Of one step or evaluation. Advantages are derived over the whole step, whatever part of it is asked for. */
function groupsIn(run: RunReader, request: ShowRequest, digests: readonly RolloutDigest[]): DigestGroup[] {
  const { step, label, phase } = placeOf(digests)
  const wanted = new Set(digests.map(({ position }) => position))
  const options = phase === 'train' ? advantageOptionsOf(run, step) : null
  const all =
    request.type === undefined && request.problem === undefined ? digests : run.rolloutDigests({ phase, label, step })
  return groupsOf(all, options).filter(({ position }) => wanted.has(position))
}

async function wholeGroups(run: RunReader, groups: readonly DigestGroup[]): Promise<WholeGroup[]> {
  const finder = createProblemFinder(run)
  const whole: WholeGroup[] = []
  for (const group of groups) {
    const [first] = group.members
    if (first === undefined) continue
    const { phase, label, step, position } = first.rollout
    const rollouts = run.rollouts({ phase, label, step, position })
    const problem = await finder.find(rollouts[0] as RolloutRecord)
    whole.push({ group, rollouts, problem, options: phase === 'train' ? advantageOptionsOf(run, step) : null })
  }
  return whole
}

function placeOf(digests: readonly RolloutDigest[]): Pick<RolloutDigest, 'phase' | 'label' | 'step'> {
  return digests[0] ?? { phase: 'train', label: '', step: 0 }
}

function withTitles([titles = '', ...lines]: readonly string[], emphasize: ViewStyle['emphasize']): string[] {
  return [emphasize(titles), ...lines]
}

function closerLines(commands: readonly string[], { words }: ViewStyle): string[] {
  if (commands.length === 0) return []
  return ['', words.lookCloser, ...commands.map((command) => `  ${command}`)]
}
