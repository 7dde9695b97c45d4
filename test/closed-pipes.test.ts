/** `baton ... | head`: a reader that goes away changes nothing but the output. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const folder = mkdtempSync(join(tmpdir(), 'baton-pipes-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const main = join(import.meta.dirname, '..', 'src', 'cli', 'main.ts')

/** Runs a pipeline in a shell; `baton` is the command line. @returns the exit code of its first part, and what was printed. */
function pipeline(line: string): { readonly code: number; readonly printed: string } {
  const script = `baton() { "$NODE" "$MAIN" "$@"; }; { ${line}; }; echo "code \${PIPESTATUS[0]}"`
  const env = { ...process.env, NODE: process.execPath, MAIN: main, NODE_OPTIONS: '' }
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8', env })
  const code = /code (\d+)\n$/.exec(stdout)?.[1]
  assert.ok(code !== undefined, `${stdout}\n${stderr}`)
  return { code: Number(code), printed: stdout + stderr }
}

const tiny =
  'train --preset tiny --set training.steps=2 --set training.problemsPerStep=2 --set training.groupSize=2 --set evaluation.problems=2 --set evaluation.during.problems=1 --set training.acceptLowSignal=true'

test('a training whose output is cut off, on both streams, goes on to its end and writes its report', () => {
  const { code, printed } = pipeline(`baton ${tiny} --set run.name=cut 2>&1 | head -2`)
  assert.equal(code, 0, printed)
  const run = join(folder, 'runs', 'cut')
  assert.match(readFileSync(join(run, 'metrics.jsonl'), 'utf8'), /"step":2/)
  assert.ok(existsSync(join(run, 'report.html')))
  assert.ok(!existsSync(join(run, 'run.owner.json')), 'the run is closed')
  assert.doesNotMatch(printed, /EPIPE|mistake in Baton/)
})

test('a command that prints ends quietly, whichever stream is closed, with its own exit code', () => {
  for (const [line, expected] of [
    ['baton --help | head -1', 0],
    ['baton train --help | true', 0],
    ['baton runs | head -1', 0],
    ['baton contract show | head -1', 0],
    ['baton report runs/cut --best 16 | head -1', 0],
    ['baton train --set training.groupSizee=3 2>&1 | true', 2],
    ['baton runs runs >&- ', 0],
    ['baton runs nowhere >&- ', 2],
  ] as const) {
    const { code, printed } = pipeline(line)
    assert.equal(code, expected, `${line}\n${printed}`)
    assert.doesNotMatch(printed, /EPIPE|\n\s+at |mistake in Baton/, line)
  }
})
