/**
 * Samples completions token by token, whatever decodes: a model reads the prompts and draws first tokens, then takes the
 * unfinished rows' tokens and draws the next ones. A completion is a function of weights, prompt, key and options: its
 * random numbers are its own.
 */
import { type Rng, randomFor, randomFromSeed } from '../core/random.ts'
import type { Constraints } from './constraint/constraints.ts'
import type { ConstraintWalk } from './constraint/token-constraint.ts'
import type { SampledCompletion, SampleOptions, SampleRequest } from './policy-engine.ts'

/** How the next token of every row is drawn. */
export interface Draw {
  readonly options: SampleOptions
  /** In [0, 1), one a row. */
  readonly uniforms: Float64Array
  /** One a row: the tokens that it is drawn from, ascending; null: all. Absent: all for every row. */
  readonly allowed?: readonly (Int32Array | null)[]
}

/** One token a row. */
export interface DrawnTokens {
  readonly tokens: ArrayLike<number>
  /** At the temperature of the draw, among the allowed tokens, before top-p and top-k. */
  readonly logprobs: ArrayLike<number>
}

/** Rows of completions under way. */
export interface DecodingRows {
  /**
   * Appends a token to each of the rows that are not finished and draws the next.
   * @param live the rows that go on, ascending; the others are gone, and the rows of later calls count within `live`.
   * @param tokens one a row of `live`.
   */
  next(live: readonly number[], tokens: readonly number[], draw: Draw): Promise<DrawnTokens>
}

export interface DecodingModel {
  readonly contextLength: number
  /** Tokens after which a completion ends. */
  readonly stopTokens: readonly number[]
  /** Rows decoded at once, at most, when the longest prompt has so many tokens. */
  rowLimit(longestPrompt: number): number
  /** Reads one prompt a row, equal ones once, and draws the first token of each row. */
  start(
    prompts: readonly (readonly number[])[],
    draw: Draw,
  ): Promise<{ readonly decoding: DecodingRows; readonly drawn: DrawnTokens }>
}

/** A completion in the making. */
interface Draft {
  readonly prompt: readonly number[]
  readonly rng: Rng
  readonly walk: ConstraintWalk | null
  readonly tokens: number[]
  readonly logprobs: number[]
  /** Tokens that were the only ones allowed. */
  decidedTokens: number
  stopReason: SampledCompletion['stopReason'] | null
}

export interface SamplingContext {
  readonly options: SampleOptions
  readonly signal: AbortSignal
  /** Absent: no request is constrained. */
  readonly constraints?: Constraints | undefined
}

export async function sampleCompletions(
  model: DecodingModel,
  requests: readonly SampleRequest[],
  { options, signal, constraints }: SamplingContext,
): Promise<SampledCompletion[][]> {
  const groups = requests.map((request) =>
    Array.from({ length: request.count }, (_, i): Draft => {
      const seed = request.seeds?.[i]
      const rng = seed === undefined ? randomFor(...request.key, i) : randomFromSeed(seed)
      const walk = request.constraint === undefined ? null : walkOf(request, constraints)
      return { prompt: request.prompt, rng, walk, tokens: [], logprobs: [], decidedTokens: 0, stopReason: null }
    }),
  )
  const all = groups.flat()
  const limit = model.rowLimit(all.reduce((longest, { prompt }) => Math.max(longest, prompt.length), 0))
  for (let start = 0; start < all.length; start += limit) {
    await completeDrafts(model, all.slice(start, start + limit), { options, signal })
  }
  return groups.map((group) =>
    group.map(({ walk, tokens, logprobs, decidedTokens, stopReason }) => ({
      ...{ tokens, logprobs, stopReason: stopReason ?? 'length' },
      ...(walk === null ? {} : { decidedTokens }),
    })),
  )
}

function walkOf(request: SampleRequest, constraints: Constraints | undefined): ConstraintWalk | null {
  if (constraints === undefined) throw new Error('this engine was opened without grammars')
  return constraints.walkOf(request)
}

async function completeDrafts(
  model: DecodingModel,
  drafts: readonly Draft[],
  { options, signal }: { readonly options: SampleOptions; readonly signal: AbortSignal },
): Promise<void> {
  const isConstrained = drafts.some(({ walk }) => walk !== null)
  const drawFor = (rows: readonly Draft[]): Draw => ({
    options,
    uniforms: Float64Array.from(rows, ({ rng }) => rng.next()),
    ...(isConstrained ? { allowed: rows.map(allowedTokens) } : {}),
  })
  let active = drafts
  const prompts = drafts.map(({ prompt }) => prompt)
  const { decoding, drawn: first } = await model.start(prompts, drawFor(drafts))
  let drawn = first
  for (;;) {
    signal.throwIfAborted()
    active.forEach((draft, row) => {
      extendDraft(draft, { token: drawn.tokens[row] as number, logprob: drawn.logprobs[row] as number }, model, options)
    })
    const live = [...active.keys()].filter((row) => active[row]?.stopReason === null)
    if (live.length === 0) return
    active = live.map((row) => active[row] as Draft)
    const tokens = active.map((draft) => draft.tokens.at(-1) as number)
    drawn = await decoding.next(live, tokens, drawFor(active))
  }
}

function allowedTokens(draft: Draft): Int32Array | null {
  const allowed = draft.walk?.allowed()?.tokens ?? null
  if (allowed?.length === 1) draft.decidedTokens += 1
  return allowed
}

/** Appends a token and ends the draft at a stop token, the token limit or the context's end. */
function extendDraft(
  draft: Draft,
  { token, logprob }: { readonly token: number; readonly logprob: number },
  { stopTokens, contextLength }: DecodingModel,
  { temperature, maxTokens }: SampleOptions,
): void {
  draft.tokens.push(token)
  draft.walk?.take(token)
  // At temperature 0 the distribution is a point: the chosen token has probability 1.
  draft.logprobs.push(temperature === 0 ? 0 : logprob)
  if (stopTokens.includes(token)) draft.stopReason = 'stop'
  else if (draft.tokens.length >= maxTokens) draft.stopReason = 'length'
  else if (draft.prompt.length + draft.tokens.length >= contextLength) draft.stopReason = 'length'
}
