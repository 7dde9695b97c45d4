/** The suite that every `Environment` passes, and what is put around one. */
import assert from 'node:assert/strict'
import type { Problem } from '../core/problem.ts'
import type { SampledRollout } from '../core/records.ts'
import type { SampledCompletion, Tokenizer } from '../engines/policy-engine.ts'
import { assertRejectsWith, type ContractSubject, contractOf } from '../testing/contract.ts'
import type { AttemptOutcome, Environment } from './environment.ts'

export type EnvironmentPart = 'prompt' | 'attempts' | 'bad text' | 'services' | 'metrics' | 'abort' | 'abort under way'

export interface EnvironmentScene {
  readonly environment: Environment
  readonly tokenizer: Tokenizer
  readonly problem: Problem
  /** A completion that is scored. */
  readonly text: string
  /** The environment over services that fail. */
  readonly failing: Environment
  /** The environment over a service that answers when `answer` is called; `underWay` resolves once it is asked. */
  readonly slow: { readonly environment: Environment; underWay(): Promise<void>; answer(): void }
}

const completion: SampledCompletion = { tokens: [5, 1], logprobs: [-0.1, -0.2], stopReason: 'stop' }

export function environmentContract(subject: ContractSubject<EnvironmentPart, EnvironmentScene>): void {
  const check = contractOf(subject)
  const never = new AbortController().signal
  const attempt = (
    { problem }: EnvironmentScene,
    environment: Environment,
    given: { readonly text: string; readonly key?: string; readonly signal?: AbortSignal },
  ): Promise<AttemptOutcome> => {
    const { text, key = 'k', signal = never } = given
    return environment.attempt(problem, text, completion, { key: ['contract', key], signal })
  }

  check('prompt', 'a prompt is tokens of the vocabulary, the same at every call', async (scene) => {
    const { environment, problem, tokenizer } = scene
    const prompt = environment.prompt(problem, tokenizer)
    assert.ok(prompt.length > 0)
    assert.ok(prompt.every((token) => Number.isInteger(token) && token >= 0 && token < tokenizer.vocabularySize))
    assert.deepEqual(environment.prompt(problem, tokenizer), prompt)
    const other = environment.prompt({ ...problem, id: 'other', question: 'Another question?' }, tokenizer)
    assert.notDeepEqual(other, prompt)
  })

  check('attempts', 'an attempt is scored, with a record of JSON and what it cost', async (scene) => {
    const outcome = await attempt(scene, scene.environment, scene)
    assert.equal(outcome.score.kind, 'scored')
    assert.deepEqual(JSON.parse(JSON.stringify(outcome)), outcome)
    const { solving } = outcome
    for (const number of [outcome.costUsd, outcome.llmCalls, ...Object.values(solving)]) {
      assert.ok(number >= 0 && Number.isFinite(number))
    }
    assert.ok(solving.calls <= outcome.llmCalls && solving.costUsd <= outcome.costUsd)
  })

  check('attempts', 'equal attempts under equal keys come out alike, at once and again', async (scene) => {
    const [first, ...others] = await Promise.all([1, 2, 3].map(() => attempt(scene, scene.environment, scene)))
    for (const outcome of [...others, await attempt(scene, scene.environment, scene)]) assert.deepEqual(outcome, first)
  })

  check('bad text', 'whatever the text is, it has an outcome', async (scene) => {
    for (const text of [
      '',
      ' \n',
      'I would rather not.',
      '\u0000\ud800',
      'x'.repeat(20_000),
      'class Workflow:\n    pass\n',
    ]) {
      const { score, failures } = await attempt(scene, scene.environment, { text })
      assert.ok(score.kind === 'scored' && !score.isCorrect, JSON.stringify(text.slice(0, 20)))
      assert.ok(failures.length > 0)
    }
  })

  check(
    'services',
    'a service that fails leaves a rollout unscorable, with the failure; it is no wrong answer',
    async (scene) => {
      const { score, failures } = await attempt(scene, scene.failing, scene)
      assert.equal(score.kind, 'unscorable')
      assert.ok(failures.some(({ boundary }) => boundary === 'executor' || boundary === 'judge'))
    },
  )

  check('metrics', 'metrics are finite numbers, of no rollouts too, whatever their order', async (scene) => {
    const { environment, problem } = scene
    const outcomes = await Promise.all([scene.text, 'nothing'].map((text) => attempt(scene, environment, { text })))
    const rollouts = outcomes.map((outcome, i) => rolloutOf(problem, outcome, i))
    for (const some of [[], rollouts.slice(0, 1), rollouts]) {
      for (const [name, value] of Object.entries(environment.metrics(some))) assert.ok(Number.isFinite(value), name)
    }
    assert.deepEqual(environment.metrics(rollouts.toReversed()), environment.metrics(rollouts))
  })

  check('abort', 'an aborted attempt rejects with the reason of the signal', async (scene) => {
    const reason = new Error('enough')
    const aborted = { ...scene, signal: AbortSignal.abort(reason) }
    await assertRejectsWith(attempt(scene, scene.environment, aborted), reason)
    assert.equal((await attempt(scene, scene.environment, scene)).score.kind, 'scored')
  })

  check(
    'abort under way',
    'an attempt aborted under way rejects with the reason; an equal one beside it does not',
    async (scene) => {
      const { slow, text } = scene
      const reason = new Error('enough')
      const controllers = [new AbortController(), new AbortController()] as const
      const [left, stayed] = controllers.map(({ signal }) => attempt(scene, slow.environment, { text, signal }))
      await slow.underWay()
      const rejected = assertRejectsWith(left as Promise<AttemptOutcome>, reason)
      controllers[0].abort(reason)
      await rejected
      slow.answer()
      assert.equal((await stayed)?.score.kind, 'scored')
    },
  )
}

function rolloutOf(problem: Problem, outcome: AttemptOutcome, rollout: number): SampledRollout {
  const { record, failures, score, costUsd, llmCalls, solving } = outcome
  return {
    ...{ version: 1, phase: 'train', step: 1, label: '', position: 0, rollout, prompt: [5], text: '', advantage: null },
    ...{ problemId: problem.id, problemType: problem.type, source: problem.source, difficulty: problem.difficulty },
    ...completion,
    ...{ outcome: record, failures, score, costUsd, llmCalls, solving },
    timing: { startedAt: '', durationMs: 0 },
  }
}
