/**
 * Defects that were measured in the framework whose operators these follow: each row of the list with a program that shows
 * that ours behaves otherwise. Numbers are the list's.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { JsonObject } from '../../core/json.ts'
import type { Problem } from '../../core/problem.ts'
import { compareMath } from '../../datasets/index.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { createSandbox, type Sandbox } from '../../python/index.ts'
import { createFakeChatModel } from '../../rewards/testing/fake-chat-model.ts'
import { executeWorkflow } from '../execution/index.ts'
import { baselineProgram } from '../programs/index.ts'
import { createOperators } from './index.ts'
import { code, math, returnedValue, scene } from './testing/operator-scene.ts'

// CPU time is counted, not time: what ends within it does so on any machine, what never ends does not.
const limits = { cpuMs: 1000, wallMs: 600_000, memoryMb: 256, maxOutputChars: 10_000, maxOperatorCalls: 16 }
let sandbox: Sandbox
before(async () => {
  sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
})
after(() => sandbox.close())

/** One operator call with the real sandbox. */
async function really(operator: string, args: JsonObject, replies: readonly string[], problem: Problem = math) {
  const executor = createFakeChatModel((_, i) => replies[Math.min(i, replies.length - 1)] ?? '')
  const made = createOperators({ executor, sandbox, problem, limits, key: ['k'], now: () => 0 })
  const { signal } = new AbortController()
  return { value: await returnedValue(made.perform({ index: 1, operator, args }, signal)), executor, made }
}

const fenced = (source: string): string => `\`\`\`python\n${source}\n\`\`\``

test('1: Programmer runs the code it gets', async () => {
  const { value } = await really('Programmer', { problem: 'p' }, [fenced('def solve():\n    return 6 * 7')])
  assert.deepEqual(value, { code: 'def solve():\n    return 6 * 7\n', output: '42' })
})

test('2: ScEnsemble takes `B.`, and a reply without tags loses no candidate', async () => {
  const choose = async (reply: string) =>
    (await returnedValue(scene({ replies: [reply] }).call('ScEnsemble', { solutions: ['one', 'two'], problem: 'p' })))[
      'response'
    ]
  assert.equal(await choose('<solution_letter>B.</solution_letter>'), 'two')
  assert.equal(await choose('They agree on nothing.'), 'one')
})

test('3: AnswerGenerate without tags still has an answer', async () => {
  const value = await returnedValue(scene({ replies: ['It is 42'] }).call('AnswerGenerate', { input: 'p' }))
  assert.deepEqual(value, { thought: 'It is 42', answer: 'It is 42' })
})

test('4: the result of Review is a boolean, false for "false"', async () => {
  const value = await returnedValue(
    scene({ replies: ['<review_result>false</review_result>'] }).call('Review', { problem: 'p', solution: 's' }),
  )
  assert.equal(value['review_result'], false)
})

test('5: MdEnsemble survives letters that name nothing, and votes for nothing at random without tags', async () => {
  for (const reply of ['<solution_letter>Q</solution_letter>', 'no tags at all']) {
    const answers = new Set<unknown>()
    for (let i = 1; i <= 5; i++) {
      const { call } = scene({ replies: [reply] })
      answers.add(
        (await returnedValue(call('MdEnsemble', { solutions: ['one', 'two', 'three'], problem: 'p' }, i)))['solution'],
      )
    }
    assert.deepEqual([...answers], ['one'])
  }
})

test('6: Test of a problem that has no tests is a broken rule with a name, not a TypeError', async () => {
  for (const problem of [math, { ...math, type: 'qa' as const }]) {
    const { value, made } = await really('Test', { problem: 'p', solution: '42', entry_point: 'nobody' }, [], problem)
    assert.equal(value['result'], false)
    assert.deepEqual(
      made.violations().map((violation) => violation.code),
      ['operator-not-allowed'],
    )
  }
})

test('7: an entry point such as `solve` or `add` passes nothing', async () => {
  for (const entryPoint of ['solve', 'add']) {
    const { value } = await really(
      'Test',
      { problem: 'p', solution: 'garbage, no Python', entry_point: entryPoint, test_loop: 0 },
      [],
      code,
    )
    assert.equal(value['result'], false)
    const answered = await really('Test', { problem: 'p', solution: '42', entry_point: entryPoint }, [], math)
    assert.equal(answered.value['result'], false)
  }
})

test('8: tests share no names between candidates, and a correction keeps the entry point', async () => {
  const args = { problem: 'p', entry_point: 'double' }
  const helped = await really(
    'Test',
    { ...args, solution: 'helper = 2\ndef double(n):\n    return helper * n', test_loop: 0 },
    [],
    code,
  )
  assert.equal(helped.value['result'], true)
  const leaning = await really(
    'Test',
    { ...args, solution: 'def double(n):\n    return helper * n', test_loop: 0 },
    [],
    code,
  )
  assert.equal(leaning.value['result'], false)
  const corrected = await really(
    'Test',
    { ...args, solution: 'def double(n):\n    return n' },
    [`${fenced('def twice(n):\n    return 0')}\n${fenced('def double(n):\n    return 2 * n')}`],
    code,
  )
  assert.deepEqual(corrected.value, { result: true, solution: 'def double(n):\n    return 2 * n\n' })
  assert.match(corrected.executor.calls[0]?.prompt ?? '', /keeping the function `double`/)
})

test('9: no import reaches out, however it is written, and the words "import os" in a text are no import', async () => {
  for (const way of [
    'import re,os\n    return os.listdir("/work")',
    'return __import__("os").popen("id").read()',
    'import importlib\n    return importlib.import_module("subprocess").run(["id"])',
  ]) {
    const { value } = await really('Programmer', { problem: 'p' }, [fenced(`def solve():\n    ${way}`)])
    assert.match(String(value['output']), /^Error: /, way)
  }
  const { value } = await really('Programmer', { problem: 'p' }, [fenced('def solve():\n    return len("import os")')])
  assert.equal(value['output'], '9')
  const absent = await really('Programmer', { problem: 'p' }, [
    fenced('import osmnx\ndef solve():\n    return 1'),
    fenced('def solve():\n    return 2'),
  ])
  assert.equal(absent.value['output'], '2')
  assert.match(absent.executor.calls[1]?.prompt ?? '', /## Error\nModuleNotFoundError: No module named 'osmnx'/)
})

test('10: replies without the form that was asked for are counted', async () => {
  const malformed = async (operator: string, args: JsonObject, reply: string) => {
    const { call, made } = scene({ replies: [reply] })
    await call(operator, args)
    return made.records()[0]?.malformedReplies
  }
  const ensemble = { solutions: ['one', 'two'], problem: 'p' }
  const solution = { problem: 'p', solution: 's', feedback: 'f' }
  for (const [operator, args, good] of [
    ['AnswerGenerate', { input: 'p' }, '<answer>42</answer>'],
    ['Review', solution, '<review_result>true</review_result>'],
    ['Revise', solution, '<solution>42</solution>'],
    ['Format', solution, '<final_answer>42</final_answer>'],
    ['ScEnsemble', ensemble, '<solution_letter>A</solution_letter>'],
  ] as const) {
    assert.equal(await malformed(operator, args, good), 0, operator)
    assert.equal(await malformed(operator, args, 'It is forty-two, I should say'), 1, operator)
  }
  assert.equal(await malformed('MdEnsemble', ensemble, 'hm'), 5)
})

test('11: a candidate that never ends is stopped, and the next one is tested as if nothing had been', async () => {
  const tested = async (solution: string) => {
    const args = { problem: 'p', entry_point: 'double', solution, test_loop: 0 }
    return (await really('Test', args, [], code)).value['result']
  }
  assert.equal(await tested('def double(n):\n    while True: pass'), false)
  assert.equal(await tested('def double(n):\n    return 2 * n'), true)
})

test('12 and 13: boxes nest, and answers are compared by what they mean', () => {
  for (const [prediction, reference] of [
    ['So it is \\boxed{\\frac{\\sqrt6}{3}} in all.', '\\frac{\\sqrt{6}}{3}'],
    ['0.5', '\\frac12'],
    ['90^\\circ', '90'],
    ['(1,2)', '(1, 2)'],
    ['\\text{(B)}', 'B'],
  ] as const)
    assert.equal(compareMath(prediction, reference).outcome, 'equal', `${prediction} is ${reference}`)
})

test('13: what cannot be decided from the text is not called wrong but left to the judge', () => {
  assert.equal(compareMath('the set of all primes', 'x^2+2x+1').outcome, 'not understood')
})

test('14: the number meant is read, not the last digits in sight', () => {
  for (const [prediction, reference] of [
    ['12,5', '12.5'],
    ['1/2', '0.5'],
    ['3.5e2', '350'],
    ['18 dollars on day 3', '18'],
  ] as const)
    assert.equal(compareMath(prediction, reference).outcome, 'equal', `${prediction} is ${reference}`)
  assert.equal(compareMath('10-5', '-5').outcome, 'different')
})

test('15: a workflow that raises keeps what it has cost, and is not run again in silence', async () => {
  const executor = createFakeChatModel(() => '<answer>42</answer>')
  const program = (baselineProgram('cot', 'math') ?? '').replace(
    'return answer["answer"]',
    'return answer["answer"][99]',
  )
  const deps = { executor, sandbox, analyzer: await createPythonAnalyzer(), limits, runFallback: false, now: () => 0 }
  const context = { key: ['k'], signal: new AbortController().signal }
  const attempt = await executeWorkflow({ completionText: program, problem: math, deps }, context)
  assert.equal(attempt.outcome, 'failed')
  assert.deepEqual(
    attempt.operators.map(({ costUsd }) => costUsd),
    [0.001],
  )
  assert.equal(executor.calls.length, 1)
})

test("the constructor's vote_count counts, and a program with the new operators is valid as written", async () => {
  const executor = createFakeChatModel(
    () => '<answer>42</answer><solution_letter>A</solution_letter><final_answer>42</final_answer>',
  )
  const program = `class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.answer_generate = operator.AnswerGenerate(self.llm)
        self.md_ensemble = operator.MdEnsemble(self.llm, vote_count=3)
        self.format = operator.Format(self.llm)
    async def __call__(self, problem, entry_point=None):
        one = await self.answer_generate(input=problem)
        best = await self.md_ensemble(solutions=[one["answer"], one["thought"]], problem=problem)
        final = await self.format(problem=problem, solution=best["solution"])
        return final["solution"], self.llm.get_usage_summary()["total_cost"]
`
  const deps = { executor, sandbox, analyzer: await createPythonAnalyzer(), limits, runFallback: false, now: () => 0 }
  const context = { key: ['k'], signal: new AbortController().signal }
  const attempt = await executeWorkflow({ completionText: program, problem: math, deps }, context)
  assert.deepEqual(attempt.findings, [])
  assert.equal(attempt.prediction, '42')
  assert.deepEqual(
    attempt.operators.map(({ llmCalls }) => llmCalls),
    [1, 3, 1],
  )
})
