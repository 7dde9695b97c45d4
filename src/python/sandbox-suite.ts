/** The suite that every `Sandbox` passes: Pyodide's interpreters and the jail around the system's Python. */
import assert from 'node:assert/strict'
import { type ContractSubject, contractOf, sharedContractOf } from '../testing/contract.ts'
import type { CodeResult, Sandbox } from './sandbox.ts'
import { echo, limits, returnedReply, workflow } from './testing/sandbox-fixture.ts'

export type SandboxPart = 'code' | 'checks' | 'workflows' | 'limits' | 'isolation' | 'compile' | 'abort' | 'close'

const endless = 'while True: pass'

export function sandboxContract(subject: ContractSubject<SandboxPart, Sandbox>): void {
  codeContract(subject)
  workflowContract(subject)
  endingContract(subject)
}

function codeContract(subject: ContractSubject<SandboxPart, Sandbox>): void {
  const check = sharedContractOf(subject)
  const run = (sandbox: Sandbox, code: string, changes = {}): Promise<CodeResult> =>
    sandbox.runCode({ code, call: 'solve', seed: 1 }, { ...limits, ...changes })

  check(
    'code',
    'code runs, its function is called, and its value comes back with what was printed',
    async (sandbox) => {
      const code = 'import math\ndef solve():\n    print("working")\n    return math.factorial(20) / 2'
      const expected = { kind: 'returned', value: '1.21645100408832e+18', stdout: 'working\n' }
      assert.deepEqual(await run(sandbox, code), expected)
      const uncalled = await sandbox.runCode({ code: 'x = 1', seed: 1 }, limits)
      assert.deepEqual(uncalled, { kind: 'returned', value: 'None', stdout: '' })
    },
  )

  check('code', 'code that fails says how and where', async (sandbox) => {
    assert.deepEqual(await run(sandbox, 'def solve():\n    return 1 / 0'), {
      kind: 'raised',
      error: { type: 'ZeroDivisionError', message: 'division by zero', line: 2 },
      stdout: '',
    })
    const syntax = await run(sandbox, 'def solve(:')
    assert.equal(syntax.kind === 'raised' && syntax.error.type, 'SyntaxError')
  })

  check('code', 'the seed decides what is random, at once and in any order', async (sandbox) => {
    const code = 'import random\ndef solve(): return [random.random() for _ in range(3)]'
    const drawn = async (seed: number) => {
      const result = await sandbox.runCode({ code, call: 'solve', seed }, limits)
      assert.equal(result.kind, 'returned', JSON.stringify(result))
      return result.kind === 'returned' ? result.value : ''
    }
    const [one, two, again] = await Promise.all([drawn(1), drawn(2), drawn(1)])
    assert.equal(again, one)
    assert.notEqual(two, one)
    assert.equal(await drawn(2), two)
  })

  check('isolation', 'a run leaves nothing to the next: modules, built-ins, environment', async (sandbox) => {
    const dirty =
      'import builtins, math, os\nbuiltins.left = 1\nmath.left = 1\nos.environ["LEFT"] = "1"\ndef solve(): return 1'
    assert.equal((await run(sandbox, dirty)).kind, 'returned')
    const look =
      'import builtins, math, os\ndef solve(): return [hasattr(builtins, "left"), hasattr(math, "left"), "LEFT" in os.environ]'
    assert.deepEqual(await run(sandbox, look), { kind: 'returned', value: '[False, False, False]', stdout: '' })
  })

  check('isolation', 'files, processes and environment of the host are out of reach', async (sandbox) => {
    process.env['BATON_CONTRACT_SECRET'] = 'baton-secret-8157'
    const attempts = [
      `def solve(): return open(${JSON.stringify(import.meta.filename)}).read()[:9]`,
      'import subprocess\ndef solve(): return subprocess.run(["id"]).returncode',
      'import socket\ndef solve(): return socket.create_connection(("127.0.0.1", 9), 1)',
      'def solve(): return open("/left", "w").write("x")',
    ]
    for (const code of attempts) {
      const result = await run(sandbox, code)
      assert.ok(['raised', 'violation'].includes(result.kind), `${code}: ${JSON.stringify(result)}`)
    }
    const environment = await run(sandbox, 'import os\ndef solve(): return str(dict(os.environ))')
    assert.ok(!JSON.stringify(environment).includes('baton-secret'))
    delete process.env['BATON_CONTRACT_SECRET']
  })

  check('limits', 'a program that computes too long ends at the deadline, one in C too', async (sandbox) => {
    for (const code of [endless, 'sum(range(10**12))']) {
      assert.equal((await run(sandbox, code, { cpuMs: 1000 })).kind, 'deadline')
    }
    assert.equal((await run(sandbox, 'def solve(): return 1')).kind, 'returned')
  })

  check(
    'limits',
    'memory and output beyond the limit end a run by their names, below it they do not',
    async (sandbox) => {
      const large = await run(sandbox, 'def solve(): return len(bytearray(3 * 10**9 // 2))')
      assert.equal(large.kind, 'memory')
      for (const code of ['def solve(): return "x" * 2000', 'def solve(): print("x" * 2000)']) {
        assert.equal((await run(sandbox, code, { maxOutputChars: 1000 })).kind, 'output')
        assert.equal((await run(sandbox, code)).kind, 'returned')
      }
    },
  )

  check('checks', 'each test counts on its own, and one that never ends fails alone', async (sandbox) => {
    const code = 'def f(x):\n    while x == 2: pass\n    if x == 3: raise ValueError("three")\n    return x * x'
    const tests = ['assert f(1) == 1', 'f(2)', 'assert f(4) == 5', 'f(3)', 'assert f(4) == 16', 'assert f(']
    const result = await sandbox.checkCode({ code, entryPoint: 'f', tests, seed: 1 }, { ...limits, cpuMs: 1000 })
    assert.ok(result.kind === 'checked' && !result.isPassed)
    assert.deepEqual(
      result.outcomes.map(({ isPassed, stop, error }) => (isPassed ? 'pass' : (stop ?? error?.type))),
      ['pass', 'deadline', 'AssertionError', 'ValueError', 'pass', 'SyntaxError'],
    )
    assert.deepEqual(
      result.outcomes.map(({ test }) => test),
      tests,
    )
  })

  check('checks', 'all tests passed is passed, and a candidate that does not load is a stop', async (sandbox) => {
    const checked = (code: string) =>
      sandbox.checkCode({ code, entryPoint: 'f', tests: ['assert f(2) == 4'], seed: 1 }, limits)
    const right = await checked('def f(x): return x * x')
    assert.ok(right.kind === 'checked' && right.isPassed)
    for (const code of ['def f(x: return x', 'def g(x): return x', 'raise ValueError("no")']) {
      assert.equal((await checked(code)).kind, 'raised', code)
    }
    const exits = await checked('import sys\ndef f(x): sys.exit(0)')
    assert.ok(exits.kind !== 'checked' || !exits.isPassed)
  })

  check('compile', "the verdict on a source is CPython's own", async (sandbox) => {
    assert.equal(await sandbox.compile('async def f():\n    await g()'), null)
    const error = await sandbox.compile('x = 1\nreturn x')
    assert.deepEqual(error, { type: 'SyntaxError', message: "'return' outside function", line: 2 })
  })
}

function workflowContract(subject: ContractSubject<SandboxPart, Sandbox>): void {
  const check = sharedContractOf(subject)
  const call = 'await self.custom(input=problem, instruction="x")'

  check('workflows', 'operator calls come out as data in order, and replies go back in', async (sandbox) => {
    const calls: string[] = []
    const body = `first = ${call}\nsecond = await self.llm(first["response"])\nreturn first["response"], second, self.dataset`
    const result = await sandbox.runWorkflow(
      workflow(body),
      async (asked) => {
        calls.push(`${asked.index} ${asked.operator} ${JSON.stringify(asked.args)}`)
        return asked.operator === 'llm' ? returnedReply('hi') : echo(asked)
      },
      limits,
    )
    assert.deepEqual(result, { kind: 'returned', value: ['2+2', 'hi', 'MATH'], stdout: '' })
    assert.deepEqual(calls, ['1 Custom {"input":"2+2","instruction":"x"}', '2 llm {"prompt":"2+2"}'])
  })

  check('workflows', 'a failed operator raises inside, an abort reply ends the run', async (sandbox) => {
    const body = `try:\n    ${call}\nexcept RuntimeError as error:\n    return str(error)`
    const failed = await sandbox.runWorkflow(workflow(body), async () => ({ kind: 'failed', message: 'no' }), limits)
    assert.equal(failed.kind === 'returned' && failed.value, 'no')
    const ended = await sandbox.runWorkflow(workflow(body), async () => ({ kind: 'abort', message: 'gone' }), limits)
    assert.deepEqual(ended, { kind: 'aborted', message: 'gone' })
  })

  check(
    'workflows',
    'workflows at once do not see each other, and the seed decides what is random',
    async (sandbox) => {
      const body = `import random, math\nmath.mine = problem\nreply = ${call}\nreturn math.mine, reply["response"], random.random()`
      const drawn = async (problem: string, seed: number) => {
        const result = await sandbox.runWorkflow(workflow(body, { callArgs: { problem }, seed }), echo, limits)
        assert.equal(result.kind, 'returned', JSON.stringify(result))
        return result.kind === 'returned' ? (result.value as [string, string, number]) : null
      }
      const [a, b, again] = await Promise.all([drawn('a', 1), drawn('b', 1), drawn('a', 2)])
      assert.deepEqual(
        [a?.slice(0, 2), b?.slice(0, 2)],
        [
          ['a', 'a'],
          ['b', 'b'],
        ],
      )
      assert.equal(a?.[2], b?.[2])
      assert.notEqual(again?.[2], a?.[2])
    },
  )

  check('limits', 'operator calls, tokens and dollars beyond the limit end a workflow', async (sandbox) => {
    const body = `for _ in range(5):\n    ${call}\nreturn 1`
    const kindWith = async (changes: object) => {
      const result = await sandbox.runWorkflow(workflow(body), echo, { ...limits, ...changes })
      return result.kind === 'spend' ? result.limit : result.kind
    }
    assert.equal(await kindWith({ maxOperatorCalls: 5 }), 'returned')
    assert.equal(await kindWith({ maxOperatorCalls: 4 }), 'operator-calls')
    assert.equal(await kindWith({ maxOperatorTokens: 74 }), 'tokens')
    assert.equal(await kindWith({ maxOperatorTokens: 75 }), 'returned')
    assert.equal(await kindWith({ maxOperatorCostUsd: 0.0045 }), 'cost')
  })

  check('limits', 'a workflow that computes too long or says too much ends by that', async (sandbox) => {
    const kindOf = async (body: string, changes: object) =>
      (await sandbox.runWorkflow(workflow(body), echo, { ...limits, ...changes })).kind
    assert.equal(await kindOf(`${call}\n${endless}`, { cpuMs: 1000 }), 'deadline')
    assert.equal(await kindOf(`${call}\nreturn "x" * 2000`, { maxOutputChars: 1000 }), 'output')
  })
}

function endingContract(subject: ContractSubject<SandboxPart, Sandbox>): void {
  const shared = sharedContractOf(subject)
  const reason = new Error('enough')

  shared('abort', 'an aborted signal ends code, checks and workflows as aborted, with its reason', async (sandbox) => {
    const aborted = AbortSignal.abort(reason)
    const check = { code: '', entryPoint: 'f', tests: ['f()'], seed: 1 }
    const stops = [
      await sandbox.runCode({ code: 'x = 1', seed: 1 }, limits, aborted),
      await sandbox.checkCode(check, limits, aborted),
      await sandbox.runWorkflow(workflow('return 1'), echo, limits, aborted),
    ]
    for (const stop of stops) assert.deepEqual(stop, { kind: 'aborted', message: 'enough' })
  })

  shared(
    'abort',
    'a workflow aborted under way ends, its operators hear of it, and the sandbox stays usable',
    async (sandbox) => {
      const controller = new AbortController()
      const heard = Promise.withResolvers<void>()
      const running = sandbox.runWorkflow(
        workflow('await self.llm("x")\nreturn 1'),
        (_call, signal) => {
          signal.addEventListener('abort', () => heard.resolve(), { once: true })
          controller.abort(reason)
          return new Promise(() => undefined)
        },
        limits,
        controller.signal,
      )
      assert.deepEqual(await running, { kind: 'aborted', message: 'enough' })
      await heard.promise
      assert.equal((await sandbox.runCode({ code: 'x = 1', seed: 1 }, limits)).kind, 'returned')
    },
  )

  shared('compile', 'an aborted compilation rejects with the reason', async (sandbox) => {
    await assert.rejects(sandbox.compile('x', AbortSignal.abort(reason)), reason)
  })

  contractOf(subject)(
    'close',
    'close ends what runs, refuses what comes after, and may be called again',
    async (sandbox) => {
      const longLimits = { ...limits, cpuMs: 60_000 }
      const started = Promise.withResolvers<void>()
      const waiting = sandbox.runWorkflow(
        workflow('await self.llm("x")\nreturn 1'),
        () => {
          started.resolve()
          return new Promise(() => undefined)
        },
        longLimits,
      )
      await started.promise
      const code = sandbox.runCode({ code: endless, seed: 1 }, longLimits)
      await sandbox.close()
      assert.equal((await code).kind, 'aborted')
      assert.equal((await waiting).kind, 'aborted')
      const refused = { name: 'BatonError', code: 'closed' }
      await assert.rejects(sandbox.runCode({ code: 'x = 1', seed: 1 }, limits), refused)
      const check = { code: 'def f(): pass', entryPoint: 'f', tests: ['f()'], seed: 1 }
      await assert.rejects(sandbox.checkCode(check, limits), refused)
      await assert.rejects(sandbox.runWorkflow(workflow('return 1'), echo, limits), refused)
      await assert.rejects(sandbox.compile('x = 1'), refused)
      await sandbox.close()
    },
  )
}
