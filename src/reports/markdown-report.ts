/** The report as Markdown: the content of the HTML page without its pictures, except the learning curve's file. */
import type { Block, Field } from './document.ts'
import type { RunReport } from './run-report.ts'
import { reportBlocks } from './sections.ts'
import { words as allWords, type Language } from './words.ts'

export function markdownReport(report: RunReport, language: Language = 'en'): string {
  return markdownPage(reportBlocks(report, allWords[language]))
}

/** Any blocks as Markdown, without their pictures. */
export function markdownPage(blocks: readonly Block[]): string {
  return `${blocks.flatMap(render).join('\n\n')}\n`
}

/** @returns paragraphs, to be parted by empty lines. */
function render(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${plain(block.text)}`]
    case 'paragraph':
      return [block.text]
    case 'verdict':
      return [
        ...(block.question === undefined ? [] : [block.question]),
        ...block.lines.map((line, i) => (i === 0 ? `**${line}**` : line)),
      ]
    case 'list':
      return [block.items.map((item) => `- ${plain(item)}`).join('\n')]
    case 'findings':
      return [
        block.findings
          .map(
            ({ levelText, title, held, message, hint }) =>
              `- **${levelText} · ${title}** (${held}): ${message} ${hint}`,
          )
          .join('\n'),
      ]
    case 'table':
      return [table(block.header, block.rows)]
    case 'fields':
      return [...(block.title === undefined ? [] : [`**${plain(block.title)}**`]), fieldList(block.fields)]
    case 'code':
      return [fenced(block.language, block.text)]
    case 'details':
      return [`<details><summary>${plain(block.summary)}</summary>`, ...block.blocks.flatMap(render), '</details>']
    case 'figures':
      return block.file === undefined ? [] : [`![${plain(block.pictures[0]?.title ?? '')}](${block.file})`]
    default:
      return block satisfies never
  }
}

function fieldList(fields: readonly Field[]): string {
  return fields.map(([name, value]) => `- ${plain(name)}: ${plain(value)}`).join('\n')
}

/** The fence is longer than any row of backticks in the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${text.trimEnd()}\n${fence}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`
  return [line(header), `|${' --- |'.repeat(header.length)}`, ...rows.map(line)].join('\n')
}

/** Anyone's text on one line, without power over the Markdown around it. */
function plain(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/[\\`*_|~]/g, '\\$&')
    .replaceAll('](', ']\\(')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
}
