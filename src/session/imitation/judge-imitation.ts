/** What a run imitates, made into tokens of its policy once that is open. */
import type { Config } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import { openChatTokenizer } from '../../engines/chat/index.ts'
import type { PolicyEngine } from '../../engines/index.ts'
import type { Environment } from '../../training/index.ts'
import type { Imitation } from './imitated.ts'
import { type JudgedImitation, judgedAttempts } from './judged-attempts.ts'

export interface ImitatingSession {
  readonly config: Config
  readonly engine: PolicyEngine
  readonly environment: Environment
  /** With the tokenizer and, for conversations, the chat template. */
  readonly modelFolder: string
}

export function judgeImitation({ problems }: Imitation, session: ImitatingSession): JudgedImitation {
  const { config, engine, environment, modelFolder } = session
  const { tokenizer, contextLength } = engine
  const policy = {
    ...{ tokenizer, contextLength, maxCompletionTokens: config.policy.maxCompletionTokens },
    prompt: (problem: Parameters<Environment['prompt']>[0]) => environment.prompt(problem, tokenizer),
    conversation: conversationsOf(modelFolder),
  }
  return judgedAttempts(problems, policy, { heldOut: config.training.imitation.heldOut, seed: config.seed })
}

/** The chat format is read when the first conversation needs it. */
function conversationsOf(modelFolder: string) {
  let chat: ReturnType<typeof openChatTokenizer> | null = null
  return (messages: readonly { readonly role: string; readonly content: string }[]): readonly number[] => {
    chat ??= openChatTokenizer(modelFolder)
    if (chat.template === null) throw noChatFormat(modelFolder)
    return chat.promptTokens(messages)
  }
}

function noChatFormat(modelFolder: string): BatonError {
  return new BatonError(`${modelFolder} has no chat template: rows of messages cannot be made into its prompts.`, {
    boundary: 'config',
    code: 'no-chat-format',
    hint: 'Give rows of {"prompt": "text", "completion": ...} or {"problemId": ..., "completion": ...}, or a model with a chat template.',
  })
}
