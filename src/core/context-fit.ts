/**
 * Whether prompts and replies fit the context of a server, by estimate: before a training, when no prompt has been
 * tokenised. Lengths are bytes of UTF-8: a byte is worth about as many tokens in English as in Chinese, a character is not.
 */

/** A kind of prompt: what it holds besides the problem's own text. */
export interface PromptShape {
  /** Of the operator that sends it, or of the role. */
  readonly name: string
  /** Of instruction, headings and format, in bytes. */
  readonly templateBytes: number
  /** Earlier answers that it holds. */
  readonly earlierAnswers: number
  /** Most tokens of all those answers together. */
  readonly earlierTokens: number
}

/** Bytes per token. */
export interface TokenRate {
  /** At least 1 for any text of a real vocabulary. */
  readonly bytesPerToken: number
  /** By a server's own count of a prompt; else the value assumed. */
  readonly isMeasured: boolean
}

/** English prose has 4 to 4.5 bytes a token, mathematics and code about 3, Chinese 3 to 4: the shortest is taken. */
export const assumedRate: TokenRate = { bytesPerToken: 3, isMeasured: false }

/** What a chat template and its markers take, about. */
const templateTokens = 16

/**
 * The rate that a server's own count of one prompt shows.
 * @param bytes of the prompt, at least some hundreds: the chat template is in the count too.
 * @returns the assumed rate where the count cannot be one.
 */
export function measuredRate(bytes: number, promptTokens: number | null): TokenRate {
  if (promptTokens === null || promptTokens <= templateTokens) return assumedRate
  const bytesPerToken = bytes / (promptTokens - templateTokens)
  // Below 1 no tokenizer of bytes goes; above 8 no natural text: such a server counts something else.
  return bytesPerToken >= 1 && bytesPerToken <= 8 ? { bytesPerToken, isMeasured: true } : assumedRate
}

export interface ContextQuestion {
  readonly shapes: readonly PromptShape[]
  /** Shape [P]: bytes that each problem puts into a prompt. */
  readonly problemBytes: readonly number[]
  /** Most tokens of a reply. */
  readonly replyTokens: number
  readonly rate: TokenRate
}

export interface ShapeLength {
  readonly name: string
  readonly earlierAnswers: number
  /** Of the longest problem's prompt. */
  readonly promptTokens: number
  /** Problems whose prompt and reply would not fit, of P; 0 where the context is not known. */
  readonly tooLong: number
}

export interface ContextLimits {
  /** Of prompt and reply together. */
  readonly tokens: number
  /** Of the prompt alone, where the server has such a limit. */
  readonly inputTokens: number | null
}

export function shapeLengths(question: ContextQuestion, limits: ContextLimits | null): ShapeLength[] {
  const { shapes, problemBytes, replyTokens } = question
  const most = limits === null ? null : Math.min(limits.tokens - replyTokens, limits.inputTokens ?? limits.tokens)
  return shapes.map((shape) => {
    const lengths = problemBytes.map((bytes) => promptTokens(shape, bytes, question.rate))
    return {
      name: shape.name,
      earlierAnswers: shape.earlierAnswers,
      promptTokens: lengths.reduce((longest, length) => Math.max(longest, length), 0),
      tooLong: most === null ? 0 : lengths.filter((length) => length > most).length,
    }
  })
}

/** Tokens that the longest prompt and its reply need together. */
export function neededTokens(question: ContextQuestion): number {
  return Math.max(...shapeLengths(question, null).map((shape) => shape.promptTokens)) + question.replyTokens
}

function promptTokens({ templateBytes, earlierTokens }: PromptShape, bytes: number, rate: TokenRate): number {
  return Math.ceil((templateBytes + bytes) / rate.bytesPerToken) + templateTokens + earlierTokens
}

/**
 * The longest reply with which everything fits, where prompts hold earlier replies of that length.
 * @returns 0 where none does.
 */
export function longestReply(question: ContextQuestion, limits: ContextLimits): number {
  const longest = question.problemBytes.reduce((most, bytes) => Math.max(most, bytes), 0)
  const replies = question.shapes.map((shape) => {
    // Earlier answers shrink with the reply, but for those of another model.
    const fixed = shape.earlierAnswers === 0 ? shape.earlierTokens : 0
    const own = promptTokens({ ...shape, earlierTokens: fixed }, longest, question.rate)
    const whole = Math.floor((limits.tokens - own) / (shape.earlierAnswers + 1))
    if (limits.inputTokens === null) return whole
    const inPrompt = limits.inputTokens - own
    return Math.min(
      whole,
      shape.earlierAnswers === 0 ? (inPrompt < 0 ? 0 : whole) : Math.floor(inPrompt / shape.earlierAnswers),
    )
  })
  return Math.max(0, Math.min(...replies))
}
