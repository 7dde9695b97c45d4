/**
 * Drives one workflow program: advances its interpreter, hands operator calls to `perform`, feeds the replies back in the
 * order of the calls, and enforces what belongs to TypeScript: the number of calls, their tokens and dollars, abort. How
 * long a call may take is for `perform` to say: waiting does not count as the program's time.
 *
 * The journal of replies makes the run a pure function of (program, seed, replies): it continues in another
 * interpreter, from the start, whenever it lost its own.
 */
import type { JsonObject } from '../core/json.ts'
import { abortMessage } from './abort-message.ts'
import type { InterpreterPool } from './pool.ts'
import { classifyRaised, readStepReports, readStop, tampered } from './read-python-reply.ts'
import type {
  OperatorCall,
  OperatorReply,
  SandboxLimits,
  SandboxStop,
  WorkflowProgram,
  WorkflowResult,
} from './sandbox.ts'
import { interpreterLimits, maxAttempts, type StepReport } from './wire.ts'

export type Perform = (call: OperatorCall, signal: AbortSignal) => Promise<OperatorReply>

export interface WorkflowRunOptions {
  readonly program: WorkflowProgram
  readonly perform: Perform
  readonly limits: SandboxLimits
  readonly signal: AbortSignal
}

export interface ActiveRun extends WorkflowRunOptions {
  readonly advance: Advance
  /** CPU time of replays that the program brought about, in ms. */
  readonly replayed: { usedMs: number }
  /** Fires when the run has ended, however it did. */
  readonly stopped: AbortSignal
  /** Ends the run from outside of the loop. */
  end(result: WorkflowResult): void
}

type NumberedReply = Exclude<OperatorReply, { kind: 'abort' }> & { readonly index: number }

let lastRun = 0

/** Replies on their way: delivered in the order of their calls, whatever order they came in. */
interface PendingReplies {
  readonly waiting: Set<number>
  /** Calls that the program gave up: their replies are not delivered, but paid for, and so counted in their turn. */
  readonly cancelled: Set<number>
  readonly arrived: Map<number, NumberedReply>
  wake: () => void
}

export async function runWorkflowIn(pool: InterpreterPool, options: WorkflowRunOptions): Promise<WorkflowResult> {
  const owner = {}
  lastRun += 1
  const run = lastRun
  try {
    return await runWorkflowOn(
      (active, journal, delivered) => advanceIn(pool, owner, { run, active, journal, delivered }),
      options,
    )
  } finally {
    pool.releaseOwner(owner)
  }
}

/** The same for any interpreter that takes a workflow from one of its steps to the next. */
export async function runWorkflowOn(advance: Advance, options: WorkflowRunOptions): Promise<WorkflowResult> {
  const stopping = new AbortController()
  const outcome = Promise.withResolvers<WorkflowResult>()
  const end = (result: WorkflowResult): void => {
    outcome.resolve(result)
    stopping.abort()
  }
  const onAbort = (): void => end({ kind: 'aborted', message: abortMessage(options.signal) })
  if (options.signal.aborted) onAbort()
  else options.signal.addEventListener('abort', onAbort, { once: true })
  const active: ActiveRun = { advance, ...options, replayed: { usedMs: 0 }, stopped: stopping.signal, end }
  runToEnd(active).then(end, outcome.reject)
  try {
    return await outcome.promise
  } finally {
    options.signal.removeEventListener('abort', onAbort)
  }
}

function startMessage({ program, limits }: WorkflowRunOptions): JsonObject {
  return {
    kind: 'start',
    code: program.code,
    className: program.className,
    init: program.init,
    callArgs: program.callArgs,
    operators: program.operators.map(({ name, parameters }) => ({
      name,
      parameters: parameters.map((parameter) => ({ name: parameter.name, isRequired: parameter.isRequired })),
    })),
    prompts: program.prompts ?? {},
    seed: program.seed,
    maxOutputChars: limits.maxOutputChars,
  }
}

/** The loop of one run: advance, hand out the calls, wait for the next reply in order. */
async function runToEnd(active: ActiveRun): Promise<WorkflowResult> {
  const { program, limits } = active
  const operators = new Set([...program.operators.map((operator) => operator.name), 'llm'])
  const pending: PendingReplies = {
    waiting: new Set(),
    cancelled: new Set(),
    arrived: new Map(),
    wake: () => undefined,
  }
  const journal: JsonObject[] = [startMessage(active)]
  const spent: Spent = { tokens: 0, costUsd: 0 }
  let delivered = 0
  let lastIndex = 0
  for (;;) {
    const advanced = await active.advance(active, journal, delivered)
    if (advanced.kind === 'stop') return advanced.stop
    const report = readStepReports(advanced.text, advanced.isReplay ? 0 : lastIndex, operators)
    if (report === null) return tampered
    delivered = journal.length
    giveUp(report.cancelled, pending, limits)
    const finished = finish(report, limits, advanced.refused)
    if (finished !== null) {
      const { costs } = await nextReplies(pending, pending.cancelled)
      const overspent = addSpending(spent, costs, limits)
      return overspent === null ? finished : { kind: 'spend', limit: overspent }
    }
    // Ended from outside meanwhile: nothing more is asked.
    if (active.stopped.aborted) return { kind: 'aborted', message: 'the run has ended' }
    for (const call of report.calls) {
      if (call.index <= lastIndex) continue
      if (call.index > limits.maxOperatorCalls) return { kind: 'operator-calls' }
      lastIndex = call.index
      pending.waiting.add(call.index)
      void answer(active, call, pending)
    }
    // Made and given up in one step.
    giveUp(report.cancelled, pending, limits)
    // The harness ends a program that waits for nothing; who claims to wait for nothing is not the harness.
    if (pending.waiting.size === pending.cancelled.size) return tampered
    const { replies, costs } = await nextReplies(pending, pending.waiting)
    // Counted as delivered, in the order of the calls: which run is stopped depends on no timing.
    const overspent = addSpending(spent, costs, limits)
    if (overspent !== null) return { kind: 'spend', limit: overspent }
    journal.push(...replies)
  }
}

/** A call that the program gave up is waited for no more, but where its cost counts against a limit. */
function giveUp(calls: readonly number[], { waiting, cancelled }: PendingReplies, limits: SandboxLimits): void {
  const isCounted = limits.maxOperatorTokens !== undefined || limits.maxOperatorCostUsd !== undefined
  for (const index of calls) {
    if (!isCounted) waiting.delete(index)
    else if (waiting.has(index)) cancelled.add(index)
  }
}

interface Spent {
  tokens: number
  costUsd: number
}

/** @returns the limit that is passed now, if one is. */
function addSpending(spent: Spent, replies: readonly NumberedReply[], limits: SandboxLimits): 'tokens' | 'cost' | null {
  const { maxOperatorTokens = Number.POSITIVE_INFINITY, maxOperatorCostUsd = Number.POSITIVE_INFINITY } = limits
  for (const { inputTokens = 0, outputTokens = 0, costUsd = 0 } of replies) {
    spent.tokens += inputTokens + outputTokens
    spent.costUsd += costUsd
    if (spent.tokens > maxOperatorTokens) return 'tokens'
    if (spent.costUsd > maxOperatorCostUsd) return 'cost'
  }
  return null
}

/**
 * Takes the run as far as it goes.
 * @param journal the start and all replies; the interpreter has seen the first `delivered` of them, unless it was lost.
 */
export type Advance = (active: ActiveRun, journal: readonly JsonObject[], delivered: number) => Promise<Advanced>

export type Advanced =
  | { readonly kind: 'text'; readonly text: string; readonly refused: readonly string[]; readonly isReplay: boolean }
  | { readonly kind: 'stop'; readonly stop: SandboxStop }

async function advanceIn(
  pool: InterpreterPool,
  owner: object,
  {
    run,
    active,
    journal,
    delivered,
  }: {
    readonly run: number
    readonly active: ActiveRun
    readonly journal: readonly JsonObject[]
    readonly delivered: number
  },
): Promise<Advanced> {
  const { program, stopped } = active
  const limits = interpreterLimits(active.limits)
  let attempt = 1
  for (;;) {
    const grant = await pool.acquire(owner, stopped)
    if (grant === null) return { kind: 'stop', stop: { kind: 'aborted', message: 'the sandbox was closed' } }
    const { slot, isFresh } = grant
    const answered = await slot.process.ask({
      kind: 'advance',
      slot: slot.index,
      run,
      isFresh,
      seed: program.seed,
      usedMs: active.replayed.usedMs,
      messages: isFresh ? journal : journal.slice(delivered),
      limits,
    })
    pool.release(slot, answered.kind === 'value' && answered.isBlocked !== true && !stopped.aborted)
    switch (answered.kind) {
      case 'lost':
        continue
      case 'killed':
        return { kind: 'stop', stop: { kind: 'deadline', limit: 'cpu' } }
      case 'crashed':
        if (attempt >= maxAttempts || stopped.aborted) return { kind: 'stop', stop: answered }
        attempt += 1
        continue
      case 'value':
        // The program waits where it cannot be kept: what its replays cost is its own.
        if (answered.isBlocked === true) active.replayed.usedMs += answered.usedMs ?? 0
        return { kind: 'text', text: answered.text, refused: answered.refused, isReplay: isFresh }
      default:
        return { kind: 'stop', stop: readStop(answered) }
    }
  }
}

function finish(report: StepReport, limits: SandboxLimits, refused: readonly string[]): WorkflowResult | null {
  const { end } = report
  if (end === null) return null
  if (end.stdout.length > limits.maxOutputChars) return { kind: 'output' }
  if (end.kind === 'raised') return classifyRaised(end, refused)
  return JSON.stringify(end.value).length > limits.maxOutputChars ? { kind: 'output' } : end
}

/** Has one call performed and puts the reply among the pending ones; an abort reply, or a `perform` that throws, ends the run. */
async function answer(
  { perform, stopped, end }: ActiveRun,
  call: OperatorCall,
  pending: PendingReplies,
): Promise<void> {
  let reply: OperatorReply
  try {
    reply = await perform(call, stopped)
  } catch (error) {
    return end({ kind: 'aborted', message: error instanceof Error ? error.message : String(error) })
  }
  if (reply.kind === 'abort') return end({ kind: 'aborted', message: reply.message })
  if (!pending.waiting.has(call.index)) return
  pending.arrived.set(call.index, { ...reply, index: call.index })
  pending.wake()
}

interface Arrived {
  /** To deliver. */
  readonly replies: readonly NumberedReply[]
  /** The same, and those of calls that were given up before them. */
  readonly costs: readonly NumberedReply[]
}

/**
 * Waits for the replies to the earliest open calls: until one is there to deliver, with those that follow without a gap; of
 * calls that were given up alone, for all of them.
 * @param open which calls are meant: all that are open, or those that were given up.
 */
async function nextReplies(pending: PendingReplies, open: ReadonlySet<number>): Promise<Arrived> {
  const replies: NumberedReply[] = []
  const costs: NumberedReply[] = []
  for (;;) {
    for (const index of [...open].sort((a, b) => a - b)) {
      const reply = pending.arrived.get(index)
      if (reply === undefined) break
      costs.push(reply)
      if (!pending.cancelled.has(index)) replies.push(reply)
      pending.waiting.delete(index)
      pending.cancelled.delete(index)
      pending.arrived.delete(index)
    }
    if (replies.length > 0 || open.size === 0) return { replies, costs }
    await new Promise<void>((resolve) => {
      pending.wake = resolve
    })
  }
}
