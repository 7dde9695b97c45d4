/** The command lines that help texts and documents show, as they can be run. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { buildProgram } from '../src/cli/program.ts'

export interface ExampleLine {
  /** `--help of demos collect`, `docs/llm.md`. */
  readonly from: string
  /** `npx baton train ...`, on one line. */
  readonly text: string
}

const root = join(import.meta.dirname, '..')

/** Examples of `--help`, each once. */
export function helpExamples(): ExampleLine[] {
  return eachOnce(commandsOf(buildProgram()).flatMap(helpLines))
}

/** Examples of the documents that no help has, each once. */
export function pageExamples(): ExampleLine[] {
  const known = helpExamples()
  return eachOnce([...known, ...pages().flatMap(pageLines)]).slice(known.length)
}

/** Commands that sentences name: hints of errors in the source, inline code of the documents. */
export function namedCommands(): ExampleLine[] {
  const sources = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'))
  return [...sources.sort(), ...pages()].flatMap((from) => {
    const text = readFileSync(join(root, from), 'utf8').replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'VALUE')
    const named = /(?:npx |["`])baton (?=[a-z-])((?:"[^"\n]*"|[^`"'\n;,()])+)/g
    return [...text.matchAll(named)].map(([, words = '']) => ({ from, text: words.replace(/\\$|[.:]?\s*$/, '') }))
  })
}

/** Scripts that documents and hints call: `npm run bench`. */
export function namedScripts(): ExampleLine[] {
  const sources = globSync('src/**/*.ts', { cwd: root })
  return [...sources.sort(), ...pages()].flatMap((from) =>
    [...readFileSync(join(root, from), 'utf8').matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, text = '']) => ({
      from,
      text,
    })),
  )
}

function eachOnce(lines: readonly ExampleLine[]): ExampleLine[] {
  return lines.filter(({ text }, i) => lines.findIndex((other) => other.text === text) === i)
}

/** A command and all below it. */
export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)]
}

/** The whole help of a command, its examples included. */
export function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: (part) => (text += part) })
  command.outputHelp()
  return text
}

function helpLines(command: Command): ExampleLine[] {
  const names: string[] = []
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name())
  return linesIn(helpOf(command).split('\n'), `--help of ${names.join(' ')}`)
}

function pages(): string[] {
  return ['README.md', ...globSync(['docs/*.md', 'recipes/*/README.md'], { cwd: root })].sort()
}

/** Of blocks of code: fenced, or indented by four. */
function pageLines(page: string): ExampleLine[] {
  let isFenced = false
  const code = readFileSync(join(root, page), 'utf8')
    .split('\n')
    .map((line) => {
      if (/^\s*```/.test(line)) isFenced = !isFenced
      return isFenced || /^ {4}/.test(line) ? line : ''
    })
  return linesIn(code, page)
}

/** Lines continued with a backslash are joined; remarks and `&` are taken off. */
function linesIn(lines: readonly string[], from: string): ExampleLine[] {
  const joined = lines
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
  return joined
    .map((line) => line.trim().replace(/^\$ /, ''))
    .filter((line) => /^(?:[A-Z_]+=\S+ )*(?:npx )?baton \S/.test(line) && !/^npx baton \[/.test(line))
    .map((line) => ({ from, text: withoutRemark(line) }))
}

function withoutRemark(line: string): string {
  const [command = ''] = /^(?:"[^"]*"|'[^']*'|\S| (?! |#))+/.exec(line) ?? []
  return command.replace(/\s*&$/, '').trim()
}

/** Words as a shell splits them. */
export function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double),
  )
}
