/** A rollout as lines for a terminal: verdict, reward, what each operator was asked and answered, the program. */

import type { Block } from './document.ts'
import { exampleBlocks, exampleTitle } from './example-blocks.ts'
import type { WorkflowExample } from './examples.ts'
import { type Language, words, wordsOf } from './words.ts'

export interface ExampleStyle {
  /** Of the terminal in columns; longer values are cut, the program never. */
  readonly width: number
  readonly language: Language
  /** Columns that a text takes. */
  widthOf(text: string): number
}

export function exampleText(example: WorkflowExample, style: ExampleStyle): string {
  const { language } = style
  const environment = example.rollout.outcome.environment === 'demonstrations' ? 'demonstrations' : 'workflows'
  const own = wordsOf({ environment }, words[language])
  const lines = exampleBlocks(example, own).flatMap((block) => render(block, style))
  return [exampleTitle(example, own), ...lines].map(withoutControls).join('\n')
}

function render(block: Block, style: ExampleStyle): string[] {
  const { widthOf } = style
  switch (block.kind) {
    case 'fields': {
      const nameWidth = Math.max(...block.fields.map(([name]) => widthOf(name)))
      const indent = block.title === undefined ? '  ' : '    '
      const lines = block.fields.map(([name, value]) =>
        cut(`${indent}${name}${' '.repeat(nameWidth - widthOf(name))}  ${value.replace(/\s+/g, ' ').trim()}`, style),
      )
      return [...(block.title === undefined ? [] : [`  ${block.title}`]), ...lines]
    }
    case 'paragraph':
      return [`  ${block.text}`]
    case 'heading':
      return [`  ${block.text}${style.language === 'zh' ? '：' : ':'}`]
    case 'code':
      return block.text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
    default:
      return []
  }
}

function cut(line: string, { width, widthOf }: ExampleStyle): string {
  if (widthOf(line) <= width) return line
  let head = line.slice(0, Math.max(1, width - 1))
  while (head.length > 1 && widthOf(head) >= width) head = head.slice(0, -1)
  return `${head.replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A model's text must not move the cursor or change colours. */
function withoutControls(line: string): string {
  return line.replace(/[^\P{Cc}\t]/gu, ' ')
}
