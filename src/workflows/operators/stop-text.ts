/** How a run in the sandbox ended without a value, in words for a model. */
import type { PythonError, SandboxStop } from '../../python/sandbox.ts'

export function stopText(stop: SandboxStop): string {
  switch (stop.kind) {
    case 'raised':
      return errorText(stop.error)
    case 'deadline':
      return 'TimeoutError: the program took too long.'
    case 'memory':
      return 'MemoryError: the program used too much memory.'
    case 'output':
      return 'The program printed too much.'
    case 'operator-calls':
      return 'The program made too many operator calls.'
    case 'spend':
      return `The program's operators used more ${stop.limit === 'cost' ? 'money' : 'tokens'} than it may.`
    case 'violation':
      return `Not allowed: ${stop.what}.`
    case 'aborted':
    case 'crashed':
      return stop.message
    default:
      return stop satisfies never
  }
}

export function errorText(error: PythonError): string {
  const where = error.line === null ? '' : ` (line ${error.line})`
  return `${error.type}${error.message === '' ? '' : `: ${error.message}`}${where}`
}
