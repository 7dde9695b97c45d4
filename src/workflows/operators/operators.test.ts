import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChatModel } from '../../llm/chat-model.ts'
import type { CodeCheck, CodeProgram } from '../../python/sandbox.ts'
import { createFakeChatModel, fakeCallKey, fakeLlmError } from '../../rewards/testing/fake-chat-model.ts'
import { operators as contract } from '../contract/index.ts'
import { letterOf, readBoolean, readLetter, replyField } from './reply-fields.ts'
import { code, passes, returnedValue, scene } from './testing/operator-scene.ts'

test('Custom sends instruction and input as they are and returns the reply', async () => {
  const { call, executor } = scene({ replies: [' 42 '] })
  assert.deepEqual(await returnedValue(call('Custom', { instruction: 'Solve: ', input: '6 * 7' })), {
    response: ' 42 ',
  })
  assert.equal(executor.calls[0]?.prompt, 'Solve: 6 * 7')
  assert.equal(executor.calls[0]?.options.purpose, 'executor/Custom')
})

test('a bare call sends the prompt alone and returns a string', async () => {
  const { call, executor } = scene({ replies: ['42'] })
  const reply = await call('llm', { prompt: '6 * 7?' })
  assert.deepEqual(reply, { kind: 'returned', value: '42', costUsd: 0.001, inputTokens: 10, outputTokens: 5 })
  assert.equal(executor.calls[0]?.prompt, '6 * 7?')
})

test('AnswerGenerate asks in the agreed form', async () => {
  const { call, executor } = scene({ replies: ['<thought>6 sevens</thought><answer>42</answer>'] })
  assert.deepEqual(await returnedValue(call('AnswerGenerate', { input: '6 * 7?' })), {
    thought: '6 sevens',
    answer: '42',
  })
  assert.equal(
    executor.calls[0]?.prompt,
    'Think step by step, then answer. Put the reasoning into <thought> and only the final answer into <answer>.\n\n## Problem\n6 * 7?\n\n## Response format\n<thought>the reasoning</thought>\n<answer>the final answer, nothing else</answer>',
  )
})

for (const [reply, answer] of [
  ['<THOUGHT>hm</THOUGHT>\n<Answer> 42 </Answer>', '42'],
  ['<thought>hm</thought><answer>42', '42'],
  ['```xml\n<answer>42</answer>\n```', '42'],
  ['<think><answer>41</answer></think><answer>42</answer>', '42'],
  ['I would write <answer></answer>. <answer>42</answer>', '42'],
  ['It is 6 times 7.\nThe answer is **42**', '42'],
  ['It is 6 times 7.\n42', '42'],
] as const)
  test(`AnswerGenerate reads the answer out of ${JSON.stringify(reply)}`, async () => {
    assert.equal(
      (await returnedValue(scene({ replies: [reply] }).call('AnswerGenerate', { input: '' })))['answer'],
      answer,
    )
  })

test('Programmer runs the code and returns what solve() gives', async () => {
  const ran: CodeProgram[] = []
  const { call, executor } = scene({
    replies: ['```python\ndef solve():\n    return 6 * 7\n```'],
    runCode: (program) => {
      ran.push(program)
      return { kind: 'returned', value: '42', stdout: '' }
    },
  })
  const value = await returnedValue(call('Programmer', { problem: '6 * 7?' }))
  assert.deepEqual(value, { code: 'def solve():\n    return 6 * 7\n', output: '42' })
  assert.equal(ran[0]?.call, 'solve')
  assert.match(executor.calls[0]?.prompt ?? '', /## Analysis\nNone\n\n## Response format\nOne ```python block\.$/)
})

test('Programmer shows the error and asks again, three times in all', async () => {
  const error = { type: 'NameError', message: "name 'x' is not defined", line: 2 }
  const { call, executor, made } = scene({
    replies: ['```python\ndef solve():\n    return x\n```'],
    runCode: () => ({ kind: 'raised', error, stdout: '' }),
  })
  const value = await returnedValue(call('Programmer', { problem: 'p', analysis: 'a' }))
  assert.equal(value['output'], "Error: NameError: name 'x' is not defined (line 2)")
  assert.equal(executor.calls.length, 3)
  assert.match(
    executor.calls[1]?.prompt ?? '',
    /## Analysis\na\n\n## Previous program\n```python\ndef solve\(\):\n {4}return x\n```\n\n## Error\nNameError: name 'x' is not defined \(line 2\)\n\n## Response format/,
  )
  assert.equal(new Set(executor.calls.map(({ options }) => options.seed)).size, 3)
  assert.equal(made.records()[0]?.llmCalls, 3)
  assert.deepEqual(made.records()[0]?.callKeys, executor.calls.map(fakeCallKey))
})

test('a program without solve is taken at what it prints', async () => {
  const { call } = scene({
    replies: ['```python\nprint(6 * 7)\n```'],
    runCode: ({ call: called }) => ({ kind: 'returned', value: 'None', stdout: called === undefined ? '42\n' : '' }),
  })
  assert.equal((await returnedValue(call('Programmer', { problem: 'p' })))['output'], '42')
})

test('Test returns at once when the public tests pass, whatever entry point is named', async () => {
  const seen: CodeCheck[] = []
  const { call, executor } = scene({
    problem: code,
    checkCode: (check) => {
      seen.push(check)
      return passes(check)
    },
  })
  const args = { problem: 'p', solution: '```python\ndef double(n): return 2 * n\n```', entry_point: 'solve' }
  assert.deepEqual(await returnedValue(call('Test', args)), { result: true, solution: 'def double(n): return 2 * n\n' })
  assert.equal(executor.calls.length, 0)
  assert.equal(seen[0]?.entryPoint, 'double')
  assert.deepEqual(seen[0]?.tests, code.publicTests)
})

test('Test has failing code corrected, three times at the most, and tests once more after the last', async () => {
  let runs = 0
  const { call, executor } = scene({
    problem: code,
    replies: ['```python\ndef double(n): return n\n```'],
    checkCode: (check) => {
      runs += 1
      return passes(check, false)
    },
  })
  const args = { problem: 'p', solution: 'def double(n): return 0', entry_point: 'double' }
  const value = await returnedValue(call('Test', args))
  assert.deepEqual(value, { result: false, solution: 'def double(n): return n\n' })
  assert.equal(runs, 4)
  assert.equal(executor.calls.length, 3)
  assert.match(
    executor.calls[0]?.prompt ?? '',
    /keeping the function `double`\.\n\n## Problem\np\n\n## Program\n```python\ndef double\(n\): return 0\n```\n\n## Failed tests\nassert double\(2\) == 4 {2}# AssertionError\nassert double\(0\) == 0 {2}# AssertionError\n\n## Response format/,
  )
  assert.deepEqual((await returnedValue(call('Test', { ...args, test_loop: 0 })))['result'], false)
  assert.equal(runs, 5)
})

test('Test on a math problem is a violation, returns false and keeps the solution', async () => {
  const { call, made } = scene({})
  const value = await returnedValue(call('Test', { problem: 'p', solution: '42', entry_point: 'solve' }))
  assert.deepEqual(value, { result: false, solution: '42' })
  assert.deepEqual(
    made.violations().map(({ boundary, code: name }) => [boundary, name]),
    [['policy', 'operator-not-allowed']],
  )
})

test('Review returns a boolean, true in doubt', async () => {
  const review = async (reply: string) =>
    await returnedValue(scene({ replies: [reply] }).call('Review', { problem: 'p', solution: 's' }))
  assert.deepEqual(await review('<review_result>False</review_result><feedback>off by one</feedback>'), {
    review_result: false,
    feedback: 'off by one',
  })
  assert.equal((await review('<review_result>true</review_result>'))['review_result'], true)
  assert.equal((await review('False. It is off by one.'))['review_result'], false)
  assert.equal((await review('Looks fine to me'))['review_result'], true)
  assert.equal((await review('Looks fine to me'))['feedback'], 'Looks fine to me')
})

test('Revise returns the whole solution with or without its tag', async () => {
  const revise = async (reply: string) =>
    await returnedValue(scene({ replies: [reply] }).call('Revise', { problem: 'p', solution: 's', feedback: 'f' }))
  assert.deepEqual(await revise('<solution>\ndef f(): ...\n</solution>'), { solution: 'def f(): ...' })
  assert.deepEqual(await revise('  43 '), { solution: '43' })
})

for (const [reply, response] of [
  ['<solution_letter>B</solution_letter>', 'two'],
  ['<solution_letter>B.</solution_letter>', 'two'],
  ['<solution_letter> (b) </solution_letter>', 'two'],
  ['<thought>A is off.</thought>\n<solution_letter>Solution B', 'two'],
  ['The most consistent is C', 'one'],
  ['I choose B.', 'two'],
  ['<solution_letter>Z</solution_letter>', 'one'],
  ['nothing', 'one'],
] as const)
  test(`ScEnsemble reads ${JSON.stringify(reply)} and returns a candidate word for word`, async () => {
    const { call, executor } = scene({ replies: [reply] })
    const value = await returnedValue(call('ScEnsemble', { solutions: ['one', 'two', 'one'], problem: 'p' }))
    assert.equal(value['response'], response)
    assert.match(executor.calls[0]?.prompt ?? '', /## Candidates\nA: one\n\nB: two\n\nC: one\n\n## Response format/)
  })

test('ScEnsemble needs no call for one candidate and refuses none', async () => {
  const { call, executor } = scene({})
  assert.deepEqual(await returnedValue(call('ScEnsemble', { solutions: ['one'], problem: 'p' })), { response: 'one' })
  assert.equal(executor.calls.length, 0)
  assert.equal((await call('ScEnsemble', { solutions: [], problem: 'p' })).kind, 'failed')
})

test('every operator of the contract exists and returns exactly its keys with their types', async () => {
  for (const operator of contract) {
    const { call } = scene({
      problem: code,
      replies: ['<answer>1</answer> A'],
      runCode: () => ({ kind: 'returned', value: '1', stdout: '1' }),
      checkCode: (check) => passes(check),
    })
    const args = Object.fromEntries(
      operator.parameters.map(({ name, type }) => [name, type === 'texts' ? ['a', 'b'] : 'x']),
    )
    const value = await returnedValue(call(operator.name, args))
    assert.deepEqual(
      Object.keys(value),
      operator.returns.map(({ key }) => key),
    )
    for (const { key, type } of operator.returns)
      assert.equal(typeof value[key], type === 'boolean' ? 'boolean' : 'string', `${operator.name}.${key}`)
  }
})

test('an executor that failed for good fails the operator and ends the program, and cost and cause are kept', async () => {
  const { call, made, executor } = scene({ replies: [fakeLlmError('rate-limit'), 'good'] })
  assert.equal((await call('Custom', { input: 'a', instruction: 'b' })).kind, 'abort')
  assert.equal((await call('Custom', { input: 'a', instruction: 'b' }, 2)).kind, 'abort')
  assert.equal(executor.calls.length, 1)
  assert.deepEqual(
    made.failures().map(({ boundary, code: name }) => [boundary, name]),
    [['executor', 'rate-limit']],
  )
  const [record] = made.records()
  assert.equal(record?.outcome, 'failed')
  assert.equal(record?.costUsd, 0.0005)
  assert.equal(record?.failedLlmCalls, 1)
  assert.deepEqual(record?.callKeys, ['failed-call'])
})

test('calls that were under way when another was lost end first: what they cost is kept', async () => {
  const { call, made } = scene({ replies: ['good', fakeLlmError('timeout'), 'good'] })
  const ask = (index: number) => call('Custom', { input: 'a', instruction: 'b' }, index)
  const replies = await Promise.all([ask(1), ask(2), ask(3)])
  assert.deepEqual(
    made.records().map(({ index, outcome, costUsd }) => [index, outcome, costUsd]),
    [
      [1, 'returned', 0.001],
      [2, 'failed', 0.0005],
      [3, 'returned', 0.001],
    ],
  )
  assert.equal(replies[1]?.kind, 'abort')
})

test('a program is charged its answers alone, not the tries that a service spoilt; the record has them all', async () => {
  const model = createFakeChatModel(() => 'good')
  const spoilt: ChatModel = {
    ...model,
    generate: async (...asked) => ({
      ...(await model.generate(...asked)),
      usage: { inputTokens: 30, outputTokens: 15 },
      costUsd: 0.003,
    }),
  }
  const { call, made } = scene({ executor: spoilt })
  const reply = await call('Custom', { input: 'a', instruction: 'b' })
  assert.deepEqual(
    [reply.kind === 'returned' && reply.costUsd, reply.kind === 'returned' && reply.inputTokens],
    [0.001, 10],
  )
  assert.deepEqual(
    made.records().map(({ costUsd, inputTokens }) => [costUsd, inputTokens]),
    [[0.003, 30]],
  )
})

test('a mistake in the program is thrown on', async () => {
  const { call, made } = scene({ replies: [new TypeError('oops')] })
  await assert.rejects(call('Custom', { input: 'a', instruction: '' }), TypeError)
  assert.ok(made.mistake() instanceof TypeError)
})

test('the seed of a call depends on its place in the program, not on what ran before', async () => {
  const inOrder = scene({})
  await inOrder.call('Custom', { input: 'a', instruction: '' }, 1)
  await inOrder.call('Review', { problem: '', solution: '' }, 2)
  const reversed = scene({})
  await reversed.call('Review', { problem: '', solution: '' }, 2)
  await reversed.call('Custom', { input: 'a', instruction: '' }, 1)
  const seeds = (calls: typeof inOrder.executor.calls) => calls.map(({ options }) => options.seed)
  assert.deepEqual(seeds(inOrder.executor.calls), seeds(reversed.executor.calls).reverse())
  assert.notEqual(...(seeds(inOrder.executor.calls) as [number, number]))
  assert.deepEqual(
    reversed.made.records().map(({ index }) => index),
    [1, 2],
  )
})

test('journaled arguments and results are short', async () => {
  const { call, made } = scene({ replies: ['y'.repeat(5000)] })
  await call('Custom', { input: 'x'.repeat(5000), instruction: '' })
  assert.ok(JSON.stringify(made.records()).length < 1000)
})

test('letters, booleans and fields are read from any text without an error', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 60 }), (text, count) => {
      readBoolean(text)
      const position = readLetter(text, count)
      assert.ok(position === null || (position >= 0 && position < count))
      // Dots alone are what a format shows before it is filled in.
      if (/^[.…\s<>]+$/.test(text)) return
      assert.equal(
        replyField(`<x>${text.replace(/[<>]/g, '') || 'y'}</x>`, 'x'),
        (text.replace(/[<>]/g, '') || 'y').trim() || null,
      )
    }),
  )
  fc.assert(
    fc.property(fc.nat(60), (position) => {
      assert.equal(readLetter(letterOf(position), 61), position)
    }),
  )
})
