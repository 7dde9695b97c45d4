import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { generatedProblems } from '../../../test/generated-problems.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { bareCode } from './code/writing.ts'
import { isSameAnswer } from './final-answer.ts'
import { defaultSkills, type Skills, think } from './index.ts'
import { profileOf } from './profiles.ts'
import { readProblem } from './read-problem.ts'
import type { Reading } from './reading.ts'
import { type Mode, skillsFor, solveRate } from './skills.ts'
import { perfectSkills } from './testing/perfect-skills.ts'
import * as prompts from './testing/prompts.ts'

const all = generatedProblems()
const direct = 'Answer with the final answer only.\n'
const stepwise = 'Solve the problem step by step, then give the final answer.\n'

function say(messages: prompts.Prompt, skills: Skills = perfectSkills, seed = 0): string {
  return think(messages, { seed, skills }).content
}

function tag(content: string, name: string): string {
  return new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(content)?.[1] ?? ''
}

/** Right by the reading itself: for code by its text, which `programs.test.ts` runs. */
function isRight(problem: Problem, reply: string): boolean {
  const reading = readProblem(problemText(problem))
  assert.ok(reading !== null)
  if (problem.type === 'code') return bareCode(reply) === bareCode(reading.right().answer)
  return isSameAnswer(problem.answer, reply)
}

describe('reading the shipped problems', () => {
  it('reads each one, by its text alone, and finds its difficulty', () => {
    for (const problem of all) {
      const reading = readProblem(problemText(problem))
      assert.ok(reading !== null, problem.id)
      assert.equal(reading.type, problem.type, problem.id)
      assert.equal(reading.difficulty, problem.difficulty, problem.id)
      if (problem.type !== 'code') assert.equal(reading.right().answer, problem.answer, problem.id)
    }
  })

  it('gives different problems different keys', () => {
    assert.equal(new Set(all.map((problem) => readProblem(problemText(problem))?.key)).size, all.length)
  })

  it('answers each one right at full skill, directly, step by step and in the tags of AnswerGenerate', () => {
    for (const problem of all) {
      const text = problemText(problem)
      const replies = [
        say(prompts.customPrompt(text, direct)),
        say(prompts.customPrompt(text, stepwise)),
        tag(say(prompts.answerGeneratePrompt(text)), 'answer'),
      ]
      for (const reply of replies) assert.ok(isRight(problem, reply), `${problem.id}: ${reply}`)
    }
  })

  it('never calls a slip right: wrong answers differ from the right one', () => {
    const never: Skills = { ...perfectSkills, range: [0, 0] }
    for (const problem of all) {
      const text = problemText(problem)
      for (const seed of [0, 1]) {
        const reply = say(prompts.customPrompt(text, stepwise), never, seed)
        assert.ok(!isRight(problem, reply), `${problem.id}: ${reply}`)
      }
    }
  })

  it('errs in different ways: two wrong answers to an open question agree in less than a quarter of the cases', () => {
    const never: Skills = { ...perfectSkills, range: [0, 0] }
    let same = 0
    const open = all.filter((problem) => problem.type !== 'code' && !/^(?:yes|no)$/.test(problem.answer))
    for (const problem of open) {
      const [a, b] = [0, 1].map((seed) =>
        tag(say(prompts.answerGeneratePrompt(problemText(problem)), never, seed), 'answer'),
      )
      if (a === b) same++
    }
    assert.ok(same / open.length < 0.25, String(same / open.length))
  })
})

describe('near-miss phrasings', () => {
  const cases: readonly (readonly [text: string, answer: string])[] = [
    ['Ada buys 4 mugs for $3 each. How many dollars does she pay?', '12'],
    ['ada  buys 4 mugs\nat 3 dollars each.  A coupon takes 2 dollars off the bill. What is the total?', '10'],
    ['A jacket costs $80. In a sale the price is cut by 15%. What is the final price?', '68'],
    ['A jacket costs 1,200 dollars. A discount of 10 per cent is given. What does it cost now?', '1080'],
    ['Bo cycles for 3 hours at 18 km/h. How many kilometres is that in all?', '54'],
    ['Today is friday, and the exam takes place in 10 days. On what weekday is it?', 'Monday'],
    ['Lea is 12 years old. Tom is twice as old as Lea. How old is Tom?', '24'],
  ]
  for (const [text, answer] of cases) {
    it(`reads "${text.slice(0, 60)}"`, () => {
      assert.equal(readProblem(text)?.right().answer, answer)
    })
  }

  it('finds the problem behind an instruction without a space and before a pasted solution', () => {
    const problem = all.find((one) => one.id.startsWith('synth-garden-')) as Problem
    const text = problemText(problem)
    assert.equal(readProblem(`Think carefully.${text}`)?.right().answer, problem.answer)
    assert.equal(readProblem(`Problem: ${text}\nSolution: I think it is 17.`)?.right().answer, problem.answer)
  })
})

describe('rates', () => {
  const reading = (problem: Problem): Reading => readProblem(problemText(problem)) as Reading
  const kindOf = ({ type }: Problem): string => (type === 'code' ? 'code' : 'text')
  const profileOfProblem = (problem: Problem): string => profileOf(reading(problem))
  const instructions: Readonly<Record<Mode, (text: string) => prompts.Prompt>> = {
    direct: (text) => prompts.customPrompt(text, direct),
    steps: (text) => prompts.answerGeneratePrompt(text),
    code: (text) => prompts.programmerPrompt(text),
  }

  function isRightIn(mode: Mode, problem: Problem, reply: string): boolean {
    if (mode === 'code') {
      const right = readProblem(problemText(problem))?.right().program ?? ''
      return reply === `\`\`\`python\n${right}\n\`\`\``
    }
    return isRight(problem, mode === 'steps' ? tag(reply, 'answer') : reply)
  }

  /** |z| < 3.6 is kept by all of 150 cells with probability above 0.95; the draws are seeded, so the test does not flicker. */
  function assertRate(name: string, hits: number, n: number, rate: number): void {
    assert.ok(n > 0, name)
    const z = (hits - n * rate) / Math.sqrt(n * rate * (1 - rate))
    assert.ok(
      Math.abs(z) < 3.6,
      `${name}: ${hits} of ${n} is ${(hits / n).toFixed(3)}, table says ${rate}, z ${z.toFixed(1)}`,
    )
  }

  const withoutSpread: Skills = { ...defaultSkills, spread: 0 }
  const groups = Object.entries(
    Object.groupBy(all, (problem) => `${kindOf(problem)} ${profileOfProblem(problem)}`),
  ).map(([name, problems = []]) => ({
    name,
    problems,
    skills: skillsFor(defaultSkills, reading(problems[0] as Problem)),
  }))

  it('are those of four profiles of each type of problem', () => {
    assert.deepEqual(groups.map(({ name }) => name).sort(), [
      'code computation',
      'code plain',
      'code testing',
      'code trap',
      'text computation',
      'text plain',
      'text reasoning',
      'text trap',
    ])
  })

  it('match the table in every cell of profile, mode and difficulty', () => {
    for (const mode of ['direct', 'steps', 'code'] as const) {
      for (const { name, problems, skills } of groups) {
        for (let level = 1; level <= 5; level++) {
          const own = problems.filter((problem) => problem.difficulty === level)
          const hits = own.filter((problem) =>
            isRightIn(mode, problem, say(instructions[mode](problemText(problem)), withoutSpread, 7)),
          )
          assertRate(`${name} ${mode} ${level}`, hits.length, own.length, skills.solve[mode][level - 1] ?? 0)
        }
      }
    }
  })

  it('lie within the spread around the table for each problem', () => {
    const shifts = all.map((problem) => {
      const one = reading(problem)
      return solveRate({ ...defaultSkills, range: [-1, 2] }, one, 'steps') - solveRate(withoutSpread, one, 'steps')
    })
    assert.ok(shifts.every((shift) => Math.abs(shift) <= defaultSkills.spread + 1e-9))
    assert.ok(Math.abs(shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length) < 0.01)
    assert.ok(Math.max(...shifts) > 0.1 && Math.min(...shifts) < -0.1)
  })

  it('of wrong answers: one for each problem where slips agree, whatever it is asked by', () => {
    const never: Skills = { ...defaultSkills, range: [0, 0], raises: { math: 0, qa: 0, code: 0 } }
    for (const { problems, skills } of groups) {
      const agreed = problems.slice(0, 60).filter((problem) => {
        const [a, b, c] = [0, 1, 2].map((seed) =>
          tag(say(prompts.answerGeneratePrompt(problemText(problem)), never, seed), 'answer'),
        ) as [string, string, string]
        return isSameAnswer(a, b) && isSameAnswer(b, c)
      })
      if (skills.slipsAgree) assert.equal(agreed.length, Math.min(60, problems.length))
      else assert.ok(agreed.length < 12, String(agreed.length))
    }
  })

  const wrongSolutions = all.map((problem): readonly [Problem, string] => {
    const never: Skills = { ...perfectSkills, range: [0, 0] }
    const text = problemText(problem)
    return [
      problem,
      problem.type === 'code'
        ? tag(say(prompts.answerGeneratePrompt(text), never), 'answer')
        : say(prompts.customPrompt(text, direct), never),
    ]
  })
  const rightSolutions = all.map((problem): readonly [Problem, string] => [
    problem,
    tag(say(prompts.answerGeneratePrompt(problemText(problem))), 'answer'),
  ])

  it('of Review, Revise and repairs are those of the table, for wrong and for right solutions', () => {
    const revised = (problem: Problem, solution: string, feedback: string): string =>
      tag(say(prompts.revisePrompt(problemText(problem), solution, feedback), defaultSkills), 'solution')
    for (const { name, problems, skills } of groups) {
      const ids = new Set(problems.map(({ id }) => id))
      const wrong = wrongSolutions.filter(([{ id }]) => ids.has(id))
      const right = rightSolutions.filter(([{ id }]) => ids.has(id))
      const doubted = ([problem, solution]: readonly [Problem, string]): boolean =>
        tag(say(prompts.reviewPrompt(problemText(problem), solution), defaultSkills), 'review_result') === 'false'
      assertRate(`${name}, wrong doubted`, wrong.filter(doubted).length, wrong.length, skills.reviewFindsWrong)
      assertRate(`${name}, right doubted`, right.filter(doubted).length, right.length, skills.reviewDoubtsRight)
      const cured = wrong.filter(([problem, solution]) =>
        isRight(problem, revised(problem, solution, 'The solution is wrong.')),
      )
      assertRate(`${name}, revised`, cured.length, wrong.length, skills.revise)
      const kept = right.filter(([problem, solution]) =>
        isRight(problem, revised(problem, solution, 'This is incorrect.')),
      )
      assertRate(`${name}, kept`, kept.length, right.length, skills.reviseKeepsRight)
      if (!name.startsWith('code')) continue
      const failure = 'assert f(1) == 2: AssertionError'
      const repaired = wrong.filter(([problem, solution]) =>
        isRight(problem, say(prompts.reflection(problemText(problem), solution, failure), defaultSkills)),
      )
      assertRate(`${name}, repaired`, repaired.length, wrong.length, skills.repair)
    }
    for (const [problem, solution] of wrongSolutions.slice(0, 50)) {
      assert.equal(revised(problem, solution, 'The solution is right, I see no mistake.'), solution)
    }
  })

  it('of the judge are those of a careful reader, 99 in 100', () => {
    const solved = [
      ...rightSolutions.map((one) => [...one, 'True'] as const),
      ...wrongSolutions.map((one) => [...one, 'False'] as const),
    ].filter(([problem]) => problem.type !== 'code')
    const agreed = solved.filter(
      ([problem, solution, verdict]) =>
        say(prompts.judgement(problem.question, problem.answer, solution), defaultSkills) === verdict,
    )
    assertRate('judge', agreed.length, solved.length, defaultSkills.judge)
  })

  it('fall with the skill knob', () => {
    const half: Skills = { ...defaultSkills, skill: 0.5 }
    const problems = all.slice(0, 600)
    const hits = (skills: Skills): number =>
      problems.filter((problem) => isRight(problem, say(prompts.customPrompt(problemText(problem), stepwise), skills)))
        .length
    assert.ok(hits(half) < 0.65 * hits(defaultSkills))
  })
})

describe('draws', () => {
  const problem = all.find((one) => one.id.startsWith('synth-ages-') && one.difficulty === 5) as Problem
  const prompt = prompts.answerGeneratePrompt(problemText(problem))

  it('give the same reply to the same request', () => {
    for (let seed = 0; seed < 20; seed++)
      assert.equal(say(prompt, defaultSkills, seed), say(prompt, defaultSkills, seed))
  })

  it('give the same verdict to the same request, and the same choice', () => {
    for (let seed = 0; seed < 300; seed++) {
      const judged = prompts.judgement('How many?', '5', 'The answer is 5.')
      const tied = prompts.ensemble('How many?', ['1', '2', '3'])
      assert.equal(say(judged, defaultSkills, seed), say(judged, defaultSkills, seed))
      assert.equal(say(tied, defaultSkills, seed), say(tied, defaultSkills, seed))
    }
  })

  it('are independent for another seed', () => {
    const answers = new Set(Array.from({ length: 30 }, (_, seed) => tag(say(prompt, defaultSkills, seed), 'answer')))
    assert.ok(answers.size > 5)
  })

  it('are fresh when Programmer tries again with an error shown', () => {
    const text = problemText(problem)
    const first = say(prompts.programmerPrompt(text), defaultSkills)
    const code = first.replaceAll(/```(?:python\n)?/g, '')
    const later = Array.from({ length: 12 }, (_, i) =>
      say(prompts.programmerPrompt(text, { code, error: `NameError ${i}` }), defaultSkills),
    )
    assert.ok(later.some((reply) => reply !== first))
  })
})

describe('ScEnsemble', () => {
  const problem = problemText(all[0] as Problem)
  const letter = (candidates: readonly string[]): string =>
    tag(say(prompts.ensemble(problem, candidates)), 'solution_letter')

  it('chooses the answer that most candidates give, numbers compared as numbers', () => {
    assert.equal(letter(['The answer is 41.', '12', 'It is 12.0.', 'We get 3 * 4 = 12.\nAnswer: 12']), 'B')
  })

  it('compares code by its text, comments and spaces aside', () => {
    assert.equal(
      letter(['def f(x):\n    return 1', 'def f(x):\n    return  2  # two', 'def f(x):\n\n    return 2']),
      'B',
    )
  })

  it('gives no vote to errors and empty candidates', () => {
    assert.equal(letter(['Error: NameError', 'Error: NameError', 'None', 'Tarnow']), 'D')
  })

  it('breaks ties by the seed', () => {
    const chosen = new Set(
      Array.from({ length: 20 }, (_, seed) =>
        tag(say(prompts.ensemble(problem, ['1', '2']), perfectSkills, seed), 'solution_letter'),
      ),
    )
    assert.deepEqual([...chosen].sort(), ['A', 'B'])
  })

  it('keeps candidates of several paragraphs whole', () => {
    assert.equal(
      letter(['First.\n\nThen more.\nThe answer is 5.', 'Other.\n\nThe answer is 7.', 'The answer is 7.']),
      'B',
    )
  })
})

describe('problems of no known family', () => {
  const text =
    "Janet's ducks lay 16 eggs per day. She eats three and bakes with four. She sells the rest for two dollars an egg. How much does she make?"

  it('are owned up to, with a guess', () => {
    assert.match(say(prompts.customPrompt(text, '')), /^I cannot work this problem out/)
    assert.match(tag(say(prompts.answerGeneratePrompt(text)), 'thought'), /cannot work this problem out/)
    assert.match(say(prompts.programmerPrompt(text)), /cannot work this problem out/)
  })

  it('are reviewed as unknown and revised to nothing new', () => {
    assert.equal(tag(say(prompts.reviewPrompt(text, '18')), 'review_result'), 'true')
    assert.equal(tag(say(prompts.revisePrompt(text, '18', 'wrong')), 'solution'), '18')
  })

  it('and any other text get a reply without a crash', () => {
    const kinds = [
      (a: string, b: string) => prompts.customPrompt(a, b),
      (a: string) => prompts.answerGeneratePrompt(a),
      (a: string, b: string) => prompts.programmerPrompt(a, { code: b, error: a }),
      (a: string, b: string) => prompts.reflection(a, b, a),
      (a: string, b: string) => prompts.reviewPrompt(a, b),
      (a: string, b: string) => prompts.revisePrompt(a, b, a),
      (a: string, b: string) => prompts.ensemble(a, [a, b]),
      (a: string, b: string) => prompts.judgement(a, b, a),
    ]
    const fragments = all.slice(0, 40).map((problem) => problemText(problem))
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(...fragments).chain((text) => fc.nat(text.length).map((end) => text.slice(0, end))),
    )
    fc.assert(
      fc.property(piece, piece, fc.nat(kinds.length - 1), fc.nat(5), (a, b, kind, seed) => {
        const reply = think((kinds[kind] as (a: string, b: string) => prompts.Prompt)(a, b), {
          seed,
          skills: defaultSkills,
        })
        assert.equal(typeof reply.content, 'string')
        assert.notEqual(reply.content, '')
      }),
      { numRuns: 400, seed: 1 },
    )
    assert.equal(typeof think([], { seed: 0, skills: defaultSkills }).content, 'string')
  })
})

describe('the source of the solver', () => {
  it('imports core, the chat contract and itself, and nothing of the datasets', () => {
    const folder = new URL('.', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing'),
    )
    assert.ok(files.length > 30)
    for (const file of files) {
      const source = readFileSync(new URL(file, folder), 'utf8')
      for (const [, path = ''] of source.matchAll(/from '([^']+)'/g)) {
        assert.match(
          path,
          /^(?:\.\.?\/)+(?:core\/random\.ts|llm\/chat-model\.ts|[a-z-]+\.ts|(?:code|math|qa)\/[a-z-]+\.ts)$/,
          `${file}: ${path}`,
        )
      }
      assert.doesNotMatch(source, /synth-|readFile|data\/problems/, file)
    }
  })
})

describe('Format', () => {
  it('takes the final answer out of a solution, right or wrong, and leaves code as it is', () => {
    const answerTo = (solution: string): string => {
      const reply = think(prompts.format('How many?', solution), { seed: 1, skills: defaultSkills })
      return /<final_answer>([\s\S]*)<\/final_answer>/.exec(reply.content)?.[1] ?? ''
    }
    assert.equal(answerTo('1. Seven and five are 13.\nThe answer is 13.'), '13')
    assert.equal(answerTo('13'), '13')
    assert.equal(answerTo('I think it is the Tall Harbour'), 'I think it is the Tall Harbour')
    assert.equal(answerTo('def f(n):\n    return n'), 'def f(n):\n    return n')
  })
})
