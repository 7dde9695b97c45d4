import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { createSandbox, type OperatorCall, type Sandbox } from '../index.ts'
import { echo, limits, workflow } from '../testing/sandbox-fixture.ts'
import { findJail } from './jail-command.ts'
import { seccompFilter } from './seccomp-filter.ts'

function isRefusal(error: unknown): boolean {
  return error instanceof BatonError && error.code === 'no-jail' && /Install bubblewrap/.test(error.hint ?? '')
}

test('without bubblewrap, or without the Python, code is not run on the system at all', async () => {
  assert.throws(() => findJail('python3', 'bubblewrap-that-is-not-there'), isRefusal)
  await assert.rejects(createSandbox({ systemPython: 'python-that-is-not-there' }), isRefusal)
})

test('there is a filter of system calls for the machines that it knows, and no jail without one', () => {
  for (const architecture of ['x64', 'arm64']) assert.equal((seccompFilter(architecture)?.length ?? 1) % 8, 0)
  assert.equal(seccompFilter('mips'), null)
})

/** One for all tests, where there can be one. */
let opened: Promise<Sandbox> | undefined
after(async () => (await opened?.catch(() => undefined))?.close())

/** Skips the test where there is no jail, or no NumPy in it. */
async function sandboxWith(context: TestContext): Promise<Sandbox | null> {
  opened ??= createSandbox({ processes: 1, interpretersPerProcess: 1, systemPython: 'python3' })
  try {
    const sandbox = await opened
    const found = await sandbox.runCode({ code: 'import numpy, sympy', seed: 1 }, limits)
    if (found.kind === 'returned') return sandbox
    context.skip('the system has no Python with NumPy and SymPy')
  } catch (error) {
    if (!isRefusal(error)) throw error
    context.skip(error instanceof Error ? error.message : '')
  }
  return null
}

test('code that needs NumPy or SymPy runs on the system, within the same limits', async (context) => {
  const sandbox = await sandboxWith(context)
  if (sandbox === null) return
  const code = `
import numpy as np, sympy, random
x = sympy.Symbol("x")
def solve():
    print("solving")
    return sympy.solve(x**2 - 4), int(np.linalg.det(np.eye(3) * 2).round()), random.random() == random.Random(1).random()`
  assert.deepEqual(await sandbox.runCode({ code, call: 'solve', seed: 1 }, limits), {
    kind: 'returned',
    value: '([-2, 2], 8, True)',
    stdout: 'solving\n',
  })
  const run = (body: string, changes = {}) =>
    sandbox.runCode({ code: `import numpy as np\n${body}`, seed: 1 }, { ...limits, ...changes })
  assert.deepEqual(await run('np.zeros(3)[7]'), {
    kind: 'raised',
    error: { type: 'IndexError', message: 'index 7 is out of bounds for axis 0 with size 3', line: 2 },
    stdout: '',
  })
  assert.deepEqual(await run('np.ones(10**10)'), { kind: 'memory' })
  assert.deepEqual(await run('print("x" * 10**6)'), { kind: 'output' })
  assert.deepEqual(await run('while True: pass', { cpuMs: 1000 }), { kind: 'deadline', limit: 'cpu' })
  assert.deepEqual(await run('import time\ntime.sleep(1000)', { wallMs: 300 }), { kind: 'deadline', limit: 'wall' })
  const aborted = await sandbox.runCode({ code: 'import numpy', seed: 1 }, limits, AbortSignal.abort('enough'))
  assert.equal(aborted.kind, 'aborted')
})

test('checks of candidates that need NumPy are just', async (context) => {
  const sandbox = await sandboxWith(context)
  if (sandbox === null) return
  const check = async (code: string, tests: readonly string[]) => {
    const request = { code: `import numpy as np\n${code}`, entryPoint: 'f', tests, seed: 1 }
    const result = await sandbox.checkCode(request, { ...limits, cpuMs: 1000 })
    if (result.kind !== 'checked') return result.kind
    return result.outcomes.map(({ isPassed, stop, error }) => (isPassed ? 'pass' : (stop ?? error?.type))).join(' ')
  }
  const tests = ['assert f(2) == 6', 'def check(c):\n    assert c(1) == 3\n    assert c(2) == 7', 'assert f(0) == 0']
  assert.equal(await check('def f(x): return np.array([x, 2 * x]).sum()', tests), 'pass AssertionError pass')
  assert.equal(await check('def f(x): return np.arange(3) * x', ['assert f(2) == [0, 2, 4]']), 'pass')
  assert.equal(await check('def f(x): return x if x else 1 / 0', ['assert f(1)', 'f(0)']), 'pass ZeroDivisionError')
  assert.equal(
    await check('class E(int):\n    def __eq__(s, o): return True\ndef f(x): return E(0)', tests.slice(0, 1)),
    'AssertionError',
  )
  assert.equal(
    await check('import os\ndef f(x):\n    np.ones(1)\n    os._exit(0)', tests.slice(0, 2)),
    'crashed crashed',
  )
  assert.equal(await check('def f(x:', tests), 'raised')
  assert.equal(await check('import absent_package', tests), 'raised')
})

test('workflows that need NumPy run on the system, and pay for no call twice', async (context) => {
  const sandbox = await sandboxWith(context)
  if (sandbox === null) return
  const run = async (body: string, changes = {}) => {
    const calls: string[] = []
    const perform = (call: OperatorCall) => {
      calls.push(String(Object.values(call.args)[0]))
      return echo(call)
    }
    return [await sandbox.runWorkflow(workflow(body), perform, { ...limits, ...changes }), calls] as const
  }
  const all = `
first = await self.custom(input="a", instruction="x")
import numpy as np
both = await asyncio.gather(*[self.custom(input=str(i), instruction="x") for i in range(2)])
await asyncio.sleep(3600)
async def inner():
    return (await self.custom(input="b", instruction="x"))["response"]
within = asyncio.run(inner())
last = (await self.custom(input="c", instruction="x"))["response"]
texts = [first["response"], *[one["response"] for one in both], within, last]
return texts, int(np.arange(4).sum()), round(self.llm.cost_manager.total_cost, 6)`
  assert.deepEqual(await run(all), [
    { kind: 'returned', value: [['a', '0', '1', 'b', 'c'], 6, 0.005], stdout: '' },
    ['a', '0', '1', 'b', 'c'],
  ])
  const numpy = (body: string) => `import numpy\n${body}`
  const [raised] = await run(numpy('raise KeyError("x")'))
  assert.equal(raised.kind === 'raised' && raised.error.type, 'KeyError')
  const calls = await run(numpy('for i in range(9): await self.custom("a", "b")'), { maxOperatorCalls: 3 })
  assert.deepEqual(calls, [{ kind: 'operator-calls' }, ['a', 'a', 'a']])
  const [looped] = await run(numpy('while True: pass'), { cpuMs: 1000 })
  assert.deepEqual(looped, { kind: 'deadline', limit: 'cpu' })
  const [forged] = await run(
    numpy('import _baton.workflow as w\nw.session.to_text = lambda m: "[]"\nawait self.custom("a", "b")'),
  )
  assert.equal(forged.kind, 'violation')
})

test('what NumPy draws without a seed is the same in every run', async (context) => {
  const sandbox = await sandboxWith(context)
  if (sandbox === null) return
  const code =
    'import numpy, os, secrets\ndef f(): return [numpy.random.rand(), numpy.random.default_rng().integers(1000), os.urandom(4).hex(), secrets.token_hex(4)]'
  const drawn = async (seed: number) => {
    const result = await sandbox.runCode({ code, call: 'f', seed }, limits)
    return result.kind === 'returned' ? result.value : JSON.stringify(result)
  }
  const first = await drawn(1)
  assert.match(first, /^\[/)
  assert.equal(await drawn(1), first)
  assert.notEqual(await drawn(2), first)
})
