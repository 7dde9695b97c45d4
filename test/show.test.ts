/** `baton show` on a run that was really trained, as a person types it. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { type CommandLine, type CommandResult, startCommandLine } from '../src/cli/testing/command-line.ts'
import type { RolloutRecord } from '../src/core/records.ts'
import { type WholeRun, wholeRun } from './whole-run.ts'

let root = ''
let run: WholeRun
let commands: CommandLine

before(async () => {
  root = mkdtempSync(join(tmpdir(), 'baton-shown-'))
  run = await wholeRun(join(root, 'runs'), ['run.name=first', 'training.steps=2', 'evaluation.problems=2'])
  commands = startCommandLine()
})

after(() => {
  commands.close()
  rmSync(root, { recursive: true })
})

const show = (line: string): Promise<CommandResult> => commands.run(root, ['show', ...line.split(' ')])

async function shown(line: string): Promise<string> {
  const { code, stdout, stderr } = await show(line)
  assert.equal(code, 0, stderr)
  return stdout
}

async function refused(line: string, error: RegExp): Promise<void> {
  const { code, stderr } = await show(line)
  assert.equal(code, 2, stderr)
  assert.match(stderr, error)
  assert.doesNotMatch(stderr, /mistake in Baton|\n\s+at /)
}

const trained = (): RolloutRecord =>
  run.rollouts.find(({ phase, llmCalls }) => phase === 'train' && llmCalls > 0) as RolloutRecord

test('every command that a view suggests can be run as it is, down to the calls of a rollout', async () => {
  const seen = new Set<string>()
  const open = ['runs/first', 'runs/first --kind generation']
  for (let line = open.pop(); line !== undefined; line = open.pop()) {
    if (seen.has(line)) continue
    seen.add(line)
    const text = await shown(line)
    open.push(...[...text.matchAll(/^ {2}npx baton show (.*)$/gm)].map(([, more = '']) => more))
  }
  const lines = [...seen]
  assert.ok(
    lines.some((line) => /--step \d+ --problem \S+$/.test(line)),
    lines.join('\n'),
  )
  assert.ok(lines.some((line) => line.includes('--label')))
})

test('a group shows question, answer, every rollout, and advantages as they were recorded', async () => {
  const { step, problemId, position } = trained()
  const text = await shown(`runs/first --step ${step} --problem ${problemId}`)
  assert.match(text, /^question +\S/m)
  assert.match(text, /^reference +\S/m)
  assert.doesNotMatch(text, /recorded/)
  const group = run.rollouts.filter((one) => one.phase === 'train' && one.step === step && one.position === position)
  for (const { rollout } of group) assert.match(text, new RegExp(`^ +rollouts? (?:\\d, )*${rollout}\\b`, 'm'))
})

test('calls have prompt, reply, tokens and duration, in order', async () => {
  const { step, problemId, rollout, llmCalls } = trained()
  const text = await shown(`runs/first --step ${step} --problem ${problemId} --rollout ${rollout} --calls`)
  const took = text.match(/^ {2}simulator: [\d,]+ tokens in, [\d,]+ out, [\d.]+ m?s, \$0\.0000$/gm) ?? []
  assert.equal(took.length, llmCalls)
  assert.equal((text.match(/^ {4}asked {2,}/gm) ?? []).length, llmCalls)
  const json = JSON.parse(
    await shown(`runs/first --step ${step} --problem ${problemId} --rollout ${rollout} --calls --json`),
  )
  assert.ok(json.groups[0].rollouts[0].callers[0].calls[0].prompt.length > 0)
})

test('a run of a version that recorded no kind is shown; other kinds say what fits', async () => {
  cpSync(join(root, 'runs', 'first'), join(root, 'runs', 'older'), { recursive: true })
  const path = join(root, 'runs', 'older', 'manifest.json')
  const { kind: _, ...older } = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify(older))
  assert.match(await shown('runs/older'), /^step /)
  for (const [kind, fits] of [
    ['evaluation', /is an evaluation of demonstrations, not a training run\.\n +What fits: .*report\.html/],
    ['collection', /is a collection of demonstrations/],
    ['demonstrations-training', /is a training of demonstrations/],
  ] as const) {
    writeFileSync(path, JSON.stringify({ ...older, kind }))
    await refused('runs/older', fits)
  }
  writeFileSync(join(root, 'runs', 'older', 'serve.sqlite'), '')
  await refused('runs/older', /is the folder of a server/)
  await refused('runs/firs', /there is no run runs\/firs\.\n +Did you mean runs\/first\?/)
  await refused('runs', /runs is a folder of runs\./)
})

test('a damaged run is an error that names the file', async () => {
  const names = ['cut', 'torn', 'pages', 'text', 'record', 'manifest']
  const place = (name: string, file = 'journal.sqlite'): string => join(root, 'runs', name, file)
  for (const name of names) cpSync(join(root, 'runs', 'first'), join(root, 'runs', name), { recursive: true })
  const whole = readFileSync(place('cut'))
  writeFileSync(place('cut'), whole.subarray(0, Math.floor(whole.length / 2)))
  damagePages('torn', () => true)
  damagePages('pages', (page) => page.includes('"problemType"'))
  writeFileSync(place('text'), 'no journal')
  const database = new DatabaseSync(place('record'))
  database.exec("UPDATE rollouts SET digest = substr(digest, 1, 50) WHERE phase = 'train'")
  database.close()
  writeFileSync(place('manifest', 'manifest.json'), '{"version": 1, "na')
  for (const name of names) {
    const file = name === 'manifest' ? 'manifest' : 'journal'
    for (const more of ['', ' --step 1', ` --step 1 --problem ${trained().problemId}`, ' --kind policy'])
      await refused(`runs/${name}${more}`, new RegExp(`runs/${name}/${file}\\.`))
  }

  function damagePages(name: string, isMeant: (page: Buffer) => boolean): void {
    const pages = readFileSync(place(name))
    for (let at = 4096; at < pages.length; at += 4096) {
      if (isMeant(pages.subarray(at, at + 4096))) pages.fill(0x5a, at, at + 64)
    }
    writeFileSync(place(name), pages)
  }
})

const commanded = async (line: string, code = 0): Promise<string> => {
  const ran = await commands.run(root, line.split(' '))
  assert.equal(ran.code, code, ran.stderr)
  return code === 0 ? ran.stdout : ran.stderr
}

test('`baton cost` adds up the calls of the run by role, operator, step and problem', async () => {
  const text = await commanded('cost runs/first --problems 1')
  assert.match(text, /^\$0\.0000 in all\n {2}executor: simulator/)
  assert.match(text, /\nrole +calls +failed +attempts +tokens in +tokens out +USD\nexecutor /)
  assert.match(text, /\nproblem \(1 dearest of \d+\) +rollouts +calls +USD\n/)
  const costs = JSON.parse(await commanded('cost runs/first --json'))
  const calls = Object.values(run.calls).reduce((sum, totals) => sum + totals.calls, 0)
  assert.equal(
    costs.byRole.reduce((sum: number, line: { calls: number }) => sum + line.calls, 0),
    calls,
  )
  assert.equal(
    costs.byStep.reduce((sum: number, line: { rollouts: number }) => sum + line.rollouts, 0),
    run.rollouts.length,
  )
  assert.match(await commanded('cost runs/none', 2), /runs\/none/)
})

test('`baton rescore` finds the verdicts of the run again, and writes only where it is asked to', async () => {
  const text = await commanded('rescore runs/first')
  assert.match(text, /^\d+ rollouts scored again, 0 verdicts change\n/)
  assert.match(text, /Nothing was written/)
  assert.ok(!readdirSync(run.folder).some((name) => name.startsWith('rescored')))
  const written = JSON.parse(await commanded('rescore runs/first --judge --write --label again --json'))
  assert.equal(
    JSON.parse(readFileSync(join(run.folder, 'rescored-again.json'), 'utf8')).rollouts.length,
    written.rollouts.length,
  )
  assert.match(await commanded('rescore runs/first --write --label again', 2), /is there already/)
  assert.match(await commanded('rescore runs/first --label x', 2), /nothing is written/)
  assert.match(await commanded('rescore runs/first --set llm.judge.model=m', 2), /no judge is asked/)
})
