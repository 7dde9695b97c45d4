import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem, ProblemType } from '../../src/core/problem.ts'
import { randomFor } from '../../src/core/random.ts'
import { plainOutcome } from '../../src/testing/plain-outcome.ts'
import type { Environment } from '../../src/training/index.ts'
import { chosenWorkflow, parseWorkflowTable, type WorkflowTable } from '../../src/workflows/index.ts'
import { tryWorkflows, type WorkflowTrial } from './workflow-trial.ts'

function problem(type: ProblemType, family: string, difficulty: number, number: number): Problem {
  return {
    id: `${family}-${difficulty}-${number}`,
    type,
    source: `synth/${family}`,
    question: 'q',
    answer: 'a',
    difficulty,
  }
}

const families = [
  ['math', 'shopping'],
  ['math', 'ages'],
  ['qa', 'members'],
] as const
const problems = families.flatMap(([type, family]) =>
  [1, 2].flatMap((difficulty) => Array.from({ length: 12 }, (_, i) => problem(type, family, difficulty, i))),
)
const profiles: Record<string, string> = {
  'synth/shopping': 'computation',
  'synth/ages': 'reasoning',
  'synth/members': 'trap',
}
const attempted: string[] = []

/** Programs with the operator that fits the family are right nine times of ten, others half of the time; a call costs half a point. */
const environment: Environment = {
  name: 'test',
  prompt: () => [],
  metrics: () => ({}),
  attempt: async ({ id, source }, program, _completion, { key }) => {
    attempted.push(id)
    const fitting = { 'synth/shopping': 'programmer(', 'synth/ages': 'answer_generate(', 'synth/members': 'review(' }[
      source
    ]
    const isCorrect = randomFor(...key, program).next() < (program.includes(`self.${fitting}`) ? 0.9 : 0.5)
    const llmCalls = program.split('await').length - 1
    const reward = (isCorrect ? 10 : -5) - 0.5 * llmCalls
    const parts = [{ name: 'all', value: reward }]
    const score = {
      kind: 'scored',
      reward,
      parts,
      isCorrect,
      verdict: isCorrect ? 'true' : 'false',
      reason: '',
    } as const
    const solving = { calls: llmCalls, inputTokens: 0, outputTokens: 0, costUsd: 0 }
    return { record: plainOutcome, failures: [], score, costUsd: 0, llmCalls, solving }
  },
}
const trial: WorkflowTrial = {
  environment,
  problems,
  profileOf: ({ source }) => profiles[source] ?? '',
  repeats: 4,
  finalists: 4,
  seed: 1,
  concurrency: 4,
  signal: new AbortController().signal,
}
async function groupsOf(known: WorkflowTable['groups'] = []): Promise<WorkflowTable['groups']> {
  const found: WorkflowTable['groups'] = []
  for await (const group of tryWorkflows(trial, known)) found.push(group)
  return found
}

const groups = await groupsOf()
const table: WorkflowTable = {
  version: 1,
  problems: 'sha256:0',
  skills: 'sha256:1',
  callPrice: 0.5,
  seed: 1,
  trial: { problems: problems.length, repeats: 4, finalists: 4 },
  groups,
}

test('each profile and difficulty of a type is tried by itself, on every one of its problems, repeated with other draws', () => {
  assert.deepEqual(
    groups.map(({ name, families: own, problems: count }) => [name, own, count]),
    [
      ['math computation 1', ['synth/shopping'], 12],
      ['math computation 2', ['synth/shopping'], 12],
      ['math reasoning 1', ['synth/ages'], 12],
      ['math reasoning 2', ['synth/ages'], 12],
      ['qa trap 1', ['synth/members'], 12],
      ['qa trap 2', ['synth/members'], 12],
    ],
  )
  assert.ok(
    groups.every(({ finalists }) => finalists.length === 4 && finalists.every(({ attempts }) => attempts === 48)),
  )
  assert.ok(attempted.includes('ages-1-3') && attempted.includes('ages-1-3#4') && !attempted.includes('ages-1-3#5'))
})

test('the choice is the finalist with the highest mean reward, and its program is the one named', () => {
  for (const { finalists, program, name } of groups) {
    const rewards = finalists.map(({ reward }) => reward)
    assert.equal(rewards[0], Math.max(...rewards), name)
    const operator = { computation: 'Programmer', reasoning: 'AnswerGenerate', trap: 'Review' }[
      name.split(' ')[1] ?? ''
    ]
    assert.ok(operator !== undefined && program.includes(`operator.${operator}(`), `${name}: ${finalists[0]?.workflow}`)
    assert.ok(finalists[0]?.workflow.includes(operator))
  }
})

test('the table is read as it was written, and knows what was not tried', () => {
  const read = parseWorkflowTable(JSON.stringify(table))
  assert.deepEqual(read, table)
  const chosen = chosenWorkflow(read, { source: 'synth/ages', difficulty: 2 })
  assert.equal(chosen?.program, groups[3]?.program)
  assert.equal(chosenWorkflow(read, { source: 'synth/ages', difficulty: 3 }), null)
  assert.equal(chosenWorkflow(read, { source: 'mine', difficulty: 2 }), null)
  assert.throws(() => parseWorkflowTable('{}'))
})

test('a group that is known is not tried again', async () => {
  attempted.length = 0
  const again = await groupsOf(groups.slice(0, 5))
  assert.deepEqual(again, groups)
  assert.ok(attempted.length > 0 && attempted.every((id) => id.startsWith('members-2')))
})
