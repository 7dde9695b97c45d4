/**
 * The gate: formatter and linter (storeys and import cycles among them), types, unused exports, then every `*.test.ts`.
 * Arguments narrow the tests to paths that contain one of them and skip the static checks. Ends with a line of counts.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

const root = join(import.meta.dirname, '..')
const filters = process.argv.slice(2)

const staticChecks: readonly (readonly [name: string, command: string, ...args: string[]])[] = [
  ['format and lint', 'biome', 'check', '.', '--max-diagnostics=30'],
  ['types', 'tsc', '--noEmit'],
  ['unused exports and dependencies', 'knip', '--no-progress'],
]

function runStaticChecks(): { passed: number; failed: number } {
  let passed = 0
  let failed = 0
  for (const [name, command, ...args] of staticChecks) {
    const result = spawnSync(join(root, 'node_modules', '.bin', command), args, { cwd: root, encoding: 'utf8' })
    if (result.status === 0) {
      passed += 1
      console.log(`✔ ${name}`)
    } else {
      failed += 1
      console.log(`✖ ${name}\n${result.stdout}${result.stderr}`)
    }
  }
  return { passed, failed }
}

async function runTests(): Promise<{ passed: number; failed: number; skipped: number }> {
  const files = globSync(['{src,test,bench,recipes,scripts}/**/*.test.ts'], { cwd: root })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort()
    .map((file) => join(root, file))
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const isLeaf = (data: { details?: { type?: string | undefined } }): boolean => data.details?.type !== 'suite'
  const stream = run({ files, concurrency: Math.min(4, availableParallelism()) })
  stream.on('test:pass', (data) => {
    if (!isLeaf(data)) return
    if (data.skip === undefined && data.todo === undefined) counts.passed += 1
    else counts.skipped += 1
  })
  stream.on('test:fail', (data) => {
    if (isLeaf(data)) counts.failed += 1
  })
  const printed = stream.compose(new spec())
  printed.pipe(process.stdout)
  await new Promise((resolve, reject) => {
    printed.on('end', resolve)
    printed.on('error', reject)
  })
  return counts
}

const checks = filters.length === 0 ? runStaticChecks() : { passed: 0, failed: 0 }
const tests = await runTests()
const passed = checks.passed + tests.passed
const failed = checks.failed + tests.failed
console.log(`\n${passed} passed, ${failed} failed, ${tests.skipped} skipped`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
