import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { loadConfig } from '../config/index.ts'
import type { Problem, ProblemType } from '../core/problem.ts'
import { randomFor } from '../core/random.ts'
import type { EvaluationRecord, RolloutRecord, SearchedWorkflow } from '../core/records.ts'
import type { RunEvent } from '../core/run-events.ts'
import type { Tokenizer } from '../engines/index.ts'
import type { RunStore } from '../runs/index.ts'
import { plainOutcome } from '../testing/plain-outcome.ts'
import type { Environment } from '../training/index.ts'
import type { WorkflowTable } from '../workflows/index.ts'
import { measureFixedWorkflows } from './fixed-workflows.ts'
import type { RunProblems } from './run-problems.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-fixed-'))
after(() => rmSync(root, { recursive: true }))

const types: readonly ProblemType[] = ['math', 'code']
function problemsOf(split: string, count: number): Problem[] {
  return types.flatMap((type) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${split}-${type}-${i}`,
      type,
      source: `synth/${type}-${i % 2}`,
      question: 'q',
      answer: 'a',
      difficulty: 1,
    })),
  )
}

const tokenizer: Tokenizer = {
  encode: (text) => [...text].map((character) => character.charCodeAt(0)),
  decode: (tokens) => String.fromCharCode(...tokens),
  vocabularySize: 65_536,
  endOfTextId: 0,
  padId: 0,
}

/** Math wants Programmer, code wants Review after anything; more candidates help a little. A call costs half a point. */
function world(attempts: string[]): Environment {
  return {
    name: 'test',
    prompt: () => [],
    metrics: () => ({}),
    attempt: async ({ id, type }, program, _completion, { key }) => {
      attempts.push(`${JSON.stringify(key)} ${program}`)
      const fits = program.includes(type === 'math' ? 'self.programmer(' : 'self.review(')
      const rate = (fits ? 0.85 : 0.3) + (program.includes('sc_ensemble(') ? 0.1 : 0)
      const isCorrect = randomFor(id, type).next() < rate
      const calls = program.split('await').length - 1
      const reward = (isCorrect ? 10 : -5) - 0.5 * calls
      const parts = [{ name: 'all', value: reward }]
      return {
        record: plainOutcome,
        failures: [],
        score: { kind: 'scored', reward, parts, isCorrect, verdict: isCorrect ? 'true' : 'false', reason: '' },
        costUsd: 0,
        llmCalls: calls,
        solving: { calls, inputTokens: 0, outputTokens: 0, costUsd: 0 },
      }
    },
  }
}

interface Measured {
  readonly evaluations: readonly EvaluationRecord[]
  readonly rollouts: readonly RolloutRecord[]
  readonly searched: readonly SearchedWorkflow[]
  readonly events: readonly RunEvent[]
  readonly attempts: readonly string[]
}

/** @param table of best workflows, beside the training problems. */
async function measure(table?: Partial<WorkflowTable>, set: readonly string[] = []): Promise<Measured> {
  const folder = mkdtempSync(join(root, 'run-'))
  const train = join(folder, 'train.jsonl')
  writeFileSync(train, '')
  const { config } = loadConfig({
    preset: 'tiny',
    set: [
      `data.train=${train}`,
      'rewards.callPrice=0.5',
      'evaluation.baselines={searchProblems: 24, frontier: 3}',
      ...set,
    ],
  })
  if (table !== undefined) {
    const head = { version: 1, problems: 'sha256:1', skills: '', callPrice: 0.5, seed: 1, groups: [] }
    const trial = { problems: 4, repeats: 1, finalists: 1 }
    writeFileSync(join(folder, 'best-workflows.json'), JSON.stringify({ ...head, trial, ...table }))
  }
  const problems: RunProblems = {
    train: problemsOf('train', 40),
    reported: { name: 'test', problems: problemsOf('test', 30) },
    during: { name: 'validation', problems: [] },
    manifest: { train: { path: train, fingerprint: 'sha256:1', rows: 80 } },
    notes: [],
  }
  const evaluations: EvaluationRecord[] = []
  const rollouts: RolloutRecord[] = []
  const events: RunEvent[] = []
  const attempts: string[] = []
  const store = {
    spentUsd: () => 0,
    findRollout: () => undefined,
    recordRollout: (rollout: RolloutRecord) => rollouts.push(rollout),
    recordEvaluation: (record: EvaluationRecord) => evaluations.push(record),
    event: (event: RunEvent) => events.push(event),
  } as unknown as RunStore
  await measureFixedWorkflows({
    config,
    problems,
    store,
    environment: world(attempts),
    tokenizer,
    signal: new AbortController().signal,
  })
  const searched = events.flatMap((event) => (event.kind === 'fixed-workflows' ? event.workflows : []))
  return { evaluations, rollouts, searched, events, attempts }
}

const group = (source: string, program: string) => ({
  name: source,
  families: [source],
  difficulty: 1,
  problems: 20,
  candidates: 30,
  finalists: [{ workflow: 'a workflow', attempts: 20, accuracy: 1, reward: 9, calls: 1 }],
  program,
})
const groups = ['math-0', 'math-1', 'code-0', 'code-1'].map((name) =>
  group(`synth/${name}`, `await self.${name.startsWith('math') ? 'programmer' : 'review'}()`),
)
const accuracyOf = ({ outcomes }: EvaluationRecord): number =>
  outcomes.filter(({ isCorrect }) => isCorrect).length / outcomes.length
const measured = await measure({ groups })

test('the frontier of each type, the best overall, the oracle and the best of each type are measured on the reported problems', () => {
  const labels = measured.evaluations.map(({ label }) => label)
  assert.deepEqual(labels.slice(-3), ['fixed:overall', 'fixed:oracle', 'best-fixed'])
  const parts = measured.evaluations.filter(({ label }) => label.includes('/'))
  assert.ok(parts.length >= 4 && parts.length <= 6)
  for (const { label, split, outcomes, decoding } of measured.evaluations) {
    assert.equal(split, 'test')
    assert.equal(decoding, 'greedy')
    const part = /^fixed:(\w+)\//.exec(label)?.[1]
    assert.deepEqual(
      [...new Set(outcomes.map(({ problemType }) => problemType))].sort(),
      part ? [part] : ['code', 'math'],
    )
    assert.equal(outcomes.length, part ? 30 : 60)
    assert.ok(outcomes.every(({ problemId }) => problemId.startsWith('test-')))
  }
})

test('what is measured is what the search found: each type has its own workflow, and one for all does worse', () => {
  const [math, code] = [...measured.searched.filter(({ label }) => label === 'best-fixed')].sort((a) =>
    a.type === 'math' ? -1 : 1,
  )
  assert.match(math?.name ?? '', /^Programmer/)
  assert.match(code?.name ?? '', /Review, Revise$/)
  const [best, overall, oracle] = ['best-fixed', 'fixed:overall', 'fixed:oracle'].map((label) =>
    measured.evaluations.find((record) => record.label === label),
  ) as [EvaluationRecord, EvaluationRecord, EvaluationRecord]
  assert.ok(accuracyOf(best) >= accuracyOf(overall))
  assert.ok(accuracyOf(oracle) > 0.7)
  const callsOf = ({ outcomes }: EvaluationRecord): number =>
    outcomes.reduce((sum, { llmCalls }) => sum + (llmCalls ?? 0), 0)
  assert.equal(callsOf(oracle), 60)
  for (const { label } of measured.evaluations) {
    const entries = measured.searched.filter((each) => each.label === label)
    assert.equal(entries.length, label === 'best-fixed' ? 2 : label === 'fixed:oracle' ? 0 : 1, label)
  }
})

test('along the frontier of a type calls and accuracy of the search rise together', () => {
  for (const type of types) {
    const places = measured.searched.filter(({ label }) => label.startsWith(`fixed:${type}/`))
    for (const [i, { calls, correct, scored }] of places.entries()) {
      const before = places[i - 1]
      if (before === undefined) continue
      assert.ok((before.calls ?? 0) < (calls ?? 0) && before.correct / before.scored < correct / scored)
    }
  }
})

test('equal programs on equal problems are attempted once, and rollouts of parts are not kept', () => {
  assert.equal(new Set(measured.attempts).size, measured.attempts.length)
  const kept = new Set(measured.rollouts.map(({ label }) => label))
  assert.deepEqual([...kept].sort(), ['best-fixed', 'fixed:oracle', 'fixed:overall'])
  const shares = measured.events.flatMap((event) => (event.kind === 'rollout' ? [event.done / (event.total ?? 1)] : []))
  assert.ok(shares.length <= 300 && shares.at(-1) === 1, 'progress is one event for each percent')
})

test('a table that does not fit is no oracle, and the reason is said; none is needed', async () => {
  const cases: readonly (readonly [table: Partial<WorkflowTable> | undefined, set: string[], says: RegExp | null])[] = [
    [undefined, [], null],
    [{ groups, problems: 'sha256:2' }, [], /other training problems/],
    [{ groups, callPrice: 0.3 }, [], /rewards\.callPrice 0\.3, and this run has 0\.5/],
    [{ groups: groups.slice(1) }, [], /no workflow for synth\/math-0, difficulty 1/],
    [{ groups, version: 2 } as unknown as WorkflowTable, [], /is not a table of best workflows/],
    [{ groups }, ['llm.simulator.skill=0.5'], null],
  ]
  for (const [table, set, says] of cases) {
    const { evaluations, events } = await measure(table, [
      ...set,
      'evaluation.baselines={searchProblems: 2, frontier: 2}',
    ])
    assert.ok(evaluations.every(({ label }) => label !== 'fixed:oracle'))
    const notes = events.flatMap((event) => (event.kind === 'notice' ? [event.message] : []))
    assert.equal(notes.filter((note) => note.startsWith('no oracle')).length, says === null ? 0 : 1)
    if (says !== null) assert.match(notes.join('\n'), says)
  }
})
