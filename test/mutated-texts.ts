/** Texts that were once well formed: seeded mutations, as bit rot, cut replies and confused models make them. */
import type { Rng } from '../src/core/random.ts'

const pieces = [
  ...['"', "'", '"""', '`', '```', '\\', '{', '}', '[', ']', '(', ')', ':', ',', '\n', '\r\n', '\t', ' ', '    '],
  ...['class Workflow:', 'async def __call__(self, problem):', 'await ', 'self.llm', 'return ', 'import os', '<graph>'],
  ...[
    '</graph>',
    '<think>',
    '</think>',
    'data: ',
    '[DONE]',
    'null',
    'true',
    '-1',
    '1e999',
    'NaN',
    '"error":',
    '"choices":',
  ],
  ...['\0', '\ud800', '\u202e', '\u{1f600}', '\u2028', '\ufeff', '[[[[[[[[[[[[[[[[', '{"a":{"a":{"a":'],
]

/** @param count of the mutations of one text: 1 to 8. */
export function mutated(text: string, others: readonly string[], random: Rng): string {
  let result = text
  for (let times = 1 + random.integer(8); times > 0; times--) result = mutation(result, others, random)
  return result
}

function mutation(text: string, others: readonly string[], random: Rng): string {
  const from = random.integer(text.length + 1)
  const to = Math.min(text.length, from + random.integer(40))
  const piece = pieces[random.integer(pieces.length)] as string
  const other = others[random.integer(others.length)] as string
  const start = random.integer(other.length + 1)
  const way = random.integer(8)
  switch (way) {
    case 0:
      return text.slice(0, from) + text.slice(to)
    case 1:
      return text.slice(0, from) + piece + text.slice(from)
    case 2:
      return text.slice(0, from) + piece + text.slice(to)
    case 3:
      return text.slice(0, from) + text.slice(from, to).repeat(1 + random.integer(5)) + text.slice(to)
    case 4:
      return text.slice(0, from)
    case 5:
      return text.slice(0, from) + other.slice(start, start + random.integer(200)) + text.slice(from)
    case 6:
      return text.slice(0, from) + String.fromCharCode(random.integer(65_536)) + text.slice(from + 1)
    default:
      return text.slice(0, from) + piece.repeat(1 + random.integer(60)) + text.slice(from)
  }
}
