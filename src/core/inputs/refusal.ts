/** Why an input is not a value of its kind, from the kind's rule; the caller adds the key or option and the fix. */
import type { Json } from '../json.ts'

export interface Refusal {
  /** Follows a colon: `it does not begin with http:// or https://`. */
  readonly why: string
  /** The value that was probably meant; absent if nothing can be guessed. */
  readonly meant?: Json
  /** What to do, a sentence, where no value can be named. */
  readonly advice?: string
  /** It may hold a secret: it must not be printed. */
  readonly isSecret?: boolean
}
