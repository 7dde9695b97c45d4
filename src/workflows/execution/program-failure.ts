/** Why a program has no result, as a failure with a stable code. */
import type { Failure } from '../../core/failure.ts'
import type { SandboxStop } from '../../python/sandbox.ts'
import type { Validation } from '../validate/index.ts'

const syntaxErrors = /^(?:SyntaxError|IndentationError|TabError)$/

/** @param madeCalls whether the program called an operator before it stopped: a syntax error after that is its own. */
export function stopFailure(stop: SandboxStop, madeCalls: boolean): Failure {
  switch (stop.kind) {
    case 'raised': {
      const { type, message, line } = stop.error
      const isCompileError = syntaxErrors.test(type) && !madeCalls
      const where = line === null ? '' : ` (line ${line})`
      const text = `${isCompileError ? 'The program does not compile' : 'The program raised'} ${type}: ${message}${where}`
      return sandboxFailure(isCompileError ? 'compile-error' : exceptionCode(type), text.slice(0, 500))
    }
    case 'deadline':
      return sandboxFailure(`deadline-${stop.limit}`, `The program passed its ${stop.limit} time limit.`)
    case 'memory':
      return sandboxFailure('memory', 'The program passed its memory limit.')
    case 'output':
      return sandboxFailure('output', 'The program printed or returned too much.')
    case 'operator-calls':
      return sandboxFailure('operator-calls', 'The program made too many operator calls.')
    case 'spend':
      return sandboxFailure(`operator-${stop.limit}`, `The program's operators passed the limit of ${stop.limit}.`)
    case 'violation':
      return sandboxFailure('violation', `The program tried what is not allowed: ${stop.what}`.slice(0, 500))
    case 'aborted':
      return sandboxFailure('aborted', stop.message)
    case 'crashed':
      return sandboxFailure('crashed', stop.message)
    default:
      return stop satisfies never
  }
}

function sandboxFailure(code: string, message: string): Failure {
  return { boundary: 'sandbox', code, message }
}

/** `NameError` becomes `name-error`; exceptions that the program defines itself share one code, so that codes stay few. */
function exceptionCode(type: string): string {
  return builtinExceptions.has(type) ? type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase() : 'exception'
}

const builtinExceptions: ReadonlySet<string> = new Set(
  `ArithmeticError AssertionError AttributeError EOFError Exception ImportError IndexError KeyError LookupError
  ModuleNotFoundError NameError NotImplementedError OSError OverflowError RecursionError RuntimeError StopAsyncIteration
  StopIteration SyntaxError IndentationError TimeoutError TypeError UnboundLocalError UnicodeError ValueError
  ZeroDivisionError CancelledError InvalidStateError JSONDecodeError`
    .split(/\s+/)
    .filter((name) => name !== ''),
)

/** A program that is still invalid after repair: named by its first error. */
export function invalidFailure(validation: Validation): Failure {
  const first = validation.findings.find((finding) => finding.severity === 'error')
  const message = first === undefined ? 'The program is not valid.' : `Line ${first.line}: ${first.message}`
  return { boundary: 'policy', code: first?.kind ?? 'invalid', message }
}
