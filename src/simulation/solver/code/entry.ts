/**
 * How the solver understands the verbs of code problems: a pattern, the Python of the stage, and the bugs it may write
 * instead. In the templates `V` is the value so far and `$1`, `$2` are what the pattern captured (`$1+1`, `$1-1`: one more, one less).
 */

export interface Entry {
  readonly pattern: RegExp
  readonly right: string
  readonly bugs: readonly string[]
  /** The last thing the function does. */
  readonly isFinal?: boolean
  /** Says what kind of value there is, without a step of its own. */
  readonly isFree?: boolean
  /** Hands the value back as it is. */
  readonly isPlain?: boolean
}

/** A step on the way. */
export function stage(pattern: RegExp, right: string, ...bugs: readonly string[]): Entry {
  return { pattern, right, bugs }
}

/** The last step. */
export function final(pattern: RegExp, right: string, ...bugs: readonly string[]): Entry {
  return { pattern, right, bugs, isFinal: true }
}

/** The last step where it hands back what there is. */
export function plainEntry(pattern: RegExp): Entry {
  return { pattern, right: 'V', bugs: [], isFinal: true, isPlain: true }
}

const ordinals: Readonly<Record<string, string>> = { second: '2', third: '3', fourth: '4', fifth: '5', sixth: '6' }

/** Fills a template. */
export function fillTemplate(template: string, match: RegExpMatchArray, value: string): string {
  const text = template.replaceAll(/\$(\d)([+-]1)?/g, (_, index: string, change: string | undefined) => {
    const captured = match[Number(index)] ?? ''
    const known = ordinals[captured.toLowerCase()] ?? captured
    return change === undefined ? known : String(Number(known) + Number(change))
  })
  return text.replaceAll(/\bV\b/g, value)
}
