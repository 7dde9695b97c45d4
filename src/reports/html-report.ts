/**
 * The report as one HTML file that needs no network: styles inside, charts as SVG, no script but the language switch.
 * Everything that a model wrote is escaped. Both languages are in the file; the reader's browser picks the first.
 */
import { escapeXml } from './escape.ts'
import { figures, operatorFigure } from './figures.ts'
import { callRows, failureShares, fixedLine, labelOf, rateCell, verdictLine } from './phrases.ts'
import type { RunReport, WorkflowExample } from './run-report.ts'
import { words as allWords, type Language, type Words } from './words.ts'

const style = `
:root { --text: #1f2937; --muted: #6b7280; --line: #e5e7eb; --background: #ffffff; --panel: #f9fafb; --accent: #2563eb;
  --chart-background: #ffffff; --chart-text: #1f2937; --chart-muted: #6b7280; --chart-grid: #e5e7eb; }
@media (prefers-color-scheme: dark) { :root { --text: #e5e7eb; --muted: #9ca3af; --line: #374151; --background: #111827;
  --panel: #1f2937; --accent: #60a5fa; --chart-background: #1f2937; --chart-text: #e5e7eb; --chart-muted: #9ca3af; --chart-grid: #374151; } }
* { box-sizing: border-box } body { margin: 0; background: var(--background); color: var(--text); font: 16px/1.55 system-ui, "Noto Sans CJK SC", sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem }
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
.muted { color: var(--muted); font-size: .9rem } .verdict { font-size: 1.15rem; border-left: 4px solid var(--accent); background: var(--panel); padding: .8rem 1rem; margin: 1rem 0 }
.scroll { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .9rem } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
th { color: var(--muted); font-weight: 600 } td { font-variant-numeric: tabular-nums } .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); gap: 1rem }
.figures svg, .wide svg { width: 100%; height: auto; border: 1px solid var(--line); border-radius: .4rem } pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; font-size: .82rem; line-height: 1.45 }
details { margin: .6rem 0 } summary { cursor: pointer } .switch { float: right; font-size: .85rem } .switch button { background: none; border: 0; color: var(--accent); cursor: pointer; font: inherit; padding: .2rem .3rem }
article[hidden] { display: none } @media print { .switch { display: none } } @media (max-width: 30rem) { .figures { grid-template-columns: 1fr } }
`

const script = `
const show = (language) => { for (const part of document.querySelectorAll('article')) part.hidden = part.lang !== language; document.documentElement.lang = language }
for (const button of document.querySelectorAll('.switch button')) button.addEventListener('click', () => show(button.value))
show(navigator.language.startsWith('zh') ? 'zh' : 'en')
`

export function htmlReport(report: RunReport): string {
  const languages: readonly Language[] = ['en', 'zh']
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Baton · ${escapeXml(report.name)}</title>
<style>${style}</style>
</head>
<body>
<main>
<div class="switch"><button type="button" value="en">English</button><button type="button" value="zh">中文</button></div>
${languages.map((language) => article(report, language)).join('\n')}
</main>
<script>${script}</script>
</body>
</html>
`
}

function article(report: RunReport, language: Language): string {
  const words = allWords[language]
  const fixed = fixedLine(report, words)
  return `<article lang="${language}"${language === 'en' ? '' : ' hidden'}>
<h1>${words.title}: ${escapeXml(report.name)}</h1>
<p class="muted">${escapeXml(report.createdAt)}</p>
<p><strong>${words.question}.</strong> ${words.questionText}</p>
<p class="verdict">${escapeXml(verdictLine(report, words))}${fixed === null ? '' : `<br><span class="muted">${escapeXml(fixed)}</span>`}</p>
<h2>${words.comparison}</h2>
${comparison(report, words)}
<p class="muted">${words.comparisonNote}</p>
<h2>${words.curves}</h2>
<div class="figures">${figures(report, words).join('\n')}</div>
<p class="muted">${words.lossNote}</p>
<h2>${words.learned}</h2>
<div class="wide">${operatorFigure(report, words)}</div>
<p class="muted">${words.learnedNote}</p>
<h2>${words.best}</h2>
${report.best.map((example) => workflow(example, words)).join('\n')}
<h2>${words.worst}</h2>
${report.worst.map((example) => workflow(example, words)).join('\n')}
<h2>${words.wrong}</h2>
${health(report, words)}
<h2>${words.calls}</h2>
${table([words.purpose, words.callCount, words.attempts, words.failed, words.tokens, 'USD'], callRows(report, words))}
<h2>${words.setUp}</h2>
${table(
  ['', ''],
  report.settings.map(([name, value]) => [name, value]),
)}
</article>`
}

function comparison(report: RunReport, words: Words): string {
  return table(
    [words.who, words.all, ...report.types, words.cost],
    report.comparison.map((row) => [
      labelOf(row.label, words),
      rateCell(row.all),
      ...report.types.map((type) => rateCell(row.byType[type])),
      `$${row.costPerProblemUsd.toFixed(5)}`,
    ]),
  )
}

function workflow({ rollout, reward }: WorkflowExample, words: Words): string {
  const reason = rollout.score.kind === 'scored' ? rollout.score.reason : ''
  const title = `${rollout.problemType} · ${rollout.problemId} · ${words.step} ${rollout.step} · ${words.reference} ${reward.toFixed(2)}`
  return `<details><summary>${escapeXml(title)}</summary>
<p class="muted">${escapeXml(reason)}</p>
<pre><code>${escapeXml(rollout.text.trimEnd())}</code></pre></details>`
}

function health(report: RunReport, words: Words): string {
  const findings =
    report.health.length === 0
      ? `<p>${words.nothingWrong}</p>`
      : `<ul>${report.health
          .map(
            ({ level, message, hint }) =>
              `<li><strong>${level}</strong>: ${escapeXml(message)} ${escapeXml(hint)}</li>`,
          )
          .join('')}</ul>`
  const failures = failureShares(report)
  if (failures.length === 0) return findings
  const rows = failures.map(({ name, share }) => [name, `${(share * 100).toFixed(1)} %`])
  return `${findings}<p>${words.failures}</p>${table(['', ''], rows)}`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((text) => `<${tag}>${escapeXml(text)}</${tag}>`).join('')}</tr>`
  const head = header.every((text) => text === '') ? '' : `<thead>${cells('th', header)}</thead>`
  return `<div class="scroll"><table>${head}<tbody>${rows.map((row) => cells('td', row)).join('')}</tbody></table></div>`
}
