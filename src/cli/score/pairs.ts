/** The pairs that `baton score` is given: one by options, or a file with one a line. */
import { readInput } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import type { AnswerChoices } from '../../datasets/index.ts'
import { oneOf, optionError } from '../option-values.ts'

const types = ['math', 'qa', 'vqa', 'code'] as const

export interface AnswerPair {
  readonly type: (typeof types)[number]
  readonly reference: string
  readonly prediction: string
  readonly question: string
  readonly choices: AnswerChoices | null
  /** Of code: Python sources that raise where it is wrong, and the function that they call. */
  readonly tests: readonly string[]
  readonly entryPoint: string
}

export interface PairOptions {
  readonly type?: string
  readonly reference?: string
  readonly prediction?: string
  readonly question?: string
  readonly test?: readonly string[]
  readonly entryPoint?: string
  readonly file?: string
}

export function readPairs(options: PairOptions): AnswerPair[] {
  const { file, type = 'math', reference, prediction } = options
  if (file !== undefined) {
    const also = (['reference', 'prediction', 'question'] as const).find((name) => options[name] !== undefined)
    if (also !== undefined)
      throw optionError(`--file and --${also} are both given.`, 'Give a file of pairs, or one pair.')
    return pairsIn(file)
  }
  if (reference === undefined || prediction === undefined) {
    const missing = reference === undefined ? '--reference' : '--prediction'
    throw optionError(
      `${missing} is not given.`,
      "For example: npx baton score --type math --reference 8 --prediction '8 million'",
    )
  }
  return [
    {
      type: oneOf('--type', type, types),
      reference,
      prediction,
      question: options.question ?? '',
      choices: null,
      tests: options.test ?? [],
      entryPoint: options.entryPoint ?? '',
    },
  ]
}

function pairsIn(file: string): AnswerPair[] {
  const lines = readInput('the file of pairs', file, /\.jsonl$/)
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
  const pairs = lines.flatMap((line, at) => (line.trim() === '' ? [] : [pairOf(line, `${file}, line ${at + 1}`)]))
  if (pairs.length === 0) throw badPair(`${file} holds no pairs.`)
  return pairs
}

const example = '{"type": "math", "reference": "8", "prediction": "8 million"}'

function badPair(message: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code: 'bad-row', hint: `A pair is one line: ${example}` })
}

function pairOf(line: string, place: string): AnswerPair {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    throw badPair(`${place} is not JSON.`)
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw badPair(`${place} is not a JSON object.`)
  const fields = row as Readonly<Record<string, unknown>>
  const text = (name: string, otherwise?: string): string => {
    const value = fields[name] ?? otherwise
    if (typeof value === 'string') return value
    throw badPair(`${place}: "${name}" must be a text (got ${JSON.stringify(value) ?? 'nothing'}).`)
  }
  const type = text('type', 'math')
  if (!types.some((one) => one === type))
    throw badPair(`${place}: "type" must be one of ${types.join(', ')} (got ${JSON.stringify(type)}).`)
  return {
    type: type as AnswerPair['type'],
    reference: text('reference', type === 'code' ? '' : undefined),
    prediction: text('prediction'),
    question: text('question', ''),
    choices: choicesOf(fields['choices'], place),
    tests: textsOf(fields['tests'], `${place}: "tests"`),
    entryPoint: text('entryPoint', ''),
  }
}

function textsOf(value: unknown, where: string): string[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw badPair(`${where} must be a list of texts (got ${JSON.stringify(value)}).`)
}

/** A list of texts, or an object with the letters as keys. */
function choicesOf(value: unknown, place: string): AnswerChoices | null {
  if (value === undefined || value === null) return null
  const isObject = typeof value === 'object' && !Array.isArray(value)
  const texts = textsOf(isObject ? Object.values(value as object) : value, `${place}: "choices"`)
  const letters = isObject ? Object.keys(value as object) : texts.map((_, at) => String.fromCharCode(65 + at))
  return new Map(letters.map((letter, at) => [letter, texts[at] as string]))
}
