/** Numbers and short lists of numbers as people write them, with units, thousands signs and separators. */
import type { Json } from '../json.ts'

/** What a number counts: `ms`, `s` and `MB` convert other units of time and memory, `rate` is in 0..1. */
export type Unit = 'count' | 'ms' | 's' | 'MB' | 'USD' | 'rate'

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }
const bytes: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 }

/** The number that a text means, or null. `30s` in ms is 30000, `50%` as a rate 0.5, `1,000` is 1000. */
export function meantNumber(text: string, unit: Unit): number | null {
  const found = /^\s*[$€£~]?\s*([-+]?[\d.,_']*\d[.]?(?:e[-+]?\d+)?)\s*(%|[$€£]|[a-zµ]+)?\s*$/i.exec(text)
  const value = found === null ? Number.NaN : plainNumber(found[1] ?? '')
  if (!Number.isFinite(value)) return null
  const factor = factorOf((found?.[2] ?? '').toLowerCase(), unit)
  return Number((value * factor).toPrecision(12))
}

function plainNumber(text: string): number {
  if (/^[-+]?\d{1,3}(?:[,_']\d{3})+(?:\.\d+)?$/.test(text)) return Number(text.replaceAll(/[,_']/g, ''))
  if (/^[-+]?\d+,\d+$/.test(text)) return Number(text.replace(',', '.'))
  return Number(text.replaceAll('_', ''))
}

/** A word that names no unit is only what is counted: `60 steps`. */
function factorOf(suffix: string, unit: Unit): number {
  if (suffix === '%') return unit === 'rate' ? 0.01 : 1
  switch (unit) {
    case 'ms':
    case 's': {
      const name = suffix.startsWith('ms') || suffix.startsWith('mil') ? 'ms' : (suffix[0] ?? unit)
      return (milliseconds[name] ?? 1) / (milliseconds[unit] ?? 1)
    }
    case 'MB':
      return (bytes[suffix[0] ?? 'm'] ?? 1) / 2 ** 20
    case 'USD':
      return suffix.startsWith('cent') ? 0.01 : 1
    case 'count':
      return suffix === 'k' ? 1e3 : suffix === 'm' ? 1e6 : 1
    case 'rate':
      return 1
    default:
      return unit satisfies never
  }
}

/** The numbers of `4:3:3`, `4/3/3`, `[4, 3, 3]`, `-10..10`, `-10 to 10`; null if their count is not as expected. */
export function meantNumbers(given: Json, count: number): number[] | null {
  const parts =
    typeof given === 'string'
      ? given
          .replaceAll(/[[\](){}]/g, ' ')
          .split(/\s*(?::|,|;|\/|\.\.+|\bto\b|\s)\s*/)
          .filter((part) => part !== '')
      : Array.isArray(given)
        ? given.map(String)
        : []
  const values = parts.map((part) => meantNumber(part, 'rate'))
  return values.length === count && values.every((value) => value !== null) ? values : null
}

const yes = ['true', 'yes', 'on', '1', 'y', 't']
const no = ['false', 'no', 'off', '0', 'n', 'f']

/** `yes`, `on`, 1 and their opposites; null for anything else. */
export function meantClaim(given: Json): boolean | null {
  const text = String(given).trim().toLowerCase()
  return yes.includes(text) ? true : no.includes(text) ? false : null
}
