/**
 * The report as one HTML file that needs no network: styles inside, charts as SVG, no script but the language switch.
 * All text is escaped, whatever its source. Both languages are in the file; the reader's browser picks the first.
 */
import { createHash } from 'node:crypto'
import type { Block, Field, Figure, FindingItem } from './document.ts'
import { escapeXml } from './escape.ts'
import { pageScript, pageStyle } from './page-style.ts'
import type { RunReport } from './run-report.ts'
import { reportBlocks } from './sections.ts'
import { words as allWords, type Language } from './words.ts'

/** Cells longer than these characters get a wide column. */
const longCell = 40
/** Cells up to these are never broken. */
const shortCell = 12

export function htmlReport(report: RunReport): string {
  return htmlPage(report.name, (language) => reportBlocks(report, allWords[language]))
}

/** Any blocks as such a page. Pictures may hold images, as data in the file itself. */
export function htmlPage(name: string, blocksIn: (language: Language) => readonly Block[]): string {
  const languages: readonly Language[] = ['en', 'zh']
  // The page runs only its own script, whatever text is in it.
  const scriptHash = createHash('sha256').update(pageScript).digest('base64')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; img-src data:; base-uri 'none'; form-action 'none'">
<title>Baton · ${escapeXml(name)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<div class="switch"><button type="button" value="en" lang="en">English</button><button type="button" value="zh" lang="zh">中文</button></div>
${languages.map((language) => article(blocksIn(language), language)).join('\n')}
</main>
<script>${pageScript}</script>
</body>
</html>
`
}

function article(blocks: readonly Block[], language: Language): string {
  const anchor = (section: number): string => `${language}-${section}`
  const sections = blocks.filter((block) => block.kind === 'heading' && block.level === 2)
  const links = sections.map(
    (block, i) => `<a href="#${anchor(i)}">${escapeXml(block.kind === 'heading' ? block.text : '')}</a>`,
  )
  const contents = `<nav>${links.join('')}</nav>`
  const content = blocks.map((block) => {
    const section = sections.indexOf(block)
    if (section < 0) return render(block)
    const heading = render(block).replace('<h2>', `<h2 id="${anchor(section)}">`)
    return section === 0 && links.length > 2 ? `${contents}\n${heading}` : heading
  })
  return `<article lang="${language}"${language === 'en' ? '' : ' hidden'}>\n${content.join('\n')}\n</article>`
}

function render(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeXml(block.text)}</h${block.level}>`
    case 'paragraph':
      return `<p${block.isNote === true ? ' class="note"' : ''}>${withCode(block.text)}</p>`
    case 'verdict':
      return `<div class="verdict ${block.outcome}">${block.question === undefined ? '' : `<p class="question">${withCode(block.question)}</p>`}${block.lines.map((line) => `<p>${withCode(line)}</p>`).join('')}</div>`
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escapeXml(item)}</li>`).join('')}</ul>`
    case 'findings':
      return block.findings.map(finding).join('\n')
    case 'table':
      return table(block.header, block.rows)
    case 'fields':
      return block.title === undefined
        ? fields(block.fields)
        : `<div class="call"><h4>${escapeXml(block.title)}</h4>${fields(block.fields)}</div>`
    case 'code':
      return `<pre><code>${escapeXml(block.text.trimEnd())}</code></pre>`
    case 'details':
      return `<details><summary>${escapeXml(block.summary)}</summary>${block.blocks.map(render).join('\n')}</details>`
    case 'figures':
      return `${figures(block.pictures)}${block.caption === undefined ? '' : `<p class="note">${withCode(block.caption)}</p>`}`
    default:
      return block satisfies never
  }
}

/** The report's own words: `code` between backticks. */
function withCode(text: string): string {
  return escapeXml(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function finding({ level, levelText, title, held, message, hint }: FindingItem): string {
  const head = `<p><strong>${escapeXml(`${levelText} · ${title}`)}</strong> <span class="held">${escapeXml(held)}</span></p>`
  return `<div class="finding ${level}">${head}<p>${withCode(message)}</p><p>${withCode(hint)}</p></div>`
}

function fields(list: readonly Field[]): string {
  return `<dl>${list.map(([name, value, form]) => `<dt>${escapeXml(name)}</dt><dd${form === 'code' ? ' class="code"' : ''}>${escapeXml(value)}</dd>`).join('')}</dl>`
}

function figures(pictures: readonly Figure[]): string {
  if (pictures.length === 0) return ''
  const drawn = pictures.map(({ svg, narrow }) =>
    narrow === undefined
      ? `<div>${svg}</div>`
      : `<div class="wide-only whole">${svg}</div><div class="narrow">${narrow}</div>`,
  )
  return `<div class="figures${pictures.length === 1 ? ' one' : ''}">${drawn.join('\n')}</div>`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = header.map((text) => `<th scope="col">${escapeXml(text)}</th>`).join('')
  const cell = (text: string): string => `<td${kindOf(text)}>${escapeXml(text)}</td>`
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('')
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

/** A cell of several lines keeps them; a short one stays on one, and a long one gets a wide column. */
function kindOf(text: string): string {
  if (text.includes('\n') && text.length <= 2 * longCell) return ' class="lines"'
  if (text.length <= shortCell) return ' class="short"'
  return text.length > longCell ? ' class="wide"' : ''
}
