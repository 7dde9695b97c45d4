/** What to say of a file whose first row is in no known format: what the row lacks, by the format that it is closest to. */
import type { JsonObject } from '../core/json.ts'
import { nearestName } from '../core/spelling.ts'
import { type DatasetFormat, datasetFormats } from './formats/index.ts'

const types = ['math', 'code', 'qa'] as const

/** Words for a type that a person may write. */
const typeWords: Readonly<Record<string, (typeof types)[number]>> = {
  maths: 'math',
  mathematics: 'math',
  arithmetic: 'math',
  coding: 'code',
  python: 'code',
  programming: 'code',
  question: 'qa',
  'question answering': 'qa',
  text: 'qa',
}

export function unknownFormat(
  path: string,
  row: JsonObject,
  line: number,
): { readonly message: string; readonly hint: string } {
  const has = (key: string): boolean => Object.hasOwn(row, key)
  const keys = Object.keys(row)
  const shown = keys.slice(0, 12).map((key) => (key === '' ? '""' : key))
  const message = `${path} is in no known format: its rows have the keys ${shown.join(', ') || '(none)'}.`
  if (has('question') && has('answer') && has('type')) return wrongType(path, row, line)
  const slip = ownKeys.flatMap((key) => {
    const meant = has(key) ? null : nearestName(key, keys)
    return meant === null ? [] : [`"${meant}" is probably "${key}".`]
  })
  if (slip.length > 0) return { message, hint: slip.join(' ') }
  if (has('question') && has('answer')) {
    const lacking = ['id', 'type'].filter((key) => !has(key)).map((key) => `"${key}"`)
    const what = `${lacking.join(' and ')} (a type is one of ${types.join(', ')})`
    return {
      message,
      hint: `Add ${what} to each row. Math rows may end their answer with "#### 42" instead, as GSM8K does.`,
    }
  }
  const [nearest, lacking] = nearestFormat(keys)
  const closest = nearest === null ? '' : ` As ${nearest.name} it lacks ${lacking.map((key) => `"${key}"`).join(', ')}.`
  return {
    message,
    hint: `Give each row ${ownKeys.map((key) => `"${key}"`).join(', ')}; other formats are in docs/data-formats.md.${closest}`,
  }
}

const ownKeys = ['id', 'type', 'question', 'answer']

function wrongType(path: string, row: JsonObject, line: number): { message: string; hint: string } {
  const text = String(row['type']).trim().toLowerCase()
  const meant = types.find((type) => type === text) ?? typeWords[text] ?? nearestName(text, types)
  const choices = `A type is one of ${types.join(', ')}.`
  return {
    message: `${path} line ${line}: "type" is ${JSON.stringify(row['type'])}.`,
    hint: meant === null ? choices : `Did you mean "${meant}"? ${choices}`,
  }
}

/** The format with the largest share of its keys in the row, if that is half or more. */
function nearestFormat(keys: readonly string[]): [DatasetFormat | null, readonly string[]] {
  const known = datasetFormats.map((format) => {
    const wanted = format.keys
      .replaceAll(/\(.*?\)|\{.*?\}/g, '')
      .split(/\s*(?:,|\bor\b)\s*/)
      .filter((key) => key.trim() !== '')
    const lacking = wanted.map((key) => key.trim()).filter((key) => !keys.includes(key))
    return { format, lacking, share: 1 - lacking.length / wanted.length }
  })
  const best = known.sort((a, b) => b.share - a.share)[0]
  return best !== undefined && best.share >= 0.5 && best.lacking.length > 0 ? [best.format, best.lacking] : [null, []]
}
