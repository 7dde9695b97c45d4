/** Commands that help, documents and hints of errors name are there, with the options they are named with. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { buildProgram } from '../src/cli/program.ts'
import { notRun } from './example-folder.ts'
import { commandsOf, helpExamples, helpOf, namedCommands, namedScripts, pageExamples, words } from './example-lines.ts'

const examples = [...helpExamples(), ...pageExamples()]

test('every example is a command line that the program takes', async () => {
  assert.ok(examples.length > 90)
  for (const { from, text } of examples) {
    const argv = words(text)
      .filter((word) => !/^[A-Z_]+=/.test(word))
      .slice(2)
    if (!argv.includes('--help')) await assert.doesNotReject(parsed(argv), `${from}: ${text}`)
  }
})

/** As the program reads it, without doing it. */
async function parsed(argv: readonly string[]): Promise<void> {
  const program = buildProgram()
  for (const command of commandsOf(program)) {
    command.exitOverride().configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    if (command.commands.length === 0) command.action(() => undefined)
  }
  await program.parseAsync(argv, { from: 'user' })
}

test('every command that a sentence names is there, with its options', () => {
  const named = namedCommands()
  assert.ok(named.length > 100)
  for (const { from, text } of named) assert.equal(faultOf(words(text)), null, `${from}: baton ${text}`)
})

test('a command or an option that is not there is noticed', () => {
  assert.equal(faultOf(['demos', 'collect', 'printed']), null)
  assert.equal(faultOf(['demos', 'colect']), 'no command colect')
  assert.equal(faultOf(['eval', '<run>', '--dta']), 'no option --dta')
  assert.equal(faultOf(['train', '-n']), 'no option -n')
})

/** What of it is not there. Words after the command may belong to the sentence. */
function faultOf(named: readonly string[]): string | null {
  let command: Command = buildProgram()
  let rest = named
  while (command.commands.length > 0 && rest[0] !== undefined && !rest[0].startsWith('-')) {
    const inner = command.commands.find((one) => one.name() === rest[0]?.replace(/[^\w-].*$/, ''))
    if (inner === undefined) return `no command ${rest[0]}`
    command = inner
    rest = rest.slice(1)
  }
  const known = command.options.flatMap(({ short, long }) => [short, long])
  const options = rest.flatMap((word) => /^--?[a-z][\w-]*/.exec(word)?.[0] ?? [])
  const unknown = options.find((option) => !known.includes(option) && option !== '--help' && option !== '--version')
  return unknown === undefined ? null : `no option ${unknown}`
}

test('every script that is named is in package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'))
  for (const { from, text } of namedScripts()) assert.ok(text in scripts, `${from}: npm run ${text}`)
})

test('every command shows an example of itself', () => {
  for (const command of commandsOf(buildProgram()).filter(({ commands }) => commands.length === 0)) {
    if (command.name() !== 'quickstart') assert.match(helpOf(command), /Examples?:\n {2}npx baton /, command.name())
  }
})

test('every reason not to run is about some example', () => {
  for (const [pattern, reason] of notRun)
    assert.ok(
      examples.some(({ text }) => pattern.test(text)),
      reason,
    )
})
