/** Names that people give: of runs (each is a folder, on any system), of environment variables and of environments. */
import { nearestName } from '../spelling.ts'
import type { Refusal } from './refusal.ts'

const longestName = 64

/** Devices of Windows: no file there can have these names, whatever follows a dot. */
const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/** Letters, digits, `.`, `_` and `-`, at most 64, a letter or digit first, no full stop at the end. */
export function refuseRunName(text: string): Refusal | null {
  const why = whyNoRunName(text)
  if (why === null) return null
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, longestName)
    .replace(/[-.]+$/, '')
  const meant = reserved.test(plain) ? `run-${plain}` : plain
  return meant === '' ? { why } : { why, meant }
}

function whyNoRunName(text: string): string | null {
  if (text === '') return 'it is empty'
  if (text.length > longestName) return `it has ${text.length} characters, and ${longestName} is the most`
  if (/[/\\]/.test(text)) return 'a name holds no slash; the folder of all runs is run.folder'
  const odd = /[^A-Za-z0-9._-]/u.exec(text)?.[0]
  if (odd !== undefined) return `it holds ${odd === ' ' ? 'a space' : JSON.stringify(odd)}; ${allowed}`
  if (!/^[A-Za-z0-9]/.test(text)) return `it begins with "${text[0]}" and not with a letter or a digit`
  if (text.endsWith('.')) return 'it ends with a full stop, which Windows takes off'
  if (reserved.test(text)) return 'Windows keeps this name for a device'
  return null
}

const allowed = 'letters, digits, ".", "_" and "-" are allowed'

/** The name of an environment variable; what looks like a key itself is not repeated. */
export function refuseVariableName(text: string): Refusal | null {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !/^(?:sk|hf|gsk|xai|AIza|ghp|tml)[-_]/.test(text)) return null
  const referred = /^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$/.exec(text)?.[1]
  if (referred !== undefined) return { why: 'the name is written without "$"', meant: referred }
  const advice = 'Put the key into an environment variable and give the name of that.'
  return { why: 'this is not the name of a variable, and may be the key itself', advice, isSecret: true }
}

export const shippedEnvironments = ['workflows', 'demonstrations'] as const

/** An environment that ships with Baton, or the path of a module with one. */
export function refuseEnvironment(text: string): Refusal | null {
  if (isShipped(text) || isOwnEnvironment(text)) return null
  const why = 'it is neither workflows nor demonstrations, and no path of a module (.ts, .js or .mjs)'
  const meant = nearestName(text.toLowerCase(), shippedEnvironments)
  return meant === null ? { why } : { why, meant }
}

/** Whether the configuration's `environment` is one of the user's own: a module, or what a program gave. */
export function isOwnEnvironment(text: string): boolean {
  return /\.[mc]?[jt]s$/.test(text) || isProgramEnvironment(text)
}

const programPrefix = 'program:'

/** How a run names the environment that a program gave it as a value: it cannot be loaded again by its name. */
export function programEnvironment(name: string): string {
  return `${programPrefix}${name}`
}

export function isProgramEnvironment(text: string): boolean {
  return text.startsWith(programPrefix)
}

function isShipped(text: string): boolean {
  return (shippedEnvironments as readonly string[]).includes(text)
}
