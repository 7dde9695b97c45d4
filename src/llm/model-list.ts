/** The names that a server lists at `/v1/models`, and which of them a mistyped one may have meant. */
import { type Json, member } from '../core/json.ts'
import { spellingDistance } from '../core/spelling.ts'

/** Names and aliases, in the server's order; a name with the tag `:latest` also without it. null where there is no list. */
export function listedModels(body: Json): string[] | null {
  const rows = member(body, 'data')
  if (!Array.isArray(rows)) return null
  const names = rows.flatMap((row: Json) => {
    const aliases = member(row, 'aliases')
    return [member(row, 'id'), ...(Array.isArray(aliases) ? aliases : [])].flatMap((name) =>
      typeof name === 'string' ? [name, ...(name.endsWith(':latest') ? [name.slice(0, -':latest'.length)] : [])] : [],
    )
  })
  return [...new Set(names)]
}

/** Those with the same last part first (`openai/gpt-oss-120b` for `gpt-oss-120b`), then by edit distance. */
export function nearestFirst(names: readonly string[], wanted: string): string[] {
  const plain = lastPart(wanted)
  const distanceOf = (name: string): number => {
    const part = lastPart(name)
    if (part === plain) return -2
    if (part.startsWith(plain) || plain.startsWith(part)) return -1
    return spellingDistance(part, plain)
  }
  return names
    .map((name) => ({ name, distance: distanceOf(name) }))
    .sort((a, b) => a.distance - b.distance)
    .map(({ name }) => name)
}

function lastPart(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*[/\\]/, '')
    .replace(/\.gguf$/, '')
}
