/** What reading a completion may cost: no text takes long, holds up the event loop, or ends in anything but a class. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { createPythonAnalyzer, type PythonAnalyzer } from '../../python/analysis/index.ts'
import { fallbackProgram } from '../programs/index.ts'
import { helpersOfHelpers, hostilePrograms } from '../testing/hostile-programs.ts'
import { readProgram } from './read-program.ts'
import { createReadingThread, readAnywhere } from './reader.ts'

let analyzer: PythonAnalyzer
before(async () => {
  analyzer = await createPythonAnalyzer()
})

const msOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000

function outcomeOf(text: string): string {
  const read = readProgram({ text, problemType: 'math' }, analyzer)
  return read.kind === 'failure' ? `${read.failure.boundary}/${read.failure.code}` : read.kind
}

const sizes = [100_000, 1_200_000]

for (const [name, make] of Object.entries(hostilePrograms))
  test(`${name}: read in under 2 s of CPU time, whatever their length`, () => {
    for (const size of sizes) {
      const text = make(size)
      const started = process.cpuUsage()
      const outcome = outcomeOf(text)
      const ms = msOf(process.cpuUsage(started))
      assert.ok(ms < 2000, `${size} characters took ${ms.toFixed(0)} ms and ended as ${outcome}`)
    }
  })

test('helpers that call each other are followed a bounded number of times', () => {
  const started = process.cpuUsage()
  assert.equal(outcomeOf(helpersOfHelpers(30)), 'program')
  assert.ok(msOf(process.cpuUsage(started)) < 2000)
})

test('a program above the limits of the analyzer is refused with a finding, not with an exception', () => {
  for (const code of [
    'x = 1\n'.repeat(100_000),
    hostilePrograms['many branches over names that are bound']?.(200_000) as string,
  ])
    assert.deepEqual(
      analyzer.analyze(code).syntaxErrors.map(({ message }) => message),
      ['more code than can be read'],
    )
  assert.deepEqual(analyzer.analyze(fallbackProgram('qa')).syntaxErrors, [])
})

test('a long text is read on another thread, with the same result', async () => {
  const long = `${fallbackProgram('qa')}${'# a comment\n'.repeat(2000)}`
  const completion = { text: long, problemType: 'qa' as const }
  await readAnywhere(completion, analyzer)
  for (const text of [long, hostilePrograms['many methods']?.(200_000) as string]) {
    const started = process.threadCpuUsage()
    const read = await readAnywhere({ text, problemType: 'qa' }, analyzer)
    const ms = msOf(process.threadCpuUsage(started))
    assert.ok(ms < 50, `the main thread worked ${ms.toFixed(0)} ms`)
    assert.deepEqual(read, readProgram({ text, problemType: 'qa' }, analyzer))
  }
})

test('a short text holds the event loop up for less than 50 ms of CPU time', () => {
  for (const make of Object.values(hostilePrograms)) outcomeOf(make(4000))
  for (const [name, make] of Object.entries(hostilePrograms)) {
    const text = `${make(3900).slice(0, 3900)} `
    const started = process.threadCpuUsage()
    outcomeOf(text)
    const ms = msOf(process.threadCpuUsage(started))
    assert.ok(ms < 50, `${name}: ${ms.toFixed(0)} ms`)
  }
})

const threadThat = (does: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from "node:worker_threads"
      const read = { kind: "failure", failure: { boundary: "parse", code: "read", message: "" } }
      parentPort.on("message", ({ text }) => { if (text === "good") parentPort.postMessage(read); else { ${does} } })`)}`,
  )

for (const [what, does] of [
  ['loops', 'for (;;) {}'],
  ['ends', 'process.exit()'],
  ['throws', 'throw new Error("oops")'],
  ['uses up its memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(all.length))'],
] as const)
  test(`a text on which the thread ${what} is a failure of its own, and the next ones are read`, async () => {
    const thread = createReadingThread(threadThat(does), 500)
    const codes = await Promise.all(
      ['good', 'bad', 'good', 'bad', 'good'].map(async (text) => {
        const read = await thread.read({ text, problemType: 'math' })
        return read.kind === 'failure' ? read.failure.code : read.kind
      }),
    )
    assert.deepEqual(codes, ['read', 'too-complex', 'read', 'too-complex', 'read'])
  })
