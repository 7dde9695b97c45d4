/** Python with its words coloured, and two versions of it as a diff. Always text: nothing in it becomes markup. */
import { Fragment, type ReactNode } from 'react'
import type { DiffLine } from '../../../src/ui-server/api.ts'
import { useWords } from '../words/index.ts'

const keywords =
  'and|as|assert|async|await|break|class|continue|def|del|elif|else|except|False|finally|for|from|global|if|import|in|is|lambda|None|nonlocal|not|or|pass|raise|return|True|try|while|with|yield'

const tokens = new RegExp(
  [
    '(?<comment>#[^\\n]*)',
    '(?<string>[rbfu]{0,2}(?:"""[\\s\\S]*?(?:"""|$)|\'\'\'[\\s\\S]*?(?:\'\'\'|$)|"(?:\\\\.|[^"\\\\\\n])*"?|\'(?:\\\\.|[^\'\\\\\\n])*\'?))',
    `(?<keyword>\\b(?:${keywords})\\b)`,
    '(?<number>\\b\\d+(?:\\.\\d+)?\\b)',
    '(?<operator>(?<=operator\\.)\\w+)',
    '(?<name>(?<=\\b(?:def|class) )\\w+)',
  ].join('|'),
  'gi',
)

export function highlighted(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let from = 0
  for (const match of text.matchAll(tokens)) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0]
    if (match[0] === '' || kind === undefined) continue
    parts.push(text.slice(from, match.index))
    parts.push(
      <span key={match.index} className={`code-${kind}`}>
        {match[0]}
      </span>,
    )
    from = match.index + match[0].length
  }
  return [...parts, text.slice(from)]
}

export function Code({
  text,
  label,
  isPython = true,
}: {
  readonly text: string
  readonly label: string
  readonly isPython?: boolean
}): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="code" aria-label={label} tabIndex={0}>
      <pre>
        <code>{isPython ? highlighted(text.trimEnd()) : text.trimEnd()}</code>
      </pre>
    </section>
  )
}

const marks = { same: ' ', removed: '−', added: '+' } as const

export function Diff({ lines, label }: { readonly lines: readonly DiffLine[]; readonly label: string }): ReactNode {
  const { rollout: words } = useWords()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="code diff" aria-label={label} tabIndex={0}>
      <pre>
        {lines.map(({ kind, text }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their places
          <Fragment key={i}>
            <span className={`diff-${kind}`}>
              {kind !== 'same' && <span className="hidden">{words[kind]}: </span>}
              {marks[kind]} {highlighted(text)}
            </span>
            {'\n'}
          </Fragment>
        ))}
      </pre>
    </section>
  )
}
