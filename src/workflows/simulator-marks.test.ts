import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Problem } from '../core/problem.ts'
import { problemText } from '../core/problem.ts'
import type { RolloutRecord } from '../core/records.ts'
import { createChatModel } from '../llm/index.ts'
import { createFakeChatModel } from '../rewards/testing/fake-chat-model.ts'
import { startSimulator } from '../simulation/index.ts'
import { listenForMarks } from './simulator-marks.ts'
import { workflowMetrics } from './workflow-metrics.ts'

const shipped = readFileSync(join(import.meta.dirname, '../../data/problems/validation.jsonl'), 'utf8')
  .split('\n')
  .slice(0, 60)
  .map((row) => problemText(JSON.parse(row) as Problem))
const foreign = [
  "Janet's ducks lay 16 eggs per day. She eats three for breakfast and bakes muffins with four. She sells the rest for $2 each. How much does she make every day?",
  'Were Scott Derrickson and Ed Wood of the same nationality?',
  'Check if in given list of numbers, are any two numbers closer to each other than given threshold. def has_close_elements(numbers, threshold):',
]
const asked = (problem: string): string[] => [
  problem,
  `Think step by step and solve the problem.\n\n## Problem\n${problem}\n\n## Format\n<thought></thought><answer></answer>`,
]

test('the simulator says in its reply whether it knew the problem: all that ship, none of another data set', async () => {
  const simulator = await startSimulator({})
  const model = createChatModel({ baseUrl: simulator.baseUrl, boundary: 'executor', model: 'simulator' })
  try {
    const marksOf = async (prompts: readonly string[]) => {
      const { executor, marks } = listenForMarks(model)
      for (const content of prompts) await executor.generate([{ role: 'user', content }], { purpose: 'test', seed: 1 })
      return marks()
    }
    assert.deepEqual(await marksOf(shipped.flatMap(asked)), { known: 2 * shipped.length, guessed: 0 })
    assert.deepEqual(await marksOf(foreign.flatMap(asked)), { known: 0, guessed: 2 * foreign.length })
  } finally {
    await model.close()
    await simulator.close()
  }
})

test('a real server says nothing of the kind, and its runs have no such metric', async () => {
  const { executor, marks } = listenForMarks(createFakeChatModel(() => 'I cannot work this problem out.'))
  await executor.generate([{ role: 'user', content: foreign[0] ?? '' }], { purpose: 'test', seed: 1 })
  assert.equal(marks(), null)
})

test('a rollout whose executor knew the problem once is no guess', () => {
  const rollout = (simulator: object | null): RolloutRecord =>
    ({
      problemType: 'math',
      outcome: {
        environment: 'workflows',
        outcome: 'answered',
        operators: [],
        repairs: [],
        findings: [],
        fallback: null,
        correctness: null,
        simulator,
      },
      failures: [],
      score: { kind: 'unscorable', reason: '' },
    }) as unknown as RolloutRecord
  const rateOf = (marks: readonly (object | null)[]): number | undefined =>
    workflowMetrics(marks.map(rollout))['simulator/unknown_problem_rate']
  assert.equal(rateOf([{ known: 0, guessed: 3 }, { known: 1, guessed: 2 }, null]), 0.5)
  assert.equal(rateOf([null]), undefined)
})
