/** Rollouts that were made before the training, as those of a step: nothing is sampled and nothing is bought. */
import { BatonError } from '../core/failure.ts'
import type { SampledRollout } from '../core/records.ts'
import type { PolicySampler } from '../engines/policy-engine.ts'
import { judgedProblemsOfStep, learnable } from './judged.ts'
import type { TrainingRun } from './training-run.ts'

export interface JudgedStep {
  /** In the run. */
  readonly step: number
  /** Among the steps that learn from rollouts. */
  readonly stageStep: number
  /** The weights that those steps began with: their log-probs are what ratios are taken against. */
  readonly reference: PolicySampler
}

/** @returns shape [P][G], without advantages. */
export async function judgedRollouts(run: TrainingRun, plan: JudgedStep): Promise<SampledRollout[][]> {
  const { environment, engine, config, signal } = run
  const problems = judgedProblemsOfStep(run, plan.stageStep, config.training.problemsPerStep)
  const prompts = problems.map(({ problem }) => environment.prompt(problem, engine.tokenizer))
  const sequences = problems.flatMap(({ attempts }, position) =>
    attempts.map(({ completion }) => ({
      prompt: prompts[position] as readonly number[],
      completion: completion.tokens,
    })),
  )
  const logprobs = await plan.reference.logprobs(sequences, signal)
  const now = new Date(run.now()).toISOString()
  let next = 0
  return problems.map(({ problem, attempts }, position) =>
    attempts.map(({ completion, outcome }, rollout): SampledRollout => {
      const place = next++
      return {
        version: 1,
        phase: 'train',
        step: plan.step,
        label: '',
        position,
        problemId: problem.id,
        problemType: problem.type,
        source: problem.source,
        difficulty: problem.difficulty,
        rollout,
        prompt: prompts[position] as readonly number[],
        tokens: completion.tokens,
        logprobs: Array.from(logprobs[place] ?? []),
        stopReason: completion.stopReason,
        text: engine.tokenizer.decode(completion.tokens),
        outcome: outcome.record,
        failures: outcome.failures,
        score: outcome.score,
        advantage: null,
        costUsd: 0,
        llmCalls: 0,
        solving: outcome.solving,
        timing: { startedAt: now, durationMs: 0 },
      }
    }),
  )
}

/** @throws BatonError where the configuration learns from judged attempts and none of them can teach anything. */
export function requireJudged({ config, judged }: Pick<TrainingRun, 'config' | 'judged'>): void {
  const { imitation, rollouts, dropZeroSignalGroups } = config.training
  if (imitation.steps === 0 && rollouts === 'sampled') return
  const lesson = { dropZeroSignal: dropZeroSignalGroups, areChosen: judged?.areChosen }
  if (learnable(judged?.train ?? [], lesson).length > 0) return
  throw new BatonError('there are no judged attempts to learn from: none, or all of a problem have the same reward.', {
    boundary: 'dataset',
    code: 'no-groups',
    hint: 'Collect more sequences for each question, or set training.dropZeroSignalGroups=false.',
  })
}
