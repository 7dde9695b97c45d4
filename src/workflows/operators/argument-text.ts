/** Arguments as text: programs pass what they have, and Python would have shown it so. */
import type { Json } from '../../core/json.ts'

/** A string as it is; else roughly what `str()` makes of the value. */
export function argumentText(value: Json | undefined): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** A list of texts; a single value counts as a list of one. */
export function argumentTexts(value: Json | undefined): string[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value.map(argumentText) : [argumentText(value)]
}
