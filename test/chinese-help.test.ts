/** `--help` of every command in Chinese: nothing of the program's English is left, and nothing wraps badly. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { textWidth } from '../src/cli/text-width.ts'
import { englishIn } from './chinese-prose.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-chinese-'))

/** Names of the commands that a help page lists. */
function commandsOf(help: string): string[] {
  const [, list = ''] = /\n(?:命令：|Commands:)\n((?: {2}.*\n?)*)/.exec(help) ?? []
  return [...list.matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name as string).filter((name) => name !== 'help')
}

/** The description beside each option or command, and every line that is no command line of an example. */
function proseOf(help: string): string[] {
  return help
    .replace(/\n {7,}(?=\S)/g, '')
    .split('\n')
    .flatMap((line) => {
      if (line.startsWith('用法：')) return []
      if (/^ {2}(?:npx |npm |[A-Z_]+=)| {4}--|\\$/.test(line)) {
        const [, comment] = /\S {2,}(\S.*)$/.exec(line.trimEnd()) ?? []
        return comment === undefined ? [] : [comment]
      }
      const [, description] = /^ {2}\S.*? {2,}(\S.*)$/.exec(line) ?? []
      return [description ?? line]
    })
}

suite('help in Chinese', () => {
  let chinese: CommandLine
  let english: CommandLine
  before(() => {
    chinese = startCommandLine('zh')
    english = startCommandLine('en')
  })
  after(() => {
    chinese.close()
    english.close()
  })

  test('every command: no English prose, all lines fit, the same commands and options as in English', async () => {
    const found: string[] = []
    const walk = async (path: readonly string[]): Promise<number> => {
      const { stdout } = await chinese.run(folder, [...path, '--help'])
      const { stdout: original } = await english.run(folder, [...path, '--help'])
      const name = ['baton', ...path].join(' ')
      assert.match(stdout, /^用法：npx baton/, name)
      for (const line of proseOf(stdout)) if (englishIn(line).length > 0) found.push(`${name}: ${line}`)
      const [options = ''] = stdout.split('\n例子：')
      for (const line of options.split('\n')) assert.ok(textWidth(line) <= 80, `${name}: ${line}`)
      const flags = (text: string): string[] =>
        [...text.matchAll(/^ {2}(-\S.*?)(?: {2}|$)/gm)].map(([, flag]) => flag as string)
      assert.deepEqual(flags(stdout), flags(original), name)
      const commands = commandsOf(stdout)
      assert.deepEqual(commands, commandsOf(original), name)
      let pages = 1
      for (const command of commands) pages += await walk([...path, command])
      return pages
    }
    assert.ok((await walk([])) >= 25)
    assert.deepEqual(found, [])
  })

  test('a wrong option is refused in Chinese, with the option that was meant', async () => {
    const { code, stderr } = await chinese.run(folder, ['train', '--forse'])
    assert.equal(code, 2)
    assert.match(stderr, /^错误：未知选项 '--forse'\n（是不是 --force？）\n/)
    for (const line of stderr.split('\n')) assert.deepEqual(englishIn(line), [])
  })
})

test('English prose is found', () => {
  assert.deepEqual(englishIn('print the list for programs'), ['print', 'the', 'list', 'for', 'programs'])
  assert.deepEqual(englishIn('运行 is complete 了'), ['is', 'complete'])
  assert.deepEqual(englishIn('seed'), ['seed'])
  assert.deepEqual(englishIn('把报告写到 report.md，用 --out <folder>'), [])
})
