import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { type Problem, problemText } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import { auditSplits } from '../../datasets/audit.ts'
import { planTests } from './code/tests.ts'
import { createDraws } from './draws.ts'
import type { Family } from './family.ts'
import { shippedOptions, syntheticFiles } from './index.ts'
import { problemFamilies, synthesise, typeShares } from './synthesise.ts'
import { splitText } from './synthetic-files.ts'
import { countTable } from './testing/counts.ts'

const small = { seed: 5, train: 120, validation: 40, test: 20 }
const data = new URL('../../../data/', import.meta.url)

function shipped(split: string): readonly Problem[] {
  return readFileSync(new URL(`problems/${split}.jsonl`, data), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Problem)
}

const splits = { train: shipped('train'), validation: shipped('validation'), test: shipped('test') }
const all = Object.values(splits).flat()

describe('synthesise', () => {
  it('gives the same problems for the same seed and others for another', () => {
    const text = (seed: number): string => splitText(synthesise({ ...small, seed }).train)
    assert.equal(text(5), text(5))
    assert.notEqual(text(5), text(6))
  })

  it('makes as many problems as asked for, clean by the audit', () => {
    const made = synthesise(small)
    assert.deepEqual([made.train.length, made.validation.length, made.test.length], [120, 40, 20])
    assert.deepEqual(auditSplits({ ...made }).findings, [])
  })

  it('draws from the families that are asked for alone, and splits by types that have one', () => {
    const made = synthesise({ ...small, families: ['garden', 'kinship'] })
    const count = (source: string): number => made.train.filter((problem) => problem.source === source).length
    assert.deepEqual([count('synth/garden'), count('synth/kinship'), made.train.length], [69, 51, 120])
    assert.throws(
      () => synthesise({ ...small, families: ['gardens'] }),
      /no problem family "gardens"\. Did you mean garden\?/,
    )
  })

  it('draws no problem twice, and none once a family has run dry', () => {
    const three: Family = {
      name: 'three',
      type: 'math',
      make: (rng, level) => {
        const n = rng.integer(3)
        return { question: rng.pick([`Say ${n}.`, `Please say ${n}.`]), answer: String(n), parameters: [level, n] }
      },
    }
    const draws = createDraws(three, 1, new Set())
    const answers = Array.from({ length: 5 }, () => draws.next(1)?.answer)
    assert.deepEqual(answers.slice(0, 3).sort(), ['0', '1', '2'])
    assert.deepEqual(answers.slice(3), [undefined, undefined])
  })

  it('draws problems of every family at every level', () => {
    for (const family of problemFamilies) {
      for (const level of [1, 2, 3, 4, 5]) {
        let found = false
        for (let n = 0; n < 4000 && !found; n++)
          found = family.make(randomFor('test', family.name, level, n), level) !== null
        assert.ok(found, `${family.name} ${level}`)
      }
    }
  })
})

describe('syntheticFiles', () => {
  it('gives the same bytes twice, a problem a line', () => {
    const files = syntheticFiles(small)
    assert.deepEqual(files, syntheticFiles(small))
    assert.equal(files[0]?.text.trimEnd().split('\n').length, small.train)
  })
})

describe('the shipped problems', () => {
  it('are what the generator writes, and the table of data/README.md counts them', () => {
    const made = synthesise(shippedOptions)
    for (const split of ['train', 'validation', 'test'] as const) {
      assert.ok(
        splitText(made[split]) === readFileSync(new URL(`problems/${split}.jsonl`, data), 'utf8'),
        `data/problems/${split}.jsonl is stale: run "baton data synth --force"`,
      )
    }
    assert.ok(
      readFileSync(new URL('README.md', data), 'utf8').includes(countTable({ ...made })),
      'the table of data/README.md is stale',
    )
  })

  it('pass the audit', () => {
    assert.deepEqual(auditSplits(splits).findings, [])
  })

  it('come from many families and have the promised mix', () => {
    const count = (type: string): number => problemFamilies.filter((family) => family.type === type).length
    assert.ok(count('math') >= 10 && count('code') >= 10 && count('qa') >= 7)
    for (const problems of Object.values(splits)) {
      for (const [type, share] of Object.entries(typeShares)) {
        const got = problems.filter((problem) => problem.type === type).length / problems.length
        assert.ok(Math.abs(got - share) < 0.005, `${type} ${got}`)
      }
      for (const level of [1, 2, 3, 4, 5]) {
        const got = problems.filter((problem) => problem.difficulty === level).length / problems.length
        assert.ok(Math.abs(got - 0.2) < 0.04, `difficulty ${level}: ${got}`)
      }
    }
  })

  it('have contexts of 60 to 150 words that hold the answer or what it follows from', () => {
    for (const problem of all.filter(({ type }) => type === 'qa')) {
      const length = (problem.context ?? '').split(/\s+/).length
      assert.ok(length >= 60 && length <= 150, `${problem.id}: ${length}`)
      const isStated = problem.answer.startsWith('the ') || /^[A-Z]/.test(problem.answer)
      if (isStated)
        assert.ok((problem.context ?? '').includes(problem.answer.split(' ')[1] ?? problem.answer), problem.id)
    }
  })

  it('have 2 or 3 public and 5 to 8 hidden tests, none of them in both', () => {
    for (const problem of all.filter(({ type }) => type === 'code')) {
      const { publicTests = [], hiddenTests = [], entryPoint = '' } = problem
      assert.ok(publicTests.length >= 2 && publicTests.length <= 3, problem.id)
      assert.ok(hiddenTests.length >= 5 && hiddenTests.length <= 8, problem.id)
      assert.equal(new Set([...publicTests, ...hiddenTests]).size, publicTests.length + hiddenTests.length, problem.id)
      assert.ok(
        problem.question.includes(`\`${entryPoint}(`) && problem.answer.startsWith(`def ${entryPoint}(`),
        problem.id,
      )
    }
  })

  it('show their type in the first words', () => {
    for (const problem of all) {
      const opening = problemText(problem).split(/\s+/).slice(0, 25).join(' ')
      if (problem.type === 'qa') assert.match(opening, /^Context:/)
      else if (problem.type === 'code') assert.match(opening, /Python|sequence/, problem.id)
      else assert.doesNotMatch(opening, /Python|Context/)
    }
  })

  it('take less than 4 MB', () => {
    const bytes = ['train', 'validation', 'test'].reduce(
      (sum, split) => sum + readFileSync(new URL(`problems/${split}.jsonl`, data)).length,
      0,
    )
    assert.ok(bytes < 4_000_000, String(bytes))
  })
})

describe('planTests', () => {
  const inputs = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

  it('chooses hidden tests that fail every mistake', () => {
    const mistake = (input: unknown): number => (input === 7 ? 0 : Number(input))
    for (let seed = 0; seed < 20; seed++) {
      const plan = planTests(randomFor(seed), 'f', {
        inputs,
        behaviour: {
          right: Number,
          mistakes: [mistake, (input) => Number(input) + 1],
        },
      })
      assert.ok(plan?.hiddenTests.includes('assert f(7) == 7'))
    }
  })

  it('refuses a mistake that no input can tell from the right function', () => {
    assert.equal(planTests(randomFor(1), 'f', { inputs, behaviour: { right: Number, mistakes: [Number] } }), null)
  })
})
