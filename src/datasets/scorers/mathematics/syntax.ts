/** What mathematics is read into: expressions, and the values that answers are. */
import type { Rational } from './rational.ts'
import type { MeasureUnit } from './units.ts'

export type Expression =
  | {
      readonly kind: 'number'
      readonly value: Rational
      /** Digits after the point as written; 0 for integers. */
      readonly decimals: number
    }
  /** A variable, or a constant that has no value here. */
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'constant'; readonly name: 'pi' | 'e' | 'i' | 'infinity' }
  | { readonly kind: 'sum'; readonly terms: readonly Expression[] }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  | { readonly kind: 'quotient'; readonly top: Expression; readonly bottom: Expression }
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  /** Two values: with the upper signs and with the lower ones. `isLower`: `\mp`. */
  | { readonly kind: 'either'; readonly of: Expression; readonly isLower: boolean }
  /** Digits in a base other than ten, as `47_8`. */
  | { readonly kind: 'based'; readonly digits: string; readonly base: number }

export type Relation = '<' | '>' | '≤' | '≥' | '≠' | '='

export interface Bound {
  readonly at: Expression
  readonly isIncluded: boolean
}

export type MathValue =
  | { readonly kind: 'amount'; readonly of: Expression; readonly unit: MeasureUnit; readonly name: string | null }
  /** Values in a row: `bare` without brackets (any order), `set` (any order), else in order. */
  | { readonly kind: 'collection'; readonly open: string; readonly close: string; readonly items: readonly MathValue[] }
  | { readonly kind: 'interval'; readonly low: Bound; readonly high: Bound; readonly of: string | null }
  | { readonly kind: 'union'; readonly parts: readonly MathValue[]; readonly operation: '∪' | '∩' }
  | { readonly kind: 'relation'; readonly left: Expression; readonly relation: Relation; readonly right: Expression }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly MathValue[])[] }
  | { readonly kind: 'ratio'; readonly parts: readonly Expression[] }

export type ValueOfKind<K extends MathValue['kind']> = Extract<MathValue, { readonly kind: K }>
