/** The request to `baton show`: its options, read and checked as far as possible without a run. */
import type { ProblemType } from '../../core/problem.ts'
import { shellWord } from '../format.ts'
import { countOption, oneOf, optionError, wholeOption } from '../option-values.ts'

export interface ShowOptions {
  readonly step?: string
  readonly problem?: string
  readonly label?: string
  readonly kind?: string
  readonly type?: string
  readonly rollout?: string
  readonly limit?: string
  readonly calls?: boolean
  readonly events?: boolean
  readonly since?: string
  readonly json?: boolean
}

export interface ShowRequest {
  /** Folder of the run, as it was given. */
  readonly folder: string
  readonly step: number | undefined
  readonly problem: string | undefined
  /** Of an evaluation; undefined: of the training. */
  readonly label: string | undefined
  readonly kind: string | undefined
  readonly type: ProblemType | undefined
  readonly rollout: number | undefined
  readonly limit: number | undefined
  readonly hasCalls: boolean
  /** What happened in the run, after the event of this number. */
  readonly hasEvents: boolean
  readonly since: number | undefined
  readonly isJson: boolean
}

/** Options that pick rollouts. */
const notOfEvents = ['step', 'problem', 'label', 'kind', 'type', 'rollout', 'calls'] as const

const problemTypes: readonly ProblemType[] = ['math', 'code', 'qa', 'vqa']

export function readRequest(folder: string, options: ShowOptions): ShowRequest {
  const { problem, label, kind, step, type, rollout, limit } = options
  const request: ShowRequest = {
    folder,
    problem,
    label,
    kind,
    step: step === undefined ? undefined : wholeOption('--step', step, label === undefined ? { least: 1 } : {}),
    type: type === undefined ? undefined : oneOf('--type', type, problemTypes),
    rollout: rollout === undefined ? undefined : wholeOption('--rollout', rollout),
    limit: limit === undefined ? undefined : countOption('--limit', limit),
    hasCalls: options.calls === true,
    hasEvents: options.events === true,
    since: options.since === undefined ? undefined : wholeOption('--since', options.since),
    isJson: options.json === true,
  }
  if (request.since !== undefined && !request.hasEvents)
    throw optionError('--since needs --events.', 'Its number is that of an event.')
  const other = request.hasEvents ? notOfEvents.find((name) => options[name] !== undefined) : undefined
  if (other !== undefined)
    throw optionError(
      `--events does not go with --${other}.`,
      'Leave one of them out: events are those of the whole run.',
    )
  for (const [name, isGiven] of [
    ['--rollout', rollout !== undefined],
    ['--calls', request.hasCalls],
  ] as const) {
    if (!isGiven || problem !== undefined) continue
    throw optionError(
      `${name} needs --problem: it is about one group.`,
      `"${commandOf({ ...request, rollout: undefined, hasCalls: false })}" lists the problems.`,
    )
  }
  return request
}

/** The command line of a request, to be copied. */
export function commandOf(request: Partial<ShowRequest> & Pick<ShowRequest, 'folder'>): string {
  const values = [
    ['--step', request.step],
    ['--label', request.label],
    ['--problem', request.problem],
    ['--type', request.type],
    ['--kind', request.kind],
    ['--rollout', request.rollout],
    ['--since', request.since],
    ['--limit', request.limit],
  ] as const
  return [
    'npx baton show',
    shellWord(request.folder),
    ...(request.hasEvents === true ? ['--events'] : []),
    ...values.flatMap(([name, value]) => (value === undefined ? [] : [name, shellWord(String(value))])),
    ...(request.hasCalls === true ? ['--calls'] : []),
  ].join(' ')
}
