/**
 * A language model behind an API as the policy: it writes completions, it is not trained. Its answers are bought once:
 * the same prompt, sample and settings come from the run's journal. It gives no log-probs; those of its completions are
 * 0, and everything that would learn from them is refused.
 */
import { BatonError } from '../../core/failure.ts'
import type { JsonObject } from '../../core/json.ts'
import { hashKey } from '../../core/random.ts'
import { remedyFor } from '../../core/service-failures.ts'
import { type ChatModel, LlmError } from '../../llm/index.ts'
import type { PolicyEngine, PolicySampler, SampledCompletion, SampleOptions } from '../policy-engine.ts'
import { conversationOf, textTokenizer } from './text-tokens.ts'

export interface FrozenEngineOptions {
  readonly model: ChatModel
  /** By the name of a grammar: the members of a request that have the server hold its answer to it. Default: none. */
  readonly grammarFields?: Readonly<Record<string, JsonObject>>
  /** Ends the model's connections. */
  readonly close: () => Promise<void>
}

/** Answers that the model itself spoiled: a completion, if an empty one. All other failures are the server's. */
const ownFailures = new Set(['empty-content', 'truncated-reasoning', 'content-filter'])

export function createFrozenEngine({ model, grammarFields = {}, close }: FrozenEngineOptions): PolicyEngine {
  let closing: Promise<void> | null = null
  const assertOpen = (): void => {
    if (closing !== null) throw closedError('generator')
  }
  return {
    name: `frozen (${model.model})`,
    canLearn: false,
    tokenizer: textTokenizer,
    contextLength: 2 ** 31 - 1,
    parameterCount: 0,
    ...samplerOf({ model, grammarFields }, assertOpen),
    forwardBackward: () => Promise.reject(notTrained('takes no gradients')),
    optimStep: () => Promise.reject(notTrained('takes no steps')),
    async snapshot() {
      assertOpen()
      let isClosed = false
      const sampler = samplerOf({ model, grammarFields }, () => {
        if (isClosed) throw closedError('snapshot of the generator')
        assertOpen()
      })
      const closeSnapshot = async (): Promise<void> => {
        isClosed = true
      }
      return { version: 0, ...sampler, close: closeSnapshot }
    },
    save: () => Promise.reject(notTrained('has no weights here to save')),
    load: () => Promise.reject(notTrained('has no weights here to load')),
    close() {
      closing ??= close()
      return closing
    },
  }
}

type Generator = Required<Pick<FrozenEngineOptions, 'model' | 'grammarFields'>>

function samplerOf({ model, grammarFields }: Generator, assertOpen: () => void): PolicySampler {
  return {
    async sample(requests, options, signal) {
      assertOpen()
      signal?.throwIfAborted()
      const drawn = requests.map(({ prompt, count, key, seeds, constraint }) => {
        const fields = constraint === undefined ? undefined : grammarFields[constraint.name]
        if (constraint !== undefined && fields === undefined) throw new Error(`no grammar ${constraint.name}`)
        return Promise.all(
          Array.from({ length: count }, (_, i) =>
            // Servers take seeds of 31 bits.
            draw(model, prompt, { signal, seed: (seeds?.[i] ?? hashKey([...key, i])) >>> 1, options, fields }),
          ),
        )
      })
      return Promise.all(drawn)
    },
    logprobs: () => Promise.reject(notTrained('gives no log-probs for given tokens')),
  }
}

async function draw(
  model: ChatModel,
  prompt: readonly number[],
  {
    signal,
    seed,
    options,
    fields,
  }: {
    readonly signal: AbortSignal | undefined
    readonly seed: number
    readonly options: SampleOptions
    readonly fields: JsonObject | undefined
  },
): Promise<SampledCompletion> {
  const { temperature, topP, maxTokens } = options
  try {
    const reply = await model.generate(
      conversationOf(prompt),
      { purpose: 'policy', seed, temperature, topP, maxTokens, ...(fields === undefined ? {} : { fields }) },
      signal,
    )
    return completion(reply.text, reply.finishReason.unified === 'length' ? 'length' : 'stop')
  } catch (error) {
    if (error instanceof LlmError && ownFailures.has(error.code)) return completion('', 'length')
    if (!(error instanceof LlmError)) throw error
    throw new BatonError(`the generator failed: ${error.message}`, {
      boundary: 'policy',
      code: error.code,
      exitCode: 3,
      isRetryable: true,
      hint: `${remedyFor(error.kind, 'policy')} Then resume: nothing is lost.`,
      cause: error,
    })
  }
}

function completion(text: string, stopReason: SampledCompletion['stopReason']): SampledCompletion {
  const written = textTokenizer.encode(text)
  const tokens = stopReason === 'stop' ? [...written, textTokenizer.endOfTextId] : written
  return { tokens, logprobs: tokens.map(() => 0), stopReason }
}

function closedError(what: string): BatonError {
  return new BatonError(`the ${what} is closed.`, { boundary: 'engine', code: 'closed' })
}

function notTrained(what: string): BatonError {
  return new BatonError(`the frozen generator ${what}: it is an API, not a policy that is trained.`, {
    boundary: 'engine',
    code: 'frozen',
    hint: 'Evaluate with it, or train with policy.engine: embedded or tinker.',
  })
}
