import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Problem } from '../core/problem.ts'
import { type AuditKind, auditSplits } from './audit.ts'

const math: Problem = {
  id: 'm1',
  type: 'math',
  source: 's',
  question: 'Ada has 3 apples and 5 pears. How many fruits?',
  answer: '8',
  difficulty: 1,
}
const code: Problem = {
  id: 'c1',
  type: 'code',
  source: 's',
  question: 'Write `f(x)`.',
  answer: 'def f(x): return x',
  entryPoint: 'f',
  publicTests: ['assert f(1) == 1'],
  hiddenTests: ['assert f(2) == 2'],
  difficulty: 1,
}
const qa: Problem = {
  id: 'q1',
  type: 'qa',
  source: 's',
  question: 'Who?',
  answer: 'Ada',
  context: 'Ada did it.',
  difficulty: 1,
}

function found(train: readonly Problem[], validation: readonly Problem[] = []): AuditKind[] {
  return auditSplits({ train, validation }).findings.map((one) => one.kind)
}

describe('auditSplits', () => {
  it('finds nothing in clean splits and counts their problems', () => {
    const report = auditSplits({ train: [math, code], validation: [qa] })
    assert.deepEqual(report.findings, [])
    assert.equal(report.isClean, true)
    assert.deepEqual(report.problems, { train: 2, validation: 1 })
  })

  it('finds the same question in two splits, whatever its case, punctuation and white space', () => {
    const copy = { ...math, id: 'm2', question: '  ada HAS 3 apples and 5 pears -- how many\nfruits' }
    const report = auditSplits({ train: [math], validation: [copy] })
    assert.deepEqual(
      report.findings.map((one) => [one.kind, one.id, one.other]),
      [['duplicate-across-splits', 'm2', { split: 'train', id: 'm1' }]],
    )
    assert.equal(report.counts['duplicate-across-splits'], 1)
    assert.equal(report.isClean, false)
  })

  it('finds the same words in another order across splits', () => {
    const swapped = { ...math, id: 'm2', question: 'Ada has 5 apples and 3 pears. How many fruits?' }
    assert.deepEqual(found([math], [swapped]), ['near-duplicate-across-splits'])
    assert.deepEqual(found([math, swapped]), [])
  })

  it('takes a question with another context for another problem', () => {
    assert.deepEqual(found([qa], [{ ...qa, id: 'q2', context: 'Ben did it.' }]), [])
  })

  it('finds duplicates within a split and ids used twice', () => {
    assert.deepEqual(found([math, math]), ['duplicate-id', 'duplicate-within-split'])
  })

  it('finds what cannot be scored: empty answers, missing contexts, missing tests', () => {
    const { context: _, ...bareQa } = qa
    const { hiddenTests: __, ...bareCode } = code
    assert.deepEqual(found([{ ...math, answer: ' ' }, bareQa, bareCode]), [
      'empty-answer',
      'missing-context',
      'missing-tests',
    ])
  })

  it('finds public tests among the hidden, white space ignored and inside a check function', () => {
    assert.deepEqual(found([{ ...code, hiddenTests: ['assert f( 1 )==1'] }]), ['public-test-hidden'])
    assert.deepEqual(found([{ ...code, hiddenTests: ['def check(candidate):\n    assert candidate(1) == 1\n'] }]), [
      'public-test-hidden',
    ])
  })
})
