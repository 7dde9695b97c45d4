/**
 * A language model behind an API as the policy: its connection, and the prompt that asks it for a workflow, with the
 * best workflows of an earlier run where the configuration names one.
 */
import type { Config } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { Problem } from '../core/problem.ts'
import type { CallCache, RolloutRecord } from '../core/records.ts'
import { conversationTokens, createFrozenEngine, type PolicyEngine } from '../engines/index.ts'
import { type ChatMessage, createChatModel, probeServer } from '../llm/index.ts'
import { assertRunKind, readRun } from '../runs/index.ts'
import type { Environment } from '../training/index.ts'
import { generationPrompt, type PromptOptions } from '../workflows/prompt/index.ts'
import type { Probing } from './model-servers.ts'
import { grammarFieldsOf } from './served-grammar.ts'
import { serverAccess } from './server-access.ts'

/** How long a server may take to load its model. */
const probeTimeoutMs = 120_000

export async function openFrozenEngine(
  config: Config,
  cache: CallCache | undefined,
  {
    environment,
    signal,
    probing = {},
  }: { readonly environment: NodeJS.ProcessEnv; readonly signal: AbortSignal; readonly probing?: Probing | undefined },
): Promise<PolicyEngine> {
  const { frozen } = config.policy
  const { baseUrl, model, api, inputPerMillionUsd, outputPerMillionUsd } = frozen
  const prices = { inputPerMillionUsd, outputPerMillionUsd }
  const common = {
    baseUrl,
    model,
    dialect: api,
    boundary: 'policy',
    prices,
    ...serverAccess(frozen, environment),
    ...(cache === undefined ? {} : { cache }),
  } as const
  const answer = await probeServer({ ...common, sample: probing.sample, timeoutMs: probeTimeoutMs }, signal)
  probing.onAnswer?.({ baseUrl, model }, answer)
  const { attempts, attemptTimeoutMs, totalTimeoutMs, concurrency } = frozen
  const chat = createChatModel({ ...common, attempts, attemptTimeoutMs, totalTimeoutMs, concurrency })
  try {
    const grammarFields = await grammarFieldsOf(config, chat, signal)
    return createFrozenEngine({
      model: chat,
      close: () => chat.close(),
      ...(grammarFields === null ? {} : { grammarFields }),
    })
  } catch (error) {
    await chat.close()
    throw error
  }
}

/** The environment whose prompt is its conversation, with examples. */
export function askByConversation(environment: Environment, examples: readonly RolloutRecord[]): Environment {
  const { conversation } = environment
  if (conversation === undefined) return environment
  return {
    ...environment,
    prompt: (problem) => conversationTokens(withExamples(conversation(problem), problem, examples)),
  }
}

/** What the generator is asked. */
export function conversationWith(
  problem: Problem,
  ask: PromptOptions,
  examples: readonly RolloutRecord[],
): readonly ChatMessage[] {
  return withExamples(generationPrompt(problem, ask), problem, examples)
}

/** Examples of the problem's type come before the question, none that was written for this very problem. */
function withExamples(
  messages: readonly ChatMessage[],
  problem: Problem,
  examples: readonly RolloutRecord[],
): readonly ChatMessage[] {
  const fitting = examples.filter(({ problemType, problemId }) => {
    return problemType === problem.type && problemId !== problem.id
  })
  if (fitting.length === 0) return messages
  const shown = fitting.map(({ text, score }) => {
    const reward = score.kind === 'scored' ? score.reward.toFixed(2) : 'none'
    return `Reward ${reward}:\n\`\`\`python\n${text.trim()}\n\`\`\``
  })
  const head = `## Workflows that earned high rewards on other ${problem.type} problems\n${shown.join('\n\n')}`
  const [system, ...rest] = messages
  if (system?.role !== 'system') return [{ role: 'system', content: head }, ...messages]
  return [{ ...system, content: `${system.content}\n\n${head}` }, ...rest]
}

/**
 * The experience buffer: of each problem type the training workflows with the highest rewards, correct ones only, no
 * text twice. @throws BatonError where the run has none.
 */
export function readExperience(folder: string, perType: number): RolloutRecord[] {
  assertRunKind(folder, 'training')
  const run = readRun(folder)
  try {
    const scored = run
      .rollouts({ phase: 'train' })
      .filter(({ score }) => score.kind === 'scored' && score.isCorrect)
      .sort((a, b) => rewardOf(b) - rewardOf(a))
    const seen = new Set<string>()
    const taken = new Map<string, number>()
    const best = scored.filter(({ text, problemType }) => {
      const count = taken.get(problemType) ?? 0
      if (count >= perType || seen.has(text)) return false
      seen.add(text)
      taken.set(problemType, count + 1)
      return true
    })
    if (best.length > 0) return best
  } finally {
    run.close()
  }
  throw new BatonError(`policy.frozen.examples.run: ${folder} has no training workflow that answered right.`, {
    boundary: 'config',
    code: 'no-experience',
    hint: 'Name another run, or set policy.frozen.examples.run: null.',
  })
}

const rewardOf = ({ score }: RolloutRecord): number =>
  score.kind === 'scored' ? score.reward : Number.NEGATIVE_INFINITY
