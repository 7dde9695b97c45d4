/**
 * A report as blocks of plain text and pictures, which Markdown and HTML render each in its way. No markup in the texts
 * but `code` between backticks in those marked as the report's own; all other text is anyone's and stays text.
 */

/** `measured`: something was measured, without a yes-or-no answer. */
export type Outcome = 'yes' | 'no' | 'equal' | 'cannot-tell' | 'unfinished' | 'measured'

/** Name and value; the value may hold text that a model wrote. */
export type Field = readonly [name: string, value: string, form?: 'text' | 'code']

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3 | 4; readonly text: string }
  /** The report's own words. */
  | { readonly kind: 'paragraph'; readonly text: string; readonly isNote?: boolean }
  /** A question and its answer: the first line in bold, the others with what belongs to it. */
  | {
      readonly kind: 'verdict'
      readonly outcome: Outcome
      readonly question?: string
      readonly lines: readonly string[]
    }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'findings'; readonly findings: readonly FindingItem[] }
  | { readonly kind: 'table'; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'fields'; readonly title?: string; readonly fields: readonly Field[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] }
  /** SVG pictures side by side. Markdown leaves them out, except for one stored beside it as a file. */
  | {
      readonly kind: 'figures'
      readonly pictures: readonly Figure[]
      readonly file?: string
      /** About pictures that Markdown leaves out, and left out with them. */
      readonly caption?: string
    }

/** A finding about the run's health, in the report's own words. */
export interface FindingItem {
  readonly level: 'note' | 'warning'
  /** The level's name. */
  readonly levelText: string
  readonly title: string
  /** The steps between which it held. */
  readonly held: string
  readonly message: string
  readonly hint: string
}

export interface Figure {
  readonly title: string
  readonly svg: string
  /** The same for a narrow screen, where the first would be too small to read. */
  readonly narrow?: string
}
