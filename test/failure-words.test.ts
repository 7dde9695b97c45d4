/** Every kind of failure has its words in both languages. The kinds are listed by types, so that a new one is missed here. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceFailureKinds } from '../src/core/service-failures.ts'
import type { SandboxStop } from '../src/python/sandbox.ts'
import { codeName, failureName, namedFailures } from '../src/reports/failure-words.ts'
import { stopFailure } from '../src/workflows/execution/program-failure.ts'
import type { FindingKind } from '../src/workflows/validate/findings.ts'

const validatorKinds: Readonly<Record<FindingKind, true>> = {
  'syntax-error': true,
  'no-class': true,
  'missing-method': true,
  'wrong-signature': true,
  'not-async': true,
  'unknown-operator': true,
  'operator-not-made': true,
  'operator-unused': true,
  'operator-without-llm': true,
  'operator-not-allowed': true,
  'unknown-argument': true,
  'missing-argument': true,
  'unknown-key': true,
  'result-as-text': true,
  'llm-not-made': true,
  'misspelt-name': true,
  'unknown-llm-attribute': true,
  'unknown-attribute': true,
  'missing-await': true,
  'maybe-unbound': true,
  'undefined-name': true,
  'missing-return': true,
  'missing-cost': true,
  'dynamic-code': true,
  'forbidden-import': true,
  'shadowed-name': true,
  'leaked-code': true,
}

const error = { type: 'SyntaxError', message: '', line: null }
const stops: Readonly<Record<SandboxStop['kind'], readonly SandboxStop[]>> = {
  raised: [
    { kind: 'raised', error },
    { kind: 'raised', error: { ...error, type: 'OwnError' } },
  ] as unknown as SandboxStop[],
  deadline: [
    { kind: 'deadline', limit: 'cpu' },
    { kind: 'deadline', limit: 'wall' },
  ],
  memory: [{ kind: 'memory' }],
  output: [{ kind: 'output' }],
  'operator-calls': [{ kind: 'operator-calls' }],
  spend: [
    { kind: 'spend', limit: 'tokens' },
    { kind: 'spend', limit: 'cost' },
  ],
  violation: [{ kind: 'violation', what: '' }] as SandboxStop[],
  aborted: [{ kind: 'aborted', message: '' }] as SandboxStop[],
  crashed: [{ kind: 'crashed', message: '' }] as SandboxStop[],
}

test('every finding of the validator, end of a program, failure of a service and way to be unreadable has its words', () => {
  const codes = [
    ...Object.keys(validatorKinds),
    ...serviceFailureKinds,
    ...Object.values(stops)
      .flat()
      .map((stop) => stopFailure(stop, false).code),
    ...[
      'no-code',
      'empty',
      'too-long',
      'too-complex',
      'unexpected',
      'prompt-empty',
      'prompt-not-unicode',
      'prompt-too-long',
      'prompt-refused',
      'unclear',
      'invalid',
    ],
  ]
  assert.deepEqual(
    codes.filter((code) => !namedFailures.includes(code)),
    [],
  )
  for (const code of codes) {
    assert.match(codeName(code, 'zh'), /[\u4e00-\u9fff]/, code)
    assert.doesNotMatch(codeName(code, 'en'), /[\u4e00-\u9fff]/, code)
  }
})

test('an exception of Python is called by its name, and an unknown code by itself', () => {
  assert.equal(failureName('sandbox/zero-division-error', 'en'), 'sandbox: ZeroDivisionError')
  assert.equal(failureName('sandbox/zero-division-error', 'zh'), '沙箱：ZeroDivisionError')
  assert.equal(failureName('elsewhere/odd', 'en'), 'elsewhere: odd')
})
