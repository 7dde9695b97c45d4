/** Pairs whose truth is known: the shipped set (`data/judge/pairs.jsonl`) and files of one's own. */
import { createHash } from 'node:crypto'
import { BatonError } from '../../core/failure.ts'
import type { ProblemType } from '../../core/problem.ts'

export interface LabelledPair {
  readonly id: string
  /** Pairs about one question share it. */
  readonly cluster: string
  /** `units`, `dates`, ...: what the set groups its rates by. */
  readonly kind: string
  readonly type: ProblemType
  readonly question: string
  readonly reference: string
  readonly prediction: string
  /** Whether the prediction gives the reference's answer. */
  readonly label: boolean
  /** By letter; empty where there are none. */
  readonly choices: ReadonlyMap<string, string>
}

export interface LabelledSet {
  readonly sha256: string
  readonly pairs: readonly LabelledPair[]
}

const types: readonly string[] = ['math', 'qa', 'vqa', 'code'] satisfies ProblemType[]
const example = '{"question": "How many?", "reference": "8", "prediction": "8x", "label": false}'

/** @param name of the file, for messages. @throws BatonError with the line. */
export function readLabelledPairs(text: string, name: string): LabelledSet {
  const pairs = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((line, at) => (line.trim() === '' ? [] : [pairOf(line, at + 1, name)]))
  if (pairs.length === 0) throw badPair(`${name} holds no pairs.`)
  return { sha256: createHash('sha256').update(text).digest('hex'), pairs }
}

function badPair(message: string): BatonError {
  return new BatonError(message, {
    boundary: 'dataset',
    code: 'bad-row',
    hint: `A labelled pair is one line: ${example}`,
  })
}

function pairOf(line: string, at: number, name: string): LabelledPair {
  const place = `${name}, line ${at}`
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    throw badPair(`${place} is not JSON.`)
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw badPair(`${place} is not a JSON object.`)
  const fields = row as Readonly<Record<string, unknown>>
  const text = (field: string, otherwise?: string): string => {
    const value = fields[field] ?? otherwise
    if (typeof value === 'string') return value
    throw badPair(`${place}: "${field}" must be a text (got ${JSON.stringify(value) ?? 'nothing'}).`)
  }
  const { label } = fields
  if (typeof label !== 'boolean')
    throw badPair(`${place}: "label" must be true or false (got ${JSON.stringify(label) ?? 'nothing'}).`)
  const type = text('type', 'math')
  if (!types.includes(type)) throw badPair(`${place}: "type" must be one of ${types.join(', ')} (got "${type}").`)
  const question = text('question', '')
  return {
    id: text('id', `pair-${at}`),
    cluster: text('cluster', question === '' ? `line-${at}` : question),
    kind: text('kind', 'all'),
    type: type as ProblemType,
    question,
    reference: text('reference'),
    prediction: text('prediction'),
    label,
    choices: choicesOf(fields['choices'], place),
  }
}

function choicesOf(value: unknown, place: string): ReadonlyMap<string, string> {
  if (value === undefined || value === null) return new Map()
  const entries = Object.entries(value)
  if (Array.isArray(value) || entries.some(([, text]) => typeof text !== 'string'))
    throw badPair(`${place}: "choices" must be an object of texts by letter.`)
  return new Map(entries as [string, string][])
}

/** As a problem has it: the choices are part of the question. */
export function questionOf({ question, choices }: LabelledPair): string {
  return [question, ...[...choices].map(([letter, text]) => `${letter}) ${text}`)].join('\n')
}
