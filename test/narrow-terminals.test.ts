/** What commands print in terminals of 40, 60 and 80 columns: no line is wider, and nothing that matters is lost. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { textWidth } from '../src/cli/text-width.ts'
import { type Simulator, startSimulator } from '../src/simulation/index.ts'

const widths = [40, 60, 80] as const
let folder = ''
let commands: CommandLine
let simulator: Simulator
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-narrow-'))
  commands = startCommandLine()
  simulator = await startSimulator({ seed: 1, model: 'simulator' })
})
after(async () => {
  commands.close()
  await simulator.close()
  rmSync(folder, { recursive: true, force: true })
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is sent
const escapes = /\u001b\[[0-9;]*[A-Za-z]/g

/** The lines that a terminal is sent. Only a single word may be wider than the terminal. */
async function shown(columns: number, args: readonly string[], codes: readonly number[] = [0]): Promise<string> {
  const { code, stdout, stderr } = await commands.run(folder, args, columns)
  assert.ok(codes.includes(code ?? -1), `${args.join(' ')}: ${code}\n${stdout}\n${stderr}`)
  const drawn = `${stdout}${stderr}`.replaceAll(escapes, '').split(/[\r\n]+/)
  for (const line of drawn) {
    const isOneWord = !line
      .replace(/ \\$/, '')
      .replaceAll(/"[^"]*"/g, '')
      .trim()
      .includes(' ')
    assert.ok(textWidth(line) <= columns || isOneWord, `${columns}: ${line}`)
  }
  return drawn.join('\n')
}

const setting = (...keys: readonly string[]): string[] => keys.flatMap((key) => ['--set', key])
const small = setting(
  ...['training.steps=2', 'training.minibatchSize=null', 'training.problemsPerStep=2', 'training.groupSize=2'],
  ...['evaluation.problems=2', 'evaluation.during.problems=1', 'evaluation.baselines.searchProblems=0', 'data.limit=8'],
  ...['sandbox.processes=1', 'sandbox.interpretersPerProcess=1'],
)
const collecting = ['--generated', '40', '--queries', '8', '--pool-size', '8', '--sequences', '4', '--similar', '1']

for (const columns of widths) {
  test(`${columns} columns: train, eval, compare, report, runs, show`, async () => {
    const run = `runs/narrow-${columns}`
    const named = setting(`run.name=narrow-${columns}`)
    const training = await shown(columns, ['train', '--preset', 'tiny', '--accept-low-signal', ...small, ...named])
    assert.match(training, /step\s+2\/2.*[\s\S]*?signal \d+ %\s+\$0\.0000\s+eta 0s/)
    assert.match(training, /\ngain /)
    await shown(columns, ['eval', run, '--problems', '2'])
    const compared = await shown(columns, ['compare', run, run, '--label', 'after', '--other-label', 'before'])
    assert.match(compared, /problems +n +.*A - B +95 % interval/)
    for (const args of [['report', run, '--best', '1'], ['runs'], ['show', run, '--step', '1'], ['--help']])
      await shown(columns, args)
    await shown(columns, ['train', '--preset', 'tiny', '--dry-run', ...small])
    await shown(columns, ['train', '--resume', run])
  })

  test(`${columns} columns: demonstrations, doctor, errors`, async () => {
    const collected = await shown(columns, ['demos', 'collect', ...collecting])
    const collection = /^run +(runs\/\S+)/m.exec(collected)?.[1] ?? ''
    const keys = setting('policy.pointer.hiddenWidth=8', 'training.imitation.steps=2', 'training.steps=1')
    await shown(columns, ['demos', 'train', '--collection', collection, ...keys])
    await shown(columns, ['demos', 'eval', '--generated', '40', '--pool-size', '8', '--limit', '6', '--shots', '1'])
    await shown(columns, ['doctor', '--server', 'http://127.0.0.1:1'], [2])
    await shown(columns, ['train', ...setting('training.groupSizee=3', 'run.name=../evil')], [2])
    const asked = ['--server', simulator.baseUrl, '--model', 'simulator']
    await shown(columns, ['workflow', 'run', 'AnswerGenerate', '--problem', 'What is 6 * 7?', ...asked])
  })
}
