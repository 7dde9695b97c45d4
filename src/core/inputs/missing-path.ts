/** The message for a path that does not exist. */
import { nearestName } from '../spelling.ts'

export interface MissingPathFacts {
  /** Whether the folder that should hold it is there. */
  readonly hasFolder: boolean
  /** Names in that folder which could have been meant. */
  readonly names: readonly string[]
}

/**
 * @param subject what the sentence is about: the path, after the key or the words that it was given with.
 * @param path as it was given, with `/` or `\` between its parts.
 */
export function missingPath(
  subject: string,
  path: string,
  { hasFolder, names }: MissingPathFacts,
): { readonly message: string; readonly hint: string } {
  const message = `${subject} does not exist`
  if (/^[a-z][a-z+.-]+:\/\//i.test(path)) {
    const hint = `Download it first (curl -LO ${path}) and give the file.`
    return { message: `${message}: an address is not fetched.`, hint }
  }
  if (path.startsWith('~')) {
    return {
      message: `${message}: "~" is not replaced here.`,
      hint: 'Write the home folder out, or $HOME in its place.',
    }
  }
  if (/[*?]|\{.*,.*\}/.test(path)) {
    const hint = 'Give one file; JSON lines can be joined: cat a.jsonl b.jsonl > c.jsonl'
    return { message: `${message}: a pattern is not read.`, hint }
  }
  const place = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1
  const [folder, name] = [path.slice(0, place), path.slice(place)]
  const check = 'Check the path; it is taken from the working folder.'
  if (!hasFolder) return { message: `${message}, nor does its folder ${folder}.`, hint: check }
  const like = nearestName(name, names) ?? names.find((other) => other.startsWith(`${name}.`)) ?? null
  if (like !== null) return { message: `${message}.`, hint: `Did you mean ${folder}${like}?` }
  const seen = names.slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
  return { message: `${message}.`, hint: seen === '' ? check : `${check} There is ${seen}.` }
}
