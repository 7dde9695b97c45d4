/** What happens to a run must not depend on the machine: its load, its other runs, who is killed. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { checkCodeIn } from './code-runs.ts'
import { createSandbox } from './index.ts'
import { createInterpreterPool } from './pool.ts'
import { buildSnapshot } from './snapshot.ts'
import { echo, later, limits, workflow } from './testing/sandbox-fixture.ts'
import { runWorkflowIn } from './workflow-run.ts'

const pool = createInterpreterPool({ processes: 1, interpretersPerProcess: 2, snapshotPath: await buildSnapshot() })
after(() => pool.close())
const signal = new AbortController().signal
const kill = (): void => void process.kill(pool.pick().pid, 'SIGKILL')

test('the start of a process takes nothing off the time of the first run', async () => {
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  const program = workflow('a = await self.custom("a", "x")\nreturn a["response"]')
  const result = await sandbox.runWorkflow(program, echo, { ...limits, cpuMs: 400, wallMs: 400 })
  await sandbox.close()
  assert.deepEqual(result, { kind: 'returned', value: 'a', stdout: '' })
})

test('a workflow whose process is killed from outside, at rest or at work, ends as if nothing had happened', async () => {
  const program = workflow(`
first = await self.custom(problem, "x")
total = sum(random.randrange(9) for _ in range(100000))
second = await self.custom("b", "y")
return first["response"], total, second["response"]`)
  const alone = await runWorkflowIn(pool, { program, perform: echo, limits, signal })
  assert.equal(alone.kind, 'returned')
  const perform: typeof echo = (call) => {
    // At once for the first call; while the program is at work on the reply for the second.
    if (call.index === 1) setTimeout(kill, 5)
    else kill()
    return later(echo(call), call.index === 1 ? 0 : 50)
  }
  assert.deepEqual(await runWorkflowIn(pool, { program, perform, limits, signal }), alone)
})

test('a check whose process is killed from outside begins again with a candidate newly loaded', async () => {
  const code = 'seen = []\ndef f(x):\n    seen.append(x)\n    for _ in range(200000): pass\n    return len(seen)'
  const tests = [1, 2, 3, 4, 5, 6].map((count) => `assert f(0) == ${count}`)
  let ended = 0
  const pick: typeof pool.pick = () => {
    const picked = pool.pick()
    const ask: typeof picked.ask = (request, onProgress) =>
      picked.ask(request, (progress) => {
        onProgress?.(progress)
        if (progress.kind !== 'test') return
        ended += 1
        if (ended === 2) kill()
      })
    return Object.create(picked, { ask: { value: ask } })
  }
  const checked = await checkCodeIn({ ...pool, pick }, { code, entryPoint: 'f', tests, seed: 1 }, { limits })
  assert.ok(checked.kind === 'checked' && checked.isPassed, JSON.stringify(checked))
  assert.ok(ended > tests.length)
})

test('how much memory a run may use does not depend on what ran in its interpreter before', async () => {
  const kept = (megabytes: number) =>
    `def f():\n    x = [bytearray(1 << 20) for _ in range(${megabytes})]\n    return 1`
  const sizes = [10, 20, 24, 28, 31, 44]
  const kinds = async (order: readonly number[]): Promise<Map<number, string>> => {
    const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
    const found = new Map<number, string>()
    for (const size of order) {
      const result = await sandbox.runCode({ code: kept(size), call: 'f', seed: 1 }, { ...limits, memoryMb: 64 })
      found.set(size, result.kind)
    }
    await sandbox.close()
    return new Map(sizes.map((size) => [size, found.get(size) ?? '']))
  }
  const upwards = await kinds(sizes)
  assert.deepEqual(await kinds(sizes.toReversed()), upwards)
  assert.deepEqual([...upwards.values()], ['returned', 'returned', 'returned', 'returned', 'returned', 'memory'])
})
