/**
 * What a selector is made of: everything that decides the names and shapes of its tensors and what they compute. It
 * is in the header of every checkpoint, so that a file says by itself which network reads it.
 * Widths in numbers, temperatures as divisors of the cosine; pool size and number of shots are not part of it.
 */
import { BatonError } from '../../core/failure.ts'
import type { Json, JsonObject } from '../../core/json.ts'

/** The pointer network: V2 and V3 of Lever-Plus, with the parts of V4 as options. */
export interface PointerArchitecture {
  readonly kind: 'pointer'
  /** Length d of an embedding. */
  readonly inputWidth: number
  /** Width h of everything behind the input projection. */
  readonly hiddenWidth: number
  /** False: h = d and embeddings enter as they are. */
  readonly hasInputProjection: boolean
  /** Cross-attention layers from the query to the pool. */
  readonly layers: number
  readonly heads: number
  readonly temperature: number
  /** How a pick changes the query of the next: not at all (Plackett-Luce), V4-1's gate, or V4-2's recurrent cell. */
  readonly queryUpdate: 'none' | 'gate' | 'gru'
  /** Learnt vectors added to the query by step; later steps use the last. 0: none. */
  readonly stepEmbeddings: number
  /** Learnt penalties on likeness to earlier picks by step (MMR); later steps use the last. 0: none. */
  readonly diversitySteps: number
  /** A learnt way to end early, after at least this many picks; null: every sequence is as long as asked. */
  readonly stop: { readonly leastShots: number } | null
}

/** V1: query and candidates meet in a cosine only. */
export interface BiEncoderArchitecture {
  readonly kind: 'bi-encoder'
  readonly inputWidth: number
  readonly temperature: number
}

/** V0: a GPT-2-style language model whose words are the rows of the index. */
export interface LanguageModelArchitecture {
  readonly kind: 'language-model'
  readonly inputWidth: number
  /** Width of the transformer. */
  readonly hiddenWidth: number
  readonly layers: number
  readonly heads: number
  /** Rows of the index; the two special tokens follow them. */
  readonly indexRows: number
  /** Longest sequence of picks. */
  readonly maxShots: number
}

export type SelectorArchitecture = PointerArchitecture | BiEncoderArchitecture | LanguageModelArchitecture

/** V3 at one layer: 525,824 parameters for embeddings of 512 numbers. */
export function pointerArchitecture(options: Partial<Omit<PointerArchitecture, 'kind'>> = {}): PointerArchitecture {
  const inputWidth = options.inputWidth ?? 512
  const hiddenWidth = options.hiddenWidth ?? 256
  const architecture: PointerArchitecture = {
    kind: 'pointer',
    inputWidth,
    hiddenWidth,
    hasInputProjection: inputWidth !== hiddenWidth,
    layers: 1,
    heads: 1,
    temperature: 0.1,
    queryUpdate: 'none',
    stepEmbeddings: 0,
    diversitySteps: 0,
    stop: null,
    ...options,
  }
  checkArchitecture(architecture, 'the selector')
  return architecture
}

export function biEncoderArchitecture(
  options: Partial<Omit<BiEncoderArchitecture, 'kind'>> = {},
): BiEncoderArchitecture {
  return { kind: 'bi-encoder', inputWidth: 512, temperature: 0.5, ...options }
}

export function languageModelArchitecture(
  options: Partial<Omit<LanguageModelArchitecture, 'kind'>> & Pick<LanguageModelArchitecture, 'indexRows'>,
): LanguageModelArchitecture {
  const defaults = {
    kind: 'language-model',
    inputWidth: 512,
    hiddenWidth: 512,
    layers: 2,
    heads: 8,
    maxShots: 8,
  } as const
  const architecture = { ...defaults, ...options }
  checkArchitecture(architecture, 'the selector')
  return architecture
}

/** Whether every step scores the pool alike, but for what is chosen already: the policy is then a Plackett-Luce ranking. */
export function isStatic(architecture: SelectorArchitecture): boolean {
  if (architecture.kind !== 'pointer') return false
  const { queryUpdate, stepEmbeddings, diversitySteps } = architecture
  return queryUpdate === 'none' && stepEmbeddings === 0 && diversitySteps === 0
}

/** Columns of a step's scores for a pool of `poolSize`: one more where the selector can stop. */
export function choices(architecture: SelectorArchitecture, poolSize: number): number {
  return poolSize + (architecture.kind === 'pointer' && architecture.stop !== null ? 1 : 0)
}

/** Picks before STOP may be chosen; infinite where there is no STOP. */
export function leastShots(architecture: SelectorArchitecture): number {
  return architecture.kind === 'pointer' && architecture.stop !== null
    ? architecture.stop.leastShots
    : Number.POSITIVE_INFINITY
}

export function architectureJson(architecture: SelectorArchitecture): JsonObject {
  return architecture as unknown as JsonObject
}

const fieldsOf: Readonly<Record<SelectorArchitecture['kind'], readonly string[]>> = {
  pointer: Object.keys({
    kind: 0,
    inputWidth: 0,
    hiddenWidth: 0,
    hasInputProjection: 0,
    layers: 0,
    heads: 0,
    temperature: 0,
    queryUpdate: 0,
    stepEmbeddings: 0,
    diversitySteps: 0,
    stop: 0,
  }),
  'bi-encoder': ['kind', 'inputWidth', 'temperature'],
  'language-model': ['kind', 'inputWidth', 'hiddenWidth', 'layers', 'heads', 'indexRows', 'maxShots'],
}

/** @param where names the file in errors. */
export function parseArchitecture(value: Json, where: string): SelectorArchitecture {
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
  const fields = fieldsOf[given['kind'] as SelectorArchitecture['kind']]
  if (fields === undefined) {
    throw wrong(where, `names the selector "${String(given['kind'])}"; there are ${Object.keys(fieldsOf).join(', ')}`)
  }
  const missing = fields.filter((name) => !(name in given))
  const unknown = Object.keys(given).filter((name) => !fields.includes(name))
  if (missing.length > 0) throw wrong(where, `lacks ${missing.join(', ')} in its architecture`)
  if (unknown.length > 0) throw wrong(where, `has ${unknown.join(', ')} in its architecture, which nothing reads`)
  const architecture = given as unknown as SelectorArchitecture
  checkArchitecture(architecture, where)
  return architecture
}

function checkArchitecture(architecture: SelectorArchitecture, where: string): void {
  const isCount = (value: number, least: number): boolean => Number.isInteger(value) && value >= least
  const { inputWidth } = architecture
  if (!isCount(inputWidth, 1)) throw wrong(where, `has inputWidth ${inputWidth}; it is a whole number from 1`)
  if (architecture.kind !== 'language-model' && !(architecture.temperature > 0)) {
    throw wrong(where, `has temperature ${architecture.temperature}; it is above 0`)
  }
  if (architecture.kind === 'bi-encoder') return
  const { hiddenWidth, layers, heads } = architecture
  if (!isCount(hiddenWidth, 1)) throw wrong(where, `has hiddenWidth ${hiddenWidth}; it is a whole number from 1`)
  if (!isCount(layers, 0)) throw wrong(where, `has layers ${layers}; it is a whole number from 0`)
  if (!isCount(heads, 1) || hiddenWidth % heads !== 0) {
    throw wrong(where, `has ${heads} heads, which do not divide the hiddenWidth of ${hiddenWidth}`)
  }
  if (architecture.kind === 'language-model') {
    const { indexRows, maxShots } = architecture
    if (!isCount(indexRows, 1) || !isCount(maxShots, 1)) {
      throw wrong(where, `has indexRows ${indexRows} and maxShots ${maxShots}; both are whole numbers from 1`)
    }
    return
  }
  const { queryUpdate, stepEmbeddings, diversitySteps, stop, hasInputProjection } = architecture
  if (!['none', 'gate', 'gru'].includes(queryUpdate)) {
    throw wrong(where, `has queryUpdate ${queryUpdate}; it is none, gate or gru`)
  }
  if (!isCount(stepEmbeddings, 0) || !isCount(diversitySteps, 0)) {
    throw wrong(where, 'has stepEmbeddings or diversitySteps that are not whole numbers from 0')
  }
  if (stop !== null && !isCount(stop.leastShots, 0)) {
    throw wrong(where, `may stop after ${stop.leastShots} shots; it is a whole number from 0`)
  }
  if (!hasInputProjection && inputWidth !== hiddenWidth) {
    throw wrong(where, `has no input projection, but embeddings of ${inputWidth} and a hiddenWidth of ${hiddenWidth}`)
  }
}

function wrong(where: string, problem: string): BatonError {
  return new BatonError(`${where} ${problem}.`, {
    boundary: 'engine',
    code: 'selector-architecture',
    hint: 'Set the architecture as docs/demonstrations-selector.md has it.',
  })
}
