import assert from 'node:assert/strict'
import { test } from 'node:test'
import { code, math, passes, returnedValue, scene } from './testing/operator-scene.ts'

test('ScEnsemble without a problem, as the templates for questions call it, shows the problem at hand', async () => {
  const { call, executor } = scene({ replies: ['<solution_letter>B</solution_letter>'] })
  assert.deepEqual(await returnedValue(call('ScEnsemble', { solutions: ['one', 'two'] })), { response: 'two' })
  assert.match(executor.calls[0]?.prompt ?? '', /## Problem\n6 \* 7\?\n\n## Candidates/)
})

test('MdEnsemble maps the votes of five different orders back to the candidates', async () => {
  // Votes for whatever stands under the letter of "two".
  const { call, executor } = scene({
    replies: [({ prompt }) => `<solution_letter>${/([A-D]): two/.exec(prompt)?.[1]}.</solution_letter>`],
  })
  const value = await returnedValue(call('MdEnsemble', { solutions: ['one', 'two', 'three', 'four'], problem: 'p' }))
  assert.deepEqual(value, { solution: 'two' })
  assert.equal(executor.calls.length, 5)
  assert.ok(new Set(executor.calls.map(({ prompt }) => prompt)).size > 1, 'the order never changes')
  assert.equal(new Set(executor.calls.map(({ options }) => options.seed)).size, 5)
})

test('MdEnsemble asks as often as vote_count says, within reason, and not at all for one candidate', async () => {
  for (const [votes, calls] of [
    [3, 3],
    [0, 1],
    [1000, 15],
    ['many', 5],
  ] as const) {
    const { call, executor } = scene({ replies: ['A'] })
    await call('MdEnsemble', { solutions: ['one', 'two'], problem: 'p', vote_count: votes })
    assert.equal(executor.calls.length, calls)
  }
  const { call, executor } = scene({})
  assert.deepEqual(await returnedValue(call('MdEnsemble', { solutions: ['one'] })), { solution: 'one' })
  assert.equal(executor.calls.length, 0)
  assert.equal((await call('MdEnsemble', { solutions: [] })).kind, 'failed')
})

test('MdEnsemble counts no vote that names no candidate, and takes the most frequent text when there is none', async () => {
  for (const reply of ['<solution_letter>Z</solution_letter>', 'hm', '<solution_letter></solution_letter>']) {
    const { call } = scene({ replies: [reply] })
    const value = await returnedValue(call('MdEnsemble', { solutions: ['one', 'two', 'Two '], problem: 'p' }))
    assert.deepEqual(value, { solution: 'two' })
  }
})

test('Format returns the answer alone, under both names that programs read', async () => {
  for (const [reply, answer] of [
    ['<final_answer>42</final_answer>', '42'],
    ['<Final_Answer> 42', '42'],
    ['<think>41?</think>The answer is **42**', '42'],
    ['42', '42'],
  ] as const) {
    const { call, executor } = scene({ replies: [reply] })
    const value = await returnedValue(call('Format', { problem: 'p', solution: 'It is 42.' }))
    assert.deepEqual(value, { solution: answer, response: answer })
    assert.match(
      executor.calls[0]?.prompt ?? '',
      /## Problem\np\n\n## Solution\nIt is 42\.\n\n## Response format\n<final/,
    )
  }
})

test('CustomCodeGenerate sends instruction and problem as they are and returns the code alone', async () => {
  const { call, executor, made } = scene({
    problem: code,
    replies: ['Sure!\n```python\ndef helper(): ...\n\ndef double(n):\n    return 2 * n\n```\nThis doubles n.'],
  })
  const args = { problem: 'Write double(n).', entry_point: 'double', instruction: 'Code only: ' }
  assert.deepEqual(await returnedValue(call('CustomCodeGenerate', args)), {
    response: 'def helper(): ...\n\ndef double(n):\n    return 2 * n\n',
  })
  assert.deepEqual(
    executor.calls.map(({ prompt }) => prompt),
    ['Code only: Write double(n).'],
  )
  assert.deepEqual(made.violations(), [])
})

test('CustomCodeGenerate asks once more for a function that is not there, and keeps the better reply', async () => {
  const right = '```python\ndef double(n):\n    return 2 * n\n```'
  const args = { problem: 'p', entry_point: 'double', instruction: '' }
  for (const [replies, response] of [
    [['def twice(n): return 2 * n', right], 'def double(n):\n    return 2 * n\n'],
    [['I would double it.', right], 'def double(n):\n    return 2 * n\n'],
    [['def twice(n): return 2 * n', 'no'], 'def twice(n): return 2 * n\n'],
    [['I would double it.', 'no'], 'I would double it.'],
  ] as const) {
    const { call, executor } = scene({ problem: code, replies })
    assert.deepEqual(await returnedValue(call('CustomCodeGenerate', args)), { response })
    assert.equal(executor.calls.length, 2)
    assert.match(executor.calls[1]?.prompt ?? '', /defines the function `double`/)
  }
})

test('CustomCodeGenerate takes the entry point of the problem where the program has none, and is a violation for math', async () => {
  const { call, executor } = scene({ problem: code, replies: ['def double(n): return 2 * n'] })
  await call('CustomCodeGenerate', { problem: 'p', entry_point: null, instruction: '' })
  assert.equal(executor.calls.length, 1)
  const wrong = scene({ problem: math, replies: ['def f(): return 42'] })
  await wrong.call('CustomCodeGenerate', { problem: 'p', entry_point: null, instruction: '' })
  assert.deepEqual(
    wrong.made.violations().map(({ boundary, code: name }) => [boundary, name]),
    [['policy', 'operator-not-allowed']],
  )
})

test('Test of a code problem without public tests tests nothing: a violation with a code of its own', async () => {
  const { publicTests: _, ...untested } = code
  for (const problem of [untested, { ...code, publicTests: [] }]) {
    const { call, made } = scene({ problem, checkCode: (check) => passes(check) })
    const value = await returnedValue(
      call('Test', { problem: 'p', solution: 'def double(n): ...', entry_point: 'double' }),
    )
    assert.equal(value['result'], false)
    assert.deepEqual(
      made.violations().map(({ boundary, code: name }) => [boundary, name]),
      [['policy', 'no-public-tests']],
    )
  }
})
