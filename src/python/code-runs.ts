/** Runs that need no operators: code, checks of a candidate against hidden tests, and CPython's verdict on a source. */
import { abortMessage } from './abort-message.ts'
import type { ProcessAnswer } from './interpreter-process.ts'
import type { InterpreterPool } from './pool.ts'
import { classifyRaised, readCodeEnd, readStop, readTestVerdict, tampered } from './read-python-reply.ts'
import type {
  CheckResult,
  CodeCheck,
  CodeProgram,
  CodeResult,
  PythonError,
  SandboxLimits,
  SandboxStop,
  TestOutcome,
} from './sandbox.ts'
import { type Ended, type InterpreterRequest, interpreterLimits, maxAttempts, type Progress } from './wire.ts'

type Settled = Exclude<ProcessAnswer, { kind: 'lost' }> | { readonly kind: 'aborted'; readonly message: string }

/** Asks the least loaded process, and another where that one died through no fault of ours; gives up on abort. */
async function ask(
  pool: InterpreterPool,
  request: () => InterpreterRequest,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal | undefined; readonly onProgress?: ((progress: Progress) => void) | undefined },
): Promise<Settled> {
  const aborted = Promise.withResolvers<Settled>()
  const onAbort = (): void => aborted.resolve({ kind: 'aborted', message: abortMessage(signal) })
  if (signal?.aborted) return { kind: 'aborted', message: abortMessage(signal) }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    for (let attempt = 1; ; ) {
      const answer = await Promise.race([pool.pick().ask(request(), onProgress), aborted.promise])
      if (answer.kind === 'crashed' && attempt < maxAttempts) attempt += 1
      else if (answer.kind !== 'lost') return answer
      if (pool.isClosed) return { kind: 'aborted', message: 'the sandbox was closed' }
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}

function stopOf(answer: Exclude<Settled, { kind: 'value' }>): SandboxStop {
  switch (answer.kind) {
    case 'aborted':
    case 'crashed':
      return answer
    case 'killed':
      return { kind: 'deadline', limit: 'cpu' }
    default:
      return readStop(answer)
  }
}

export async function runCodeIn(
  pool: InterpreterPool,
  program: CodeProgram,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal?: AbortSignal | undefined },
): Promise<CodeResult> {
  const { code, call = null, seed } = program
  const answer = await ask(pool, () => ({ kind: 'code', code, call, seed, limits: interpreterLimits(limits) }), {
    signal,
  })
  if (answer.kind !== 'value') return stopOf(answer)
  const end = readCodeEnd(answer.text)
  if (end === null) return tampered
  if (end.kind === 'raised') return classifyRaised(end, answer.refused)
  if (typeof end.value !== 'string') return tampered
  const isTooLong = end.value.length > limits.maxOutputChars || end.stdout.length > limits.maxOutputChars
  return isTooLong ? { kind: 'output' } : { kind: 'returned', value: end.value, stdout: end.stdout }
}

function outcomeOf(test: string, ended: Ended): TestOutcome {
  if (ended.kind === 'value') {
    const error = readTestVerdict(ended.text)
    if (error === undefined) return { test, isPassed: false, error: null, stop: tampered.kind }
    return { test, isPassed: error === null, error, stop: null }
  }
  const stop = readStop(ended)
  const error = stop.kind === 'raised' ? stop.error : null
  return { test, isPassed: false, error, stop: stop.kind }
}

/**
 * Each test has `cpuMs` of its own; the whole check has `wallMs`, as CPU time since it waits for nothing, after which the
 * tests left count as failed by deadline.
 * A test that has to be killed fails, and the rest go on in another process.
 */
export async function checkCodeIn(
  pool: InterpreterPool,
  check: CodeCheck,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal?: AbortSignal | undefined },
): Promise<CheckResult> {
  const outcomes: TestOutcome[] = []
  /** What a process that was asked for the first tests left behind: the next begins with a candidate newly loaded. */
  let settled = { tests: 0, usedMs: 0 }
  let usedMs = 0
  let hasLoaded = false
  const request = (): InterpreterRequest => {
    // Where a process died through no fault of ours, the candidate's state died with it: again from where it was loaded.
    outcomes.length = settled.tests
    usedMs = settled.usedMs
    return {
      kind: 'check',
      code: check.code,
      entryPoint: check.entryPoint,
      tests: check.tests.slice(settled.tests),
      seed: check.seed,
      limits: interpreterLimits(limits),
      totalMs: limits.wallMs - settled.usedMs,
    }
  }
  for (;;) {
    const answer = await ask(pool, request, {
      signal,
      onProgress: (progress) => {
        hasLoaded = true
        if (progress.kind === 'loaded') return
        usedMs = settled.usedMs + progress.usedMs
        outcomes.push(outcomeOf(check.tests[outcomes.length] ?? '', progress.ended))
      },
    })
    if (answer.kind === 'value') {
      const end = readCodeEnd(answer.text)
      if (end?.kind === 'raised') return classifyRaised(end, answer.refused)
      if (!hasLoaded) return tampered
      break
    }
    if ((answer.kind !== 'killed' && answer.kind !== 'crashed') || !hasLoaded) return stopOf(answer)
    const { kind } = stopOf(answer)
    outcomes.push({ test: check.tests[outcomes.length] ?? '', isPassed: false, error: null, stop: kind })
    if (outcomes.length >= check.tests.length) break
    settled = { tests: outcomes.length, usedMs: usedMs + limits.cpuMs }
  }
  return { kind: 'checked', outcomes, isPassed: outcomes.every((outcome) => outcome.isPassed) }
}

const compileLimits = { cpuMs: 2000, memoryMb: 256, maxOutputChars: 10_000 }

export async function compileIn(
  pool: InterpreterPool,
  code: string,
  signal?: AbortSignal,
): Promise<PythonError | null> {
  const answer = await ask(pool, () => ({ kind: 'compile', code, limits: compileLimits }), { signal })
  if (answer.kind === 'aborted') throw signal?.reason ?? new Error(answer.message)
  if (answer.kind === 'value') return readTestVerdict(answer.text) ?? null
  const stop = stopOf(answer)
  if (stop.kind === 'raised') return stop.error
  return { type: 'SyntaxError', message: `the source is too much for the compiler (${stop.kind})`, line: null }
}
