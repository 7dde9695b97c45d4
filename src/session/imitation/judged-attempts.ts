/**
 * What is imitated, as the tokens of a policy. Tokens that this tokenizer reads as the text they were sampled as are taken
 * as they are; any other text is encoded. Only the completion and its end are learned, never the prompt.
 */
import { BatonError } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import type { CompletionPrompt } from '../../datasets/index.ts'
import type { Tokenizer } from '../../engines/index.ts'
import type { JudgedAttempt, JudgedAttempts, JudgedProblem } from '../../training/index.ts'
import type { ImitatedAttempt, ImitatedProblem } from './imitated.ts'

export interface ImitatingPolicy {
  readonly tokenizer: Tokenizer
  /** Longest prompt plus completion, in tokens. */
  readonly contextLength: number
  readonly maxCompletionTokens: number
  /** What the environment asks for a problem. */
  prompt(problem: Problem): readonly number[]
  /** The prompt of a conversation in the policy's chat format. @throws BatonError where it has none. */
  conversation(messages: Extract<CompletionPrompt, { kind: 'messages' }>['messages']): readonly number[]
}

export interface ImitationPlan {
  /** Share of the problems that is not learned from, at least one where it is not 0. */
  readonly heldOut: number
  readonly seed: number
}

export interface JudgedImitation {
  readonly judged: JudgedAttempts
  /** Attempts that are longer than the policy may write. */
  readonly tooLong: number
}

/** @throws BatonError where every attempt is too long for the policy. */
export function judgedAttempts(
  problems: readonly ImitatedProblem[],
  policy: ImitatingPolicy,
  { heldOut, seed }: ImitationPlan,
): JudgedImitation {
  const shuffled = randomFor(seed, 'imitation', 'held-out').shuffle(problems)
  const all = shuffled.map((problem) => judgedProblem(problem, policy))
  const judged = all.filter(({ attempts }) => attempts.length > 0)
  const tooLong = attemptsIn(problems) - attemptsIn(judged)
  if (judged.length === 0 && tooLong > 0) throw allTooLong(policy, tooLong)
  const count = heldOut === 0 ? 0 : Math.min(judged.length - 1, Math.max(1, Math.round(heldOut * judged.length)))
  return { judged: { train: judged.slice(count), heldOut: judged.slice(0, count), areChosen: true }, tooLong }
}

function attemptsIn(problems: readonly { readonly attempts: readonly unknown[] }[]): number {
  return problems.reduce((sum, { attempts }) => sum + attempts.length, 0)
}

function allTooLong({ maxCompletionTokens, contextLength }: ImitatingPolicy, count: number): BatonError {
  return new BatonError(
    `training.imitation.from: all ${count} attempts are longer than the policy may write (policy.maxCompletionTokens ${maxCompletionTokens}, context ${contextLength}).`,
    {
      boundary: 'config',
      code: 'attempts-too-long',
      hint: 'Raise policy.maxCompletionTokens, or imitate shorter completions.',
    },
  )
}

/** Without the attempts that are too long. */
function judgedProblem({ problem, asked, attempts }: ImitatedProblem, policy: ImitatingPolicy): JudgedProblem {
  const prompt = asked === null ? null : promptTokens(asked, policy)
  const room = policy.contextLength - (prompt ?? policy.prompt(problem)).length
  const longest = Math.min(policy.maxCompletionTokens, room)
  const fitting = attempts
    .map((attempt) => judgedAttempt(attempt, policy.tokenizer))
    .filter(({ completion }) => completion.tokens.length <= longest)
  return { problem, ...(prompt === null ? {} : { prompt }), attempts: fitting }
}

function promptTokens(asked: CompletionPrompt, { tokenizer, conversation }: ImitatingPolicy): readonly number[] {
  switch (asked.kind) {
    case 'text':
      return tokenizer.encode(asked.text)
    case 'messages':
      return conversation(asked.messages)
    case 'problem':
      throw new Error('a problem of the dataset is asked by the environment')
    default:
      return asked satisfies never
  }
}

function judgedAttempt({ text, sampled, reward }: ImitatedAttempt, tokenizer: Tokenizer): JudgedAttempt {
  const tokens =
    sampled !== null && isReadAs(sampled, tokenizer)
      ? sampled.tokens
      : [...tokenizer.encode(text), tokenizer.endOfTextId]
  return {
    completion: { tokens, stopReason: 'stop' },
    outcome: {
      record: { environment: 'other', outcome: 'imitated', data: {} },
      failures: [],
      score: { kind: 'scored', reward, parts: [], isCorrect: true, verdict: 'true', reason: '' },
      costUsd: 0,
      llmCalls: 0,
      solving: { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 },
    },
  }
}

/** Whether they are this tokenizer's tokens: it reads the text in them that they were sampled as, and then the end. */
function isReadAs({ text, tokens }: NonNullable<ImitatedAttempt['sampled']>, tokenizer: Tokenizer): boolean {
  if (tokens.at(-1) !== tokenizer.endOfTextId) return false
  if (tokens.some((token) => token >= tokenizer.vocabularySize)) return false
  return tokenizer.decode(tokens.slice(0, -1)) === text
}
