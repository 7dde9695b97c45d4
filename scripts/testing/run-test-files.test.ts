import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { describeRest } from './describe.ts'
import type { FileOutcome } from './run-test-file.ts'
import { runTestFiles } from './run-test-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-runner-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const head = "import { after, before, describe, test } from 'node:test'\n"
const passing = `${head}test('fine', () => {})`

function write(name: string, code: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, code)
  return path
}

interface Judged {
  readonly outcomes: readonly FileOutcome[]
  readonly printed: string
}

/** Runs the file and then, in the same place, one that passes. */
async function judge(code: string, time = (): AbortSignal => new AbortController().signal): Promise<Judged> {
  const files = [write('judged', code), write('passing', passing)]
  const printed: string[] = []
  const outcomes = await runTestFiles(files, {
    concurrency: 1,
    timeFor: (file) => (file === files[0] ? time() : new AbortController().signal),
    isDetailed: false,
    print: (text) => printed.push(text),
    graceMs: 500,
  })
  assert.deepEqual(
    outcomes.map(({ file }) => file),
    files,
  )
  assert.deepEqual(outcomes[1]?.passed, ['fine'])
  return { outcomes, printed: printed.join('\n') }
}

const faults: readonly (readonly [name: string, code: string, failure: RegExp, passed?: number])[] = [
  ['a test that fails', "test('a', () => {})\ntest('b', () => { throw new Error('as seeded') })", /as seeded/, 1],
  ['a hook that fails', "after(() => { throw new Error('as seeded') })\ntest('a', () => {})", /as seeded/, 1],
  [
    'a hook of a suite that fails',
    "describe('s', () => { after(() => { throw new Error('as seeded') }); test('a', () => {}) })",
    /as seeded/,
    1,
  ],
  ['an import that fails', "test('a', () => {})\nawait import('./nowhere.mjs')", /nowhere\.mjs/],
  ['a crash', "test('a', () => {})\ntest('b', () => process.kill(process.pid, 'SIGSEGV'))", /SIGSEGV/],
  ['a quiet end', "test('a', () => process.exit(0))", /before its tests were over|no test of it has begun/],
  ['an error after the tests', "test('a', () => { setTimeout(() => { throw new Error('late') }, 50) })", /late/, 1],
  ['no test', '', /no test of it has begun/, 0],
  [
    'a server',
    "import net from 'node:net'\ntest('a', () => { net.createServer().listen(0) })",
    /left open.*: server\./,
    1,
  ],
  ['timers', "test('a', () => { setInterval(() => {}, 1e6); setTimeout(() => {}, 1e6) })", /: timer \(2\)\./, 1],
  [
    'a child process',
    "import { spawn } from 'node:child_process'\ntest('a', () => { spawn('sleep', ['1000'], { stdio: 'ignore' }) })",
    /: child process\./,
    1,
  ],
  [
    'a worker',
    "import { Worker } from 'node:worker_threads'\ntest('a', () => { new Worker('setInterval(() => {}, 1e6)', { eval: true }) })",
    /: worker\./,
    1,
  ],
]

for (const [name, code, failure, passed] of faults) {
  test(`${name} is one failure, and the next file runs`, async () => {
    const { outcomes, printed } = await judge(`${head}${code}`)
    const failed = outcomes[0]?.failed ?? []
    assert.equal(failed.length, 1, JSON.stringify(failed))
    assert.match(`${failed[0]?.error}\n${outcomes[0]?.output}`, failure)
    if (passed !== undefined) assert.equal(outcomes[0]?.passed.length, passed)
    assert.match(printed, /✖ .*judged\.mjs/)
    assert.match(printed, failure)
  })
}

/** Aborts once the file is there. */
function whenThere(path: string): AbortSignal {
  const controller = new AbortController()
  void until(() => existsSync(path)).then(() => controller.abort('stuck'))
  return controller.signal
}

test('a file that is stuck fails with the name of its test, and the next file runs', async () => {
  const begun = join(folder, 'begun')
  const code = `${head}import { writeFileSync } from 'node:fs'
    test('a', () => {})
    describe('suite', () => {
      test('b', async () => {
        setTimeout(() => writeFileSync(${JSON.stringify(begun)}, ''), 100)
        await new Promise(() => {})
      })
    })`
  const { outcomes } = await judge(code, () => whenThere(begun))
  assert.deepEqual(outcomes[0]?.failed, [{ path: '', error: 'stuck, in "suite > b"' }])
  assert.deepEqual(outcomes[0]?.passed, ['a'])
})

test('a file that does not even reach its event loop is ended', async () => {
  const begun = join(folder, 'spins')
  const code = `${head}import { writeFileSync } from 'node:fs'
    test('a', () => { writeFileSync(${JSON.stringify(begun)}, ''); for (;;); })`
  const { outcomes } = await judge(code, () => whenThere(begun))
  assert.match(outcomes[0]?.failed[0]?.error ?? '', /^stuck/)
})

test('what is skipped is counted by reason, a whole suite as one', async () => {
  const { outcomes } = await judge(`${head}
    test('a', { skip: 'no jail' }, () => {})
    test('b', (context) => context.skip('no jail'))
    describe('s', { skip: 'no data' }, () => test('c', () => {}))
    test('d', { skip: true }, () => {})`)
  assert.deepEqual(outcomes[0]?.failed, [])
  assert.equal(outcomes[0]?.skipped.length, 4)
  assert.match(describeRest(outcomes), /^\nskipped:\n {2}2 no jail\n {2}1 no data\n {2}1 no reason given$/)
})

test('what a test file runs does not colour its output, even where the runner was asked to', async () => {
  const { NO_COLOR: refused, FORCE_COLOR: forced } = process.env
  delete process.env['NO_COLOR']
  process.env['FORCE_COLOR'] = '1'
  try {
    const { outcomes } = await judge(`${head}
      test('a', () => {
        const { NO_COLOR, FORCE_COLOR } = process.env
        if (NO_COLOR !== '1' || FORCE_COLOR !== undefined) throw new Error(NO_COLOR + ', ' + FORCE_COLOR)
      })`)
    assert.deepEqual(outcomes[0]?.failed, [])
  } finally {
    delete process.env['FORCE_COLOR']
    if (refused !== undefined) process.env['NO_COLOR'] = refused
    if (forced !== undefined) process.env['FORCE_COLOR'] = forced
  }
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const endings = [
  ['Ctrl-C', 'SIGINT', 130],
  ['a runner that is killed', 'SIGKILL', null],
] as const

for (const [name, signal, exitCode] of endings) {
  test(`${name} ends the test files and their children`, async () => {
    const pids = join(folder, `pids-${signal}`)
    const file = write(
      'endless',
      `${head}import { spawn } from 'node:child_process'
      import { renameSync, writeFileSync } from 'node:fs'
      test('a', async () => {
        const child = spawn('sleep', ['100000'])
        writeFileSync(${JSON.stringify(`${pids}.part`)}, JSON.stringify([process.pid, child.pid]))
        renameSync(${JSON.stringify(`${pids}.part`)}, ${JSON.stringify(pids)})
        await new Promise(() => {})
      })`,
    )
    const code = `import { runTestFiles } from ${JSON.stringify(join(import.meta.dirname, 'run-test-files.ts'))}
      const never = new AbortController().signal
      await runTestFiles([${JSON.stringify(file)}], { concurrency: 1, timeFor: () => never, isDetailed: false, print: console.log })`
    const runner = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
    const ended = new Promise((resolve) => runner.on('exit', resolve))
    await until(() => existsSync(pids))
    const [filePid, childPid] = JSON.parse(readFileSync(pids, 'utf8'))
    assert.ok(isAlive(filePid) && isAlive(childPid))
    runner.kill(signal)
    assert.equal(await ended, exitCode)
    await until(() => !isAlive(filePid) && !isAlive(childPid))
  })
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}
