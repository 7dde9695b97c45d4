/** A rollout as lines for a terminal: verdict, reward, what each operator was asked and answered, the program. */

import type { Block } from './document.ts'
import { exampleBlocks, exampleTitle } from './example-blocks.ts'
import type { WorkflowExample } from './examples.ts'
import { words } from './words.ts'

/** @param width of the terminal in characters; longer values are cut, the program never. */
export function exampleText(example: WorkflowExample, width: number): string {
  const lines = exampleBlocks(example, words.en).flatMap((block) => render(block, width))
  return [exampleTitle(example, words.en), ...lines].map(withoutControls).join('\n')
}

function render(block: Block, width: number): string[] {
  switch (block.kind) {
    case 'fields': {
      const nameWidth = Math.max(...block.fields.map(([name]) => name.length))
      const indent = block.title === undefined ? '  ' : '    '
      const lines = block.fields.map(([name, value]) =>
        cut(`${indent}${name.padEnd(nameWidth)}  ${value.replace(/\s+/g, ' ').trim()}`, width),
      )
      return [...(block.title === undefined ? [] : [`  ${block.title}`]), ...lines]
    }
    case 'paragraph':
      return [`  ${block.text}`]
    case 'heading':
      return [`  ${block.text}:`]
    case 'code':
      return block.text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`)
    default:
      return []
  }
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`
}

/** A model's text must not move the cursor or change colours. */
function withoutControls(line: string): string {
  return line.replace(/[^\P{Cc}\t]/gu, ' ')
}
