/**
 * What commands do with folders that are not theirs: a run of another kind, no run at all, files that are there already,
 * places that cannot be written. One clear error with exit code 2, and every file stays as it was.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { baton, type CommandLine, type CommandResult, startCommandLine } from '../src/cli/testing/command-line.ts'
import { createRun, type RunKind } from '../src/runs/index.ts'

let root = ''
let commands: CommandLine
before(() => {
  commands = startCommandLine()
  root = mkdtempSync(join(tmpdir(), 'baton-run-folders-'))
  chmodSync(root, 0o755)
})
after(() => {
  commands.close()
  rmSync(root, { recursive: true, force: true })
})

/** Every file below a folder with its bytes; what readers leave beside a journal aside. */
function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => statSync(join(folder, name)).isFile() && !/journal\.sqlite-/.test(name),
  )
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(join(folder, name), 'latin1')]))
}

function assertRefused(result: CommandResult, ...message: readonly RegExp[]): void {
  assert.equal(result.code, 2, `${result.stdout}\n${result.stderr}`)
  for (const pattern of message) assert.match(result.stderr, pattern)
  assert.doesNotMatch(result.stderr, /\n\s+at |mistake in Baton|undefined|\[object/)
}

const configs: Readonly<Record<Exclude<RunKind, 'serve'>, string>> = {
  training: 'policy:\n  model: models/conductor\n',
  'demonstrations-training': 'stages: [rce]\n',
  collection: 'plan: {}\n',
  evaluation: 'shots: "1,2"\n',
}

/** @param isOld as Baton wrote it before kinds were recorded. */
function makeRun(kind: RunKind, isOld = false): string {
  const name = `${kind}${isOld ? '-old' : ''}`
  const folder = join(root, 'runs', name)
  if (kind === 'serve') {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'serve.sqlite'), '')
    return folder
  }
  const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
  createRun({ root: join(root, 'runs'), name, kind, resolvedYaml: configs[kind], origin }).close()
  for (const report of ['report.html', 'report.md', 'report.json']) writeFileSync(join(folder, report), 'kept')
  const path = join(folder, 'manifest.json')
  const { kind: _, ...older } = JSON.parse(readFileSync(path, 'utf8'))
  if (isOld) writeFileSync(path, JSON.stringify(older))
  return folder
}

const kinds = ['training', 'demonstrations-training', 'collection', 'evaluation', 'serve'] as const

const uses: readonly (readonly [needed: RunKind, args: (folder: string) => readonly string[]])[] = [
  ['training', (folder) => ['report', folder]],
  ['training', (folder) => ['report', folder, '--best', '1']],
  ['training', (folder) => ['report', folder, '--out', join(root, 'elsewhere')]],
  ['training', (folder) => ['eval', folder]],
  ['training', (folder) => ['train', '--resume', folder]],
  ['training', (folder) => ['workflow', 'export', folder, '--to', 'aflow', '--out', join(root, 'elsewhere')]],
  ['training', (folder) => ['demos', 'train', '--resume', folder]],
  ['collection', (folder) => ['demos', 'collect', '--resume', folder]],
  ['collection', (folder) => ['demos', 'train', '--collection', folder]],
  ['evaluation', (folder) => ['demos', 'eval', '--resume', folder]],
  ['serve', (folder) => ['serve', '--folder', folder]],
]

describe('a run of another kind', () => {
  for (const kind of kinds) {
    test(`${kind}: every command for other kinds says what it is and what fits, and leaves it alone`, async () => {
      const folders = kind === 'serve' ? [makeRun(kind)] : [makeRun(kind), makeRun(kind, true)]
      const before = folders.map(contentOf)
      for (const folder of folders) {
        for (const [needed, argsFor] of uses) {
          const args = argsFor(folder)
          const isRunOnly = kind === 'serve' && args[0] === 'workflow'
          if (needed === kind || isRunOnly) continue
          assertRefused(await commands.run(root, args), new RegExp(`${folder} is (an?|the) .*, not`), /What fits: /)
        }
      }
      assert.deepEqual(folders.map(contentOf), before)
      assert.ok(!existsSync(join(root, 'elsewhere')))
    })
  }

  test('compare takes two of the same kind', async () => {
    const [training, evaluation, collection] = ['training', 'evaluation', 'collection'].map((kind) =>
      join(root, 'runs', kind),
    ) as [string, string, string]
    assertRefused(
      await commands.run(root, ['compare', training, evaluation]),
      /training is a training run, not an eval/,
    )
    assertRefused(
      await commands.run(root, ['compare', collection, training]),
      /collection is a collection .*, not a tr/,
    )
  })

  test('compare refuses options of the other kind of run', async () => {
    const [training, evaluation] = [join(root, 'runs', 'training'), join(root, 'runs', 'evaluation')]
    for (const option of ['--method', '--other-method']) {
      const refused = await commands.run(root, ['compare', training, training, option, 'learned'])
      assertRefused(refused, new RegExp(`${option}: .* is a training run`), /--label/)
    }
    const refused = await commands.run(root, ['compare', evaluation, evaluation, '--sampled'])
    assertRefused(refused, /--sampled: .* is an evaluation of demonstrations/, /--method/)
  })
})

describe('no run', () => {
  test('the nearest and the newest are named, wherever a run is asked for', async () => {
    const folder = join(root, 'none')
    mkdirSync(folder)
    cpSync(join(root, 'runs', 'training'), join(folder, 'runs', 'quickstart-7f3a'), { recursive: true })
    cpSync(join(root, 'runs', 'evaluation'), join(folder, 'runs', 'demos-e6f8'), { recursive: true })
    for (const [needed, argsFor] of uses) {
      if (needed === 'serve') continue
      const args = argsFor('runs/quickstart-7f3b')
      if (args[0] === 'workflow') continue
      assertRefused(
        await commands.run(folder, args),
        /there is no run runs\/quickstart-7f3b\.\n +Did you mean runs\/quickstart-7f3a\?.*runs\/demos-e6f8/,
      )
    }
    assertRefused(await commands.run(folder, ['report', 'quickstart-7f3a']), /Did you mean runs\/quickstart-7f3a\?/)
    assertRefused(
      await commands.run(folder, ['report', 'runs']),
      /runs is a folder of runs\.\n +Give one of them: runs\//,
    )
    assertRefused(await commands.run(folder, ['report', '.']), /\. is not a run: it has no manifest\.json/)
    assertRefused(await commands.run(root, ['report', 'none/at/all']), /there is no run none\/at\/all/)
    const empty = join(root, 'empty')
    mkdirSync(empty)
    assertRefused(await commands.run(empty, ['train', '--resume', 'runs/x']), /There are no runs in runs; npm start/)
  })
})

describe('files that are there already', () => {
  const synth = ['data', 'synth', '--train', '20', '--validation', '10', '--test', '10', '--out', 'out']
  const writers: readonly (readonly [name: string, args: readonly string[], file: string])[] = [
    ['data synth', synth, 'out/validation.jsonl'],
    ['contract export', ['contract', 'export', 'out'], 'out/math/prompt.md'],
    ['workflow export', ['workflow', 'export', 'Custom', '--out', 'out/chart.mmd'], 'out/chart.mmd'],
    ['workflow import', ['workflow', 'import', 'given', '--out', 'out/rounds.jsonl'], 'out/rounds.jsonl'],
    ['report --out', ['report', 'runs/training', '--out', 'out'], 'out/report.md'],
  ]
  for (const [name, args, file] of writers) {
    test(`${name} writes over none without --force`, async () => {
      const folder = join(root, name.replaceAll(/\W+/g, '-'))
      mkdirSync(join(folder, 'given', 'workflows', 'round_1'), { recursive: true })
      writeFileSync(join(folder, 'given', 'workflows', 'round_1', 'graph.py'), 'class Workflow:\n    pass\n')
      cpSync(join(root, 'runs', 'training'), join(folder, 'runs', 'training'), { recursive: true })
      const made = await commands.run(folder, args)
      assert.equal(made.code, 0, made.stderr)
      const content = contentOf(join(folder, 'out'))
      writeFileSync(join(folder, file), 'kept')
      assertRefused(await commands.run(folder, args), new RegExp(`${file}.* exists? already`), /--force/)
      assert.deepEqual(contentOf(join(folder, 'out')), { ...content, [file.slice('out/'.length)]: 'kept' })
      assert.equal((await commands.run(folder, [...args, '--force'])).code, 0)
      const again = contentOf(join(folder, 'out'))
      assert.deepEqual(Object.keys(again), Object.keys(content), 'nothing half-made lies beside them')
      assert.notEqual(again[file.slice('out/'.length)], 'kept')
    })
  }

  test('data synth looks before it generates', async () => {
    const folder = join(root, 'synth-first')
    mkdirSync(folder)
    writeFileSync(join(folder, 'validation.jsonl'), 'kept')
    const tooMany = ['data', 'synth', '--out', '.', '--train', '1000000', '--families', 'nope']
    assertRefused(await commands.run(folder, tooMany), /validation\.jsonl exists already/)
  })

  test('report --out names every file that it wrote, and nothing where it was refused', async () => {
    const [run, out] = [join(root, 'runs', 'training'), join(root, 'all-reports')]
    const { stdout } = await commands.run(root, ['report', run, '--out', out])
    const written = readdirSync(out).map((name) => join(out, name))
    assert.deepEqual(stdout.trimEnd().split('\n').slice(1).sort(), written.sort())
    const again = await commands.run(root, ['report', run, '--out', out])
    assertRefused(again, /exist already/)
    assert.equal(again.stdout, '')
  })

  test('doctor looks before it probes', async () => {
    const folder = join(root, 'doctor')
    mkdirSync(folder)
    writeFileSync(join(folder, 'profile.json'), 'kept')
    const args = ['doctor', '--server', 'http://127.0.0.1:1', '--out', 'profile.json']
    assertRefused(await commands.run(folder, args), /profile\.json exists already/)
    assert.equal(readFileSync(join(folder, 'profile.json'), 'utf8'), 'kept')
  })
})

const questions = Array.from({ length: 4 }, (_, i) =>
  JSON.stringify({ id: `q${i}`, question: `what is number ${i}`, answers: ['red', 'red', 'red', 'red'] }),
).join('\n')
const predictions = JSON.stringify([{ question_id: 'q0', answer: 'red' }])
const evaluate = ['demos', 'eval', '--questions', 'questions.jsonl', '--predictions', 'predictions.json']

/** Commands that begin something, with the place that they write to and what to set instead. */
const beginners: readonly (readonly [args: (place: string) => readonly string[], fix: RegExp])[] = [
  [(place) => ['train', '--preset', 'tiny', '--set', `run.folder=${place}`], /run\.folder=/],
  [(place) => ['demos', 'collect', '--out', place], /--out/],
  [(place) => [...evaluate, '--out', place], /--out/],
  [(place) => ['serve', '--port', '0', '--folder', place], /--folder/],
  [(place) => ['data', 'synth', '--train', '20', '--validation', '10', '--out', place], /--out/],
  [(place) => ['contract', 'export', place], /folder/],
  [(place) => ['workflow', 'export', 'Custom', '--out', join(place, 'chart.mmd')], /--out/],
]

function workingFolder(name: string): string {
  const folder = join(root, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'questions.jsonl'), questions)
  writeFileSync(join(folder, 'predictions.json'), predictions)
  return folder
}

test('a file where a folder must be is named, with the fix, by every command that writes', async () => {
  const folder = workingFolder('file-in-the-way')
  writeFileSync(join(folder, 'taken'), 'kept')
  const before = contentOf(folder)
  for (const place of ['taken', 'taken/below']) {
    for (const [argsFor, fix] of beginners) {
      assertRefused(await commands.run(folder, argsFor(place)), /taken.* cannot be written: there is a file where/, fix)
    }
  }
  assert.deepEqual(contentOf(folder), before)
})

/** How to become somebody without permission to write what is ours. */
function nobody(): { readonly command: readonly string[] } | { readonly skip: string } {
  if (process.getuid === undefined) return { skip: 'this system knows no permissions of Unix' }
  if (process.getuid() !== 0) return { command: [] }
  const command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
  const [program = '', ...args] = [...command, process.execPath, '--version']
  return spawnSync(program, args).status === 0 ? { command } : { skip: 'root, and setpriv does not work here' }
}

describe('without permission to write', () => {
  const other = nobody()
  const options = 'skip' in other ? other : {}

  const asNobody = (folder: string, args: readonly string[]): Promise<CommandResult> =>
    baton(folder, args, { as: 'command' in other ? other.command : [] })

  /** Takes every permission to write away. */
  function close(folder: string): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(folder, name)
      chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444)
    }
    chmodSync(folder, 0o555)
  }

  /** So that it can be removed. */
  function open(folder: string): void {
    chmodSync(folder, 0o755)
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) open(join(folder, entry.name))
    }
  }

  test('a new run, file or server names the folder and what to set instead', options, async () => {
    const folder = workingFolder('closed')
    mkdirSync(join(folder, 'runs'))
    const before = contentOf(folder)
    close(folder)
    try {
      for (const [argsFor, fix] of beginners) {
        assertRefused(await asNobody(folder, argsFor('runs')), /runs\S* cannot be written: permission denied/, fix)
      }
      assert.deepEqual(contentOf(folder), before)
    } finally {
      open(folder)
    }
  })

  test('a run can be neither measured, trained on nor reported in, but reported elsewhere', options, async () => {
    const folder = workingFolder('closed-run')
    const resolved = await commands.run(folder, ['train', '--preset', 'tiny', '--print-config'])
    const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
    const run = createRun({ root: join(folder, 'runs'), name: 'first', resolvedYaml: resolved.stdout, origin })
    run.close()
    const before = contentOf(run.folder)
    const elsewhere = join(root, 'reports')
    mkdirSync(elsewhere)
    chmodSync(elsewhere, 0o777)
    close(join(folder, 'runs'))
    try {
      const denied = /runs\/first\S* cannot be written: permission denied/
      assertRefused(await asNobody(folder, ['report', 'runs/first']), denied, /baton report runs\/first --out <folder>/)
      assertRefused(await asNobody(folder, ['eval', 'runs/first']), denied, /copy the run/)
      assertRefused(await asNobody(folder, ['train', '--resume', 'runs/first']), denied, /copy the run/)
      const report = await asNobody(folder, ['report', 'runs/first', '--out', elsewhere])
      assert.equal(report.code, 0, report.stderr)
      assert.ok(existsSync(join(elsewhere, 'report.html')))
      assert.deepEqual(contentOf(run.folder), before)
    } finally {
      open(join(folder, 'runs'))
    }
  })
})
