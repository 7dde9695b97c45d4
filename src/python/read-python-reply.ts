/**
 * Reads what Python said: text made under the program's control, so every shape is checked and nothing is believed.
 * Null means that the text is not what the harness writes: the program tampered with it.
 */
import type { Json, JsonObject } from '../core/json.ts'
import type { PythonError, SandboxStop } from './sandbox.ts'
import type { Ended, ProgramEnd, StepReport } from './wire.ts'

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Nothing that the harness writes is nested deeper: Python's own limit on recursion is in the way. */
const maxDepth = 1500

function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json
    return isShallow(value, maxDepth) ? value : undefined
  } catch {
    return undefined
  }
}

/** What is nested too deeply would overflow the stack of any code that traverses it. */
function isShallow(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depth > 0 && Object.values(value).every((item) => isShallow(item as Json, depth - 1))
}

function readError(value: Json | undefined): PythonError | null {
  if (!isObject(value)) return null
  const { type, message, line } = value
  if (typeof type !== 'string' || typeof message !== 'string') return null
  return { type: type.slice(0, 200), message: message.slice(0, 2000), line: typeof line === 'number' ? line : null }
}

function readProgramEnd(value: Json | undefined): ProgramEnd | null {
  if (!isObject(value) || typeof value['stdout'] !== 'string') return null
  const stdout = value['stdout']
  if (value['kind'] === 'returned' && value['value'] !== undefined) {
    return { kind: 'returned', value: value['value'], stdout }
  }
  const error = readError(value['error'])
  return value['kind'] === 'raised' && error !== null ? { kind: 'raised', error, stdout } : null
}

/**
 * The reports of one or more steps, as one.
 * @param texts a JSON list of what `step` returned, as the sandbox process wrote it.
 * @param lastIndex the call that the first report continues from.
 * @param knownOperators the declared names and `llm`.
 */
export function readStepReports(
  texts: string,
  lastIndex: number,
  knownOperators: ReadonlySet<string>,
): StepReport | null {
  const calls: StepReport['calls'][number][] = []
  const cancelled: number[] = []
  let end: StepReport['end'] = null
  const list = parse(texts)
  if (!Array.isArray(list)) return null
  for (const text of list as Json[]) {
    const report = readStepReport(String(text), lastIndex + calls.length, knownOperators)
    if (report === null) return null
    calls.push(...report.calls)
    cancelled.push(...report.cancelled)
    end ??= report.end
  }
  return { calls, cancelled, end }
}

function readStepReport(text: string, lastIndex: number, knownOperators: ReadonlySet<string>): StepReport | null {
  const value = parse(text)
  if (!isObject(value) || !Array.isArray(value['calls']) || !Array.isArray(value['cancelled'])) return null
  const calls: StepReport['calls'][number][] = []
  for (const call of value['calls'] as Json[]) {
    if (!isObject(call) || !isObject(call['args']) || call['index'] !== lastIndex + calls.length + 1) return null
    const operator = call['operator']
    if (typeof operator !== 'string' || !knownOperators.has(operator)) return null
    calls.push({ index: call['index'], operator, args: call['args'] })
  }
  const cancelled = (value['cancelled'] as Json[]).filter((index) => typeof index === 'number')
  if (value['end'] === null) return { calls, cancelled, end: null }
  const end = readProgramEnd(value['end'])
  return end === null ? null : { calls, cancelled, end }
}

export function readCodeEnd(text: string): ProgramEnd | null {
  return readProgramEnd(parse(text))
}

/** An error or null, as `compile_code` and `run_test` write it; undefined where the text is neither. */
export function readTestVerdict(text: string): PythonError | null | undefined {
  const value = parse(text)
  return value === null ? null : (readError(value) ?? undefined)
}

export const tampered: SandboxStop = { kind: 'violation', what: 'the program changed the code that runs it' }

/** A stop for every ending but a value. */
export function readStop(ended: Exclude<Ended, { kind: 'value' }>): SandboxStop {
  switch (ended.kind) {
    case 'deadline':
      return { kind: 'deadline', limit: 'cpu' }
    case 'output':
    case 'memory':
      return { kind: ended.kind }
    case 'violation':
      return { kind: 'violation', what: ended.what }
    case 'recursion': {
      const error = { type: 'RecursionError', message: 'maximum recursion depth exceeded', line: null }
      return { kind: 'raised', error, stdout: '' }
    }
    case 'trapped':
      return { kind: 'crashed', message: ended.message }
  }
}

/**
 * An exception that ended a program, by cause: memory that was denied, an access that was refused, or its own.
 * @param refused what the firewall refused with an errno during the run.
 */
export function classifyRaised(end: ProgramEnd & { kind: 'raised' }, refused: readonly string[]): SandboxStop {
  const { type } = end.error
  if (type === 'MemoryError') return { kind: 'memory' }
  const isSystemError = ['OSError', 'PermissionError', 'FileNotFoundError', 'URLError', 'gaierror'].includes(type)
  if (isSystemError && refused.length > 0) return { kind: 'violation', what: refused.join(', ') }
  return end
}
