/**
 * The gate: formatter and linter (storeys and import cycles among them), types, unused exports (with and
 * without the tests), then every `*.test.ts`.
 * Arguments narrow the tests to paths that contain one of them and skip the static checks. Ends with a line of counts.
 *
 * A test file has 20 minutes (`BATON_TEST_FILE_SECONDS`), then it is stuck.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { describeRest } from './testing/describe.ts'
import { runTestFiles } from './testing/run-test-files.ts'

const root = join(import.meta.dirname, '..')
// As `setup.mjs` does, for those who run this file by itself.
process.env['NODE_COMPILE_CACHE'] ??= join(root, '.cache', 'compiled')
const filters = process.argv.slice(2)
const fileSeconds = Number(process.env['BATON_TEST_FILE_SECONDS'] ?? 1200)
if (!(fileSeconds > 0)) {
  console.error(
    `error: BATON_TEST_FILE_SECONDS must be a number above 0 (got ${process.env['BATON_TEST_FILE_SECONDS']}).`,
  )
  process.exit(2)
}

const staticChecks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'check', '.', '--max-diagnostics=30'],
  ['types', 'tsc', '--noEmit'],
  ['types of the page', 'tsc', '--noEmit', '--project', 'ui'],
  ['unused exports and dependencies', 'knip', '--no-progress'],
  ['exports that tests alone use', 'knip', '--no-progress', '--production'],
]

function runStaticChecks(): { passed: number; failed: number } {
  let passed = 0
  let failed = 0
  for (const [name, command, ...args] of staticChecks) {
    const result = spawnSync(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      encoding: 'utf8',
      timeout: fileSeconds * 1000,
    })
    if (result.status === 0) {
      passed += 1
      console.log(`✔ ${name}`)
    } else {
      failed += 1
      console.log(`✖ ${name}\n${result.stdout}${result.stderr}${result.error?.message ?? ''}`)
    }
  }
  return { passed, failed }
}

/** The reason of the signal ends up in the failure. */
function fileTime(): AbortSignal {
  const controller = new AbortController()
  const reason = `stuck: not over after ${fileSeconds} s (BATON_TEST_FILE_SECONDS)`
  setTimeout(() => controller.abort(reason), fileSeconds * 1000).unref()
  return controller.signal
}

/** Tests of whole commands are the longest: begun first, they leave no worker waiting for another at the end. */
const isWhole = (file: string): boolean => file.startsWith('test')

const checks = filters.length === 0 ? runStaticChecks() : { passed: 0, failed: 0 }
const files = globSync(['{src,test,bench,recipes,scripts}/**/*.test.ts'], { cwd: root })
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort((one, other) => Number(isWhole(other)) - Number(isWhole(one)) || (one < other ? -1 : 1))
const outcomes = await runTestFiles(
  files.map((file) => join(root, file)),
  {
    concurrency: Math.min(4, availableParallelism()),
    timeFor: fileTime,
    isDetailed: files.length <= 3,
    print: (text) => console.log(text),
  },
)
const rest = describeRest(outcomes)
if (rest !== '') console.log(rest)
const sum = (count: (outcome: (typeof outcomes)[number]) => number): number =>
  outcomes.reduce((total, outcome) => total + count(outcome), 0)
const passed = checks.passed + sum((outcome) => outcome.passed.length)
const failed = checks.failed + sum((outcome) => outcome.failed.length)
console.log(`\n${passed} passed, ${failed} failed, ${sum((outcome) => outcome.skipped.length)} skipped`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
