/** Code and checks on the system's Python: as `code-runs.ts`, with a process in the jail for each run and each side of a check. */
import { jsonOf } from '../../core/parse-json.ts'
import { abortMessage } from '../abort-message.ts'
import { type LoadReport, readLoadReport } from '../load-report.ts'
import { classifyRaised, readCodeEnd, readTestVerdict, tampered } from '../read-python-reply.ts'
import type {
  CheckResult,
  CodeCheck,
  CodeProgram,
  CodeResult,
  SandboxLimits,
  SandboxStop,
  TestOutcome,
  WorkflowResult,
} from '../sandbox.ts'
import type { JailCommand } from './jail-command.ts'
import { type JailProcess, startJailProcess } from './jail-process.ts'

export async function runCodeInJail(
  jail: JailCommand,
  { code, call, seed }: CodeProgram,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal?: AbortSignal | undefined },
): Promise<CodeResult> {
  if (signal?.aborted) return { kind: 'aborted', message: abortMessage(signal) }
  const { maxOutputChars } = limits
  const process = startJailProcess(jail, limits, { signal })
  try {
    const answer = await process.call('runCode', { code, call: call ?? null, seed, maxOutputChars })
    if (answer.kind === 'stop') return answer.stop
    const end = readCodeEnd(answer.text)
    if (end === null) return tampered
    if (end.kind === 'raised') return classifyRaised(end, [])
    if (typeof end.value !== 'string') return tampered
    const isTooLong = end.value.length > maxOutputChars || end.stdout.length > maxOutputChars
    return isTooLong ? { kind: 'output' } : { kind: 'returned', value: end.value, stdout: end.stdout }
  } finally {
    process.kill()
  }
}

interface Sides {
  readonly candidate: JailProcess
  readonly tester: JailProcess
  readonly report: LoadReport
}

/** Each test has a CPU budget of its own; a test that had to be stopped takes both processes with it. */
export async function checkCodeInJail(
  jail: JailCommand,
  check: CodeCheck,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal?: AbortSignal | undefined },
): Promise<CheckResult> {
  if (signal?.aborted) return { kind: 'aborted', message: abortMessage(signal) }
  const outcomes: TestOutcome[] = []
  let sides: Sides | undefined
  let isNew = true
  const killSides = (): void => {
    sides?.candidate.kill()
    sides?.tester.kill()
    sides = undefined
  }
  try {
    for (const test of check.tests) {
      if (sides === undefined) {
        const loaded = await loadSides(jail, check, { limits, signal })
        if (loaded.kind === 'stop') {
          if (loaded.stop.kind === 'aborted' || outcomes.length === 0) return loaded.stop
          outcomes.push({ test, isPassed: false, error: null, stop: loaded.stop.kind })
          continue
        }
        sides = loaded.sides
      } else if (!isNew) {
        // What a candidate's values did to the tests' process, they did to the test before.
        sides.tester.kill()
        sides = { ...sides, tester: startJailProcess(jail, limits, { signal }) }
      }
      const outcome = await runTest(sides, check, test, limits)
      if (outcome.stop === 'aborted') return { kind: 'aborted', message: abortMessage(signal) }
      outcomes.push(outcome)
      if (outcome.stop !== null) killSides()
      isNew = false
    }
  } finally {
    killSides()
  }
  return { kind: 'checked', outcomes, isPassed: outcomes.every(({ isPassed }) => isPassed) }
}

type Loaded = { readonly kind: 'sides'; readonly sides: Sides } | { readonly kind: 'stop'; readonly stop: SandboxStop }

async function loadSides(
  jail: JailCommand,
  { code, entryPoint, seed }: CodeCheck,
  { limits, signal }: { readonly limits: SandboxLimits; readonly signal: AbortSignal | undefined },
): Promise<Loaded> {
  if (signal?.aborted) return { kind: 'stop', stop: { kind: 'aborted', message: abortMessage(signal) } }
  const { maxOutputChars } = limits
  const load = async (definitionsOnly: boolean) => {
    const candidate = startJailProcess(jail, limits, { signal })
    const request = { code, entryPoint, seed, maxOutputChars, definitionsOnly }
    return { candidate, answer: await candidate.call('loadCandidate', request) }
  }
  let { candidate, answer } = await load(false)
  if (answer.kind === 'stop' && answer.stop.kind !== 'aborted') {
    // Examples of use that never end, print too much or kill the interpreter.
    candidate.kill()
    const again = await load(true)
    candidate = again.candidate
    if (again.answer.kind === 'text' && readLoadReport(again.answer.text) !== null) answer = again.answer
  }
  const stop = (reason: SandboxStop): Loaded => {
    candidate.kill()
    return { kind: 'stop', stop: reason }
  }
  if (answer.kind === 'stop') return stop(answer.stop)
  const end = readCodeEnd(answer.text)
  if (end?.kind === 'raised') return stop(classifyRaised(end, []))
  const report = readLoadReport(answer.text)
  if (report === null) return stop(tampered)
  return { kind: 'sides', sides: { candidate, tester: startJailProcess(jail, limits, { signal }), report } }
}

/** What the other side wrote, as deep as Python's own JSON may nest; null where it is no message. */
function messageOf(text: string): object | null {
  const message = jsonOf(text, { maxDepth: 1500 })
  return typeof message === 'object' ? message : null
}

async function runTest(
  { candidate, tester, report }: Sides,
  { entryPoint, seed }: CodeCheck,
  test: string,
  { maxOutputChars }: SandboxLimits,
): Promise<TestOutcome> {
  let candidateStop: SandboxStop | undefined
  const peer = async (text: string): Promise<string | null> => {
    const asked = messageOf(text)
    if (asked === null) return null
    const reply = await candidate.call('callCandidate', asked, back)
    if (reply.kind === 'text') return reply.text
    candidateStop = reply.stop
    return null
  }
  /** The candidate calls a function that the test passed to it. */
  const back = async (text: string): Promise<string | null> => {
    const asked = messageOf(text)
    if (asked === null) return null
    const answer = await tester.call('answerCandidate', asked, peer)
    return answer.kind === 'text' ? answer.text : null
  }
  const request = { entryPoint, seed, maxOutputChars, test, ...report }
  const answer = await tester.call('runTest', request, peer)
  if (answer.kind === 'stop') {
    const { kind } = candidateStop ?? answer.stop
    return { test, isPassed: false, error: null, stop: kind }
  }
  const error = readTestVerdict(answer.text)
  if (error === undefined) return { test, isPassed: false, error: null, stop: tampered.kind }
  return { test, isPassed: error === null, error, stop: null }
}

/** Whether a run failed for want of a package, and might not on a Python that has it. */
export function lacksPackage(result: WorkflowResult | CodeResult | CheckResult): boolean {
  if (result.kind === 'raised') return result.error.type === 'ModuleNotFoundError'
  return result.kind === 'checked' && result.outcomes.some(({ error }) => error?.type === 'ModuleNotFoundError')
}
