/** Style and script of the HTML report. The script only switches between the languages that are both in the page. */
import { chartStyle } from './chart-colours.ts'

export const pageStyle = `
:root { color-scheme: light dark; --text: #1f2937; --muted: #5b6472; --line: #e5e7eb; --ground: #ffffff; --panel: #f6f8fa; --chart: #ffffff; --accent: #2563eb; --yes: #047857; --no: #be185d; --open: #b45309; --shade: #0003 }
@media (prefers-color-scheme: dark) { :root { --text: #e5e7eb; --muted: #9ca3af; --line: #30363d; --ground: #0d1117; --panel: #161b22; --chart: #161b22; --accent: #60a5fa; --yes: #34d399; --no: #f472b6; --open: #fbbf24; --shade: #fff4 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif }
main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 5rem }
h1 { font-size: 1.65rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.2rem; margin: 2.75rem 0 .75rem; border-bottom: 1px solid var(--line); padding-bottom: .35rem }
h3 { font-size: 1rem; margin: 1.6rem 0 .5rem } h4 { font-size: .9rem; margin: 1.1rem 0 .4rem }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin: 1.25rem 0 0; font-size: .875rem } nav a { color: var(--accent); text-decoration: none } nav a:hover { text-decoration: underline }
p { margin: .6rem 0; max-width: 48rem } .note { color: var(--muted); font-size: .875rem }
.finding { border-left: 4px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: .8rem 0 } .finding.warning { border-color: var(--open) } .finding p { margin: .15rem 0; font-size: .92rem } .held { color: var(--muted); font-size: .85rem }
ul { padding-left: 1.25rem; margin: .6rem 0 }
.verdict { border-left: 5px solid var(--open); background: var(--panel); border-radius: 0 .4rem .4rem 0; padding: .9rem 1.1rem; margin: 1rem 0 }
.verdict.yes { border-color: var(--yes) } .verdict.no { border-color: var(--no) } .verdict p { max-width: none; margin: .2rem 0 } .verdict p.question { color: var(--muted); font-size: .92rem } .verdict p:first-child:not(.question), .verdict p.question + p { font-size: 1.15rem; font-weight: 600 }
.scroll { overflow-x: auto; margin: .8rem 0; background: linear-gradient(to right, var(--ground) 30%, transparent) left / 2.5rem 100% no-repeat local, linear-gradient(to left, var(--ground) 30%, transparent) right / 2.5rem 100% no-repeat local, linear-gradient(to right, var(--shade), transparent) left / .9rem 100% no-repeat scroll, linear-gradient(to left, var(--shade), transparent) right / .9rem 100% no-repeat scroll } table { border-collapse: collapse; width: 100%; font-size: .875rem }
th, td { text-align: left; padding: .45rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums }
th { color: var(--muted); font-weight: 600; vertical-align: bottom } td { min-width: 4.2rem } td.wide { min-width: 15rem } td.wide:first-child { min-width: 8rem } td.short { white-space: nowrap } td.lines { white-space: pre; font-size: .8rem; padding-right: .35rem } td.lines::first-line { font-weight: 600; font-size: 1rem } td:first-child { font-weight: 500 } th:first-child, td:first-child { padding-left: 0 }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1rem; margin: 1rem 0 } .figures.one { grid-template-columns: 1fr }
.figures > .whole { grid-column: 1 / -1 } .figures > div { border: 1px solid var(--line); border-radius: .5rem; overflow: hidden; background: var(--chart) } .figures svg { width: 100%; height: auto; display: block } .figures .narrow { display: none }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: .25rem 1rem; margin: .6rem 0; font-size: .875rem } dt { color: var(--muted) } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0 } dd.code { font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; background: var(--panel); border-radius: .3rem; padding: .35rem .6rem }
.call { border-left: 3px solid var(--line); padding-left: .9rem; margin: .9rem 0 } .call h4 { margin: 0; font-size: .9rem }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; font-size: .8rem; line-height: 1.5 } code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace } p code, li code { background: var(--panel); border-radius: .25rem; padding: .1rem .3rem; font-size: .875em }
details { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .9rem; margin: .6rem 0 } details details { background: var(--ground) } summary { cursor: pointer; font-size: .92rem; overflow-wrap: anywhere }
.switch { display: flex; justify-content: flex-end; gap: .25rem; font-size: .85rem; margin-bottom: .5rem } .switch button { background: none; border: 1px solid transparent; border-radius: .3rem; color: var(--accent); cursor: pointer; font: inherit; padding: .2rem .5rem } .switch button[aria-pressed=true] { border-color: var(--line); color: var(--text) }
article[hidden] { display: none }
@media (min-width: 40rem) { p code { white-space: nowrap } }
@media (max-width: 40rem) { main { padding: 1rem .9rem 4rem } .figures .wide-only { display: none } .figures .narrow { display: block } dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .5rem } h1 { font-size: 1.35rem } }
@media print { .switch { display: none } }
${chartStyle}
`

/** `#zh` in the address chooses too. */
export const pageScript = `
const buttons = [...document.querySelectorAll('.switch button')]
const show = (language) => { for (const part of document.querySelectorAll('article')) part.hidden = part.lang !== language; for (const button of buttons) button.setAttribute('aria-pressed', String(button.value === language)); document.documentElement.lang = language }
for (const button of buttons) button.addEventListener('click', () => show(button.value))
const asked = location.hash.slice(1)
show(buttons.some((button) => button.value === asked) ? asked : navigator.language.startsWith('zh') ? 'zh' : 'en')
`
