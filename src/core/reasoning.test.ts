import assert from 'node:assert/strict'
import { test } from 'node:test'
import { separateReasoning } from './reasoning.ts'

for (const [content, text, reasoning] of [
  ['<thinking>4?</thinking>\n5', '5', '4?'],
  ['<THINK>4?</THINK>5', '5', '4?'],
  ['[THINK]4?[/THINK]5', '5', '4?'],
  ['<reasoning>4?</reasoning>\n\n5', '5', '4?'],
  ['◁think▷4?◁/think▷5', '5', '4?'],
  ['<seed:think>4?</seed:think>5', '5', '4?'],
  ['<|begin_of_thought|>4?<|end_of_thought|>5', '5', '4?'],
  ['<think>a</think>\n5\n<think>b</think>\n6', '5\n6', 'a\nb'],
  ['hm\n</think>\n42', '42', 'hm'],
  [
    'The mark </think> ends the reasoning. The answer is 5.',
    'The mark </think> ends the reasoning. The answer is 5.',
    '',
  ],
  ['Write `<think>` first. 5', 'Write `<think>` first. 5', ''],
  ['<thought>kept</thought><answer>5</answer>', '<thought>kept</thought><answer>5</answer>', ''],
  ['5', '5', ''],
] as const)
  test(`${JSON.stringify(content)} is ${JSON.stringify(text)} and its reasoning`, () => {
    assert.deepEqual(separateReasoning(content), { text, reasoning, isCut: false })
  })

test('reasoning that never ends leaves no answer', () => {
  for (const content of ['<think>so far', '  <Thinking>so far', '[THINK]so far'])
    assert.deepEqual(separateReasoning(content), { text: '', reasoning: 'so far', isCut: true })
  assert.deepEqual(separateReasoning('True\n<think>but wait').isCut, true)
})
