import assert from 'node:assert/strict'
import { test } from 'node:test'
import { classifyRaised, readCodeEnd, readStepReports, readTestVerdict } from './read-python-reply.ts'

const operators = new Set(['Custom', 'llm'])
const read = (...reports: unknown[]) =>
  readStepReports(JSON.stringify(reports.map((report) => JSON.stringify(report))), 2, operators)
const call = (index: number, operator = 'Custom', args: unknown = { input: 'x' }) => ({ index, operator, args })
const report = (...calls: unknown[]) => ({ calls, cancelled: [], end: null })

test('reports of several steps are read as one', () => {
  const end = { kind: 'returned', value: 1, stdout: '' }
  assert.deepEqual(read(report(call(3), call(4)), { calls: [call(5, 'llm')], cancelled: [3], end }), {
    calls: [call(3), call(4), call(5, 'llm')],
    cancelled: [3],
    end,
  })
})

test('a report that the harness would not write is refused', () => {
  assert.equal(read(report(call(4))), null, 'a call skips an index')
  assert.equal(read(report(call(3, 'Unknown'))), null, 'an operator that was not declared')
  assert.equal(read(report(call(3, 'Custom', [1]))), null, 'arguments that are no object')
  assert.equal(read({ calls: 'none', cancelled: [], end: null }), null)
  assert.equal(read({ calls: [], cancelled: [], end: { kind: 'returned', value: 1 } }), null)
  assert.equal(read({ calls: [], cancelled: [], end: { kind: 'raised', error: 'x', stdout: '' } }), null)
  assert.equal(read(null), null)
  assert.equal(readStepReports('["{"]', 0, operators), null)
  assert.equal(readStepReports('no list', 0, operators), null)
})

test('an end of code and a verdict are checked the same way', () => {
  assert.equal(readCodeEnd('{"kind": "returned"}'), null)
  assert.equal(readCodeEnd('[]'), null)
  assert.equal(readTestVerdict('null'), null)
  assert.equal(readTestVerdict('true'), undefined)
  assert.deepEqual(readTestVerdict('{"type": "E", "message": "m", "line": "x"}'), {
    type: 'E',
    message: 'm',
    line: null,
  })
})

test('an exception is a violation only where an access was refused', () => {
  const raised = (type: string) => ({ kind: 'raised', error: { type, message: '', line: 1 }, stdout: '' }) as const
  assert.deepEqual(classifyRaised(raised('PermissionError'), ['socket']), { kind: 'violation', what: 'socket' })
  assert.equal(classifyRaised(raised('PermissionError'), []).kind, 'raised')
  assert.equal(classifyRaised(raised('ValueError'), ['socket']).kind, 'raised')
  assert.deepEqual(classifyRaised(raised('MemoryError'), []), { kind: 'memory' })
})
