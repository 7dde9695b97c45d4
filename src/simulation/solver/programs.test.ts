/** The solver's programs, run: all shipped problems at once in one sandboxed interpreter. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { generatedProblems } from '../../../test/generated-problems.ts'
import { problemText } from '../../core/problem.ts'
import { createSandbox, type Sandbox } from '../../python/index.ts'
import { defaultSkills, type Skills, think } from './index.ts'
import { perfectSkills } from './testing/perfect-skills.ts'
import * as prompts from './testing/prompts.ts'

const all = generatedProblems()
const coding = all.filter((problem) => problem.type === 'code')
const answered = all.filter((problem) => problem.type !== 'code')
const never: Skills = { ...perfectSkills, range: [0, 0] }
const limits = { cpuMs: 60_000, wallMs: 120_000, memoryMb: 512, maxOutputChars: 1_000_000, maxOperatorCalls: 0 }

/** Runs each program by itself: its tests, or `str(solve())`. A result is `ok`, the value, or the name of the exception. */
const runner = `
import json

def run(case):
    names = {}
    try:
        exec(case["code"], names)
        for test in case["tests"]:
            exec(test, dict(names))
        return str(names["solve"]()) if case["solve"] else "ok"
    except Exception as error:
        return "raised " + type(error).__name__

def solve():
    return json.dumps([run(case) for case in json.loads(CASES)])
`

interface Case {
  readonly code: string
  readonly tests: readonly string[]
  readonly solve: boolean
}

function program(text: string, skills: Skills, seed = 0): string {
  const content = think(prompts.programmerPrompt(text), { seed, skills }).content
  return /^```python\n([\s\S]*)\n```$/.exec(content)?.[1] ?? ''
}

function plainCode(text: string, skills: Skills, seed = 0): string {
  const content = think(prompts.customPrompt(text, 'Write the Python function. Answer with code only.\n'), {
    seed,
    skills,
  }).content
  return /```python\n([\s\S]*)\n```/.exec(content)?.[1] ?? ''
}

describe("the solver's programs", () => {
  let sandbox: Sandbox
  before(async () => {
    sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  })
  after(() => sandbox.close())

  async function results(cases: readonly Case[]): Promise<string[]> {
    const code = `CASES = ${JSON.stringify(JSON.stringify(cases))}\n${runner}`
    const result = await sandbox.runCode({ code, call: 'solve', seed: 0 }, limits)
    assert.equal(result.kind, 'returned', JSON.stringify(result).slice(0, 400))
    return result.kind === 'returned' ? (JSON.parse(result.value) as string[]) : []
  }

  it('compute every math and qa answer at full skill', async () => {
    const found = await results(
      answered.map((problem) => ({ code: program(problemText(problem), perfectSkills), tests: [], solve: true })),
    )
    answered.forEach((problem, i) => {
      assert.equal(found[i], problem.answer, problem.id)
    })
  })

  it('pass every public and hidden test of the code problems at full skill, and so do the canonical solutions', async () => {
    const codes = coding.flatMap((problem) => [
      program(problemText(problem), perfectSkills),
      plainCode(problemText(problem), perfectSkills),
      problem.answer,
    ])
    const tests = coding.map((problem) => [...(problem.publicTests ?? []), ...(problem.hiddenTests ?? [])])
    const found = await results(codes.map((code, i) => ({ code, tests: tests[Math.floor(i / 3)] ?? [], solve: false })))
    codes.forEach((code, i) => {
      assert.equal(found[i], 'ok', `${coding[Math.floor(i / 3)]?.id}\n${code}`)
    })
  })

  it('have an example call in solve() for code problems', async () => {
    const found = await results(
      coding.map((problem) => ({ code: program(problemText(problem), perfectSkills), tests: [], solve: true })),
    )
    assert.deepEqual(
      found.filter((one) => one.startsWith('raised')),
      [],
    )
  })

  it('fail at least one hidden test when they are wrong; most wrong ones fail a public test too', async () => {
    const seeds = [0, 1, 2]
    const codes = coding.flatMap((problem) =>
      seeds.map((seed) => plainCode(problemText(problem), { ...never, raises: defaultSkills.raises }, seed)),
    )
    const problemAt = (i: number): (typeof coding)[number] =>
      coding[Math.floor(i / seeds.length)] as (typeof coding)[number]
    const hidden = await results(
      codes.map((code, i) => ({ code, tests: problemAt(i).hiddenTests ?? [], solve: false })),
    )
    codes.forEach((code, i) => {
      assert.notEqual(hidden[i], 'ok', `${problemAt(i).id}\n${code}`)
    })
    const shown = await results(codes.map((code, i) => ({ code, tests: problemAt(i).publicTests ?? [], solve: false })))
    const caught = shown.filter((one) => one !== 'ok').length / shown.length
    assert.ok(caught > 0.85 && caught < 1, String(caught))
  })

  it('raise in a third of the wrong math and qa programs, and return a wrong value in the rest', async () => {
    const wrong: Skills = { ...never, raises: defaultSkills.raises }
    const found = await results(
      answered.map((problem) => ({ code: program(problemText(problem), wrong, 1), tests: [], solve: true })),
    )
    found.forEach((value, i) => {
      assert.notEqual(value, answered[i]?.answer, answered[i]?.id)
    })
    const share = found.filter((value) => value.startsWith('raised')).length / found.length
    assert.ok(Math.abs(share - 1 / 3) < 3.6 * Math.sqrt(((1 / 3) * (2 / 3)) / found.length), String(share))
  })
})
