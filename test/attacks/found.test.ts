/**
 * Attacks that once got through, each as a file whose first line says what it tries: programs of `../shared/cases/attacks`
 * where that folder is there, with the ending that each must have; and those of the same kinds.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Problem } from '../../src/core/problem.ts'
import { createPythonAnalyzer, type PythonAnalyzer } from '../../src/python/analysis/index.ts'
import type { CheckResult, OperatorReply } from '../../src/python/index.ts'
import { createFakeChatModel } from '../../src/rewards/testing/fake-chat-model.ts'
import { executeWorkflow } from '../../src/workflows/execution/index.ts'
import { type Arena, limits, openArena } from './arena.ts'

const folder = join(import.meta.dirname, '../../../shared/cases/attacks')

let arena: Arena
let analyzer: PythonAnalyzer
before(async () => {
  arena = await openArena()
  analyzer = await createPythonAnalyzer()
})
after(() => arena.close())

/** A test that is skipped, and says so, where the folder is missing. */
function withFile(name: string, body: (text: string) => Promise<void>): void {
  const path = join(folder, name)
  const isThere = existsSync(path)
  const title = isThere ? (readFileSync(path, 'utf8').split('\n')[0] ?? name) : 'not there'
  test(`${name}: ${title}`, { skip: isThere ? false : `${name} is not in ../shared/cases/attacks` }, () =>
    body(readFileSync(path, 'utf8')),
  )
}

const calm = { ...limits, cpuMs: 5000, wallMs: 60_000, memoryMb: 256, maxOutputChars: 100_000 }
const value = async (code: string): Promise<string> => {
  const result = await arena.sandbox.runCode({ code, call: 'f', seed: 1 }, calm)
  return result.kind === 'returned' ? result.value : `${result.kind} ${JSON.stringify(result).slice(0, 300)}`
}
const check = (code: string, tests: readonly string[]): Promise<CheckResult> =>
  arena.sandbox.checkCode({ code, entryPoint: 'f', tests, seed: 1 }, calm)
const passed = (result: CheckResult): number =>
  result.kind === 'checked' ? result.outcomes.filter(({ isPassed }) => isPassed).length : 0
const testsOf = (text: string): string[] => JSON.parse(/^# tests: (.*)$/m.exec(text)?.[1] ?? '[]')

// What outlives a run, or differs from slot to slot.

withFile('03_umask_channel.py', async (code) => {
  const first = await value(code)
  assert.equal(first, 'umask was 22')
  assert.equal(await value(code), first)
})

withFile('07_atime_channel.py', async (code) => {
  const first = await value(code)
  assert.equal(await value(code), first)
  assert.match(first, /1767225600000000000/)
})

for (const [name, code, expected] of [
  ['a mask that is read back within a run', 'import os\ndef f(): return [os.umask(0o77), os.umask(0)]', '[18, 63]'],
  [
    'times of a file',
    'import os\ndef f(): s = os.stat("/"); return [s.st_atime, s.st_mtime, s.st_ctime]',
    '[1767225600.0, 1767225600.0, 1767225600.0]',
  ],
  ['times by a link', 'import os\ndef f(): return os.lstat("/home").st_mtime_ns', '1767225600000000000'],
  [
    'times by a descriptor',
    'import os\ndef f(): return os.fstat(os.open("/dev/null", 0)).st_atime_ns',
    '1767225600000000000',
  ],
  ['times by scandir', 'import os\ndef f(): return {e.stat().st_mtime for e in os.scandir("/")}', '{1767225600.0}'],
  ['times by pathlib', 'import pathlib\ndef f(): return pathlib.Path("/tmp").stat().st_ctime', '1767225600.0'],
  [
    'the time zone',
    'import time\ndef f(): return [time.tzname[0][:3], time.timezone, time.localtime().tm_hour]',
    "['UTC', 0, 0]",
  ],
  ['the date', 'import datetime\ndef f(): return str(datetime.date.today())', '2026-01-01'],
  ['the number of the process', 'import os\ndef f(): return [os.getpid(), os.getppid()]', undefined],
  ['the name of the machine', 'import platform\ndef f(): return platform.node()', undefined],
  [
    'the load of the machine',
    'import os\ndef f():\n    try: return os.getloadavg()\n    except OSError: return "no"',
    undefined,
  ],
  ['numbers of processors', 'import os\ndef f(): return os.cpu_count()', undefined],
  ['numbers of files', 'import os\ndef f(): return [os.stat(p).st_ino for p in ("/", "/tmp", "/dev/null")]', undefined],
  ['free room', 'import os\ndef f(): s = os.statvfs("/"); return [s.f_bfree, s.f_ffree]', undefined],
  [
    'names that are made at random',
    'import tempfile\ndef f(): return next(tempfile._get_candidate_names())',
    undefined,
  ],
  ['secrets', 'import secrets\ndef f(): return secrets.token_hex(8)', undefined],
  ['the order of a set', 'def f(): return list({"a", "b", "c", "d"})', undefined],
  ['addresses', 'def f(): return id(object())', undefined],
] as const)
  test(`${name}: the same in every run`, async () => {
    const first = await value(code)
    if (expected !== undefined) assert.equal(first, expected)
    await value(
      'import os, random\nos.umask(0o7)\nopen("/dev/null").read()\nrandom.random()\ndef f(): return os.listdir("/")',
    )
    assert.equal(await value(code), first)
    assert.doesNotMatch(first, /^(?:violation|crashed)/)
  })

// What crosses between a candidate and its tests.

withFile('21_builtins_by_type_tag.py', async (code) => {
  assert.equal(passed(await check(code, testsOf(code))), 0)
  assert.equal(passed(await check('def f(x): return sorted(x)', ['assert f([2, 1]) == [1, 2]'])), 1)
})

withFile('23_stopiteration_ends_map.py', async (code) => {
  const result = await check(code, testsOf(code))
  // The last one drives no candidate: of no elements, nothing is wrong.
  assert.equal(passed(result), 1)
})

withFile('31_load_report_deep_exceptions.py', async (code) => {
  assert.equal(passed(await check(code, testsOf(code))), 0)
  assert.equal(passed(await check('def f(x): return 1', ['assert f(1) == 1'])), 1)
})

withFile('54_big_int_results.py', async (code) => {
  assert.match(await value(code), /'a': 1(?:0){10000}[,}]/)
})

const forged = (json: string): string => `
import json
import _baton.check as c
import _baton.values as v
v.encode = lambda value: json.loads(${JSON.stringify(json)})
def f(*x): return 0`

for (const [name, json] of [
  ['exec by name', '{"builtin": "exec"}'],
  ['eval by name', '{"builtin": "eval"}'],
  ['setattr by name', '{"builtin": "setattr"}'],
  ['the import function', '{"builtin": "__import__"}'],
  ['the names of the built-ins', '{"builtin": "__dict__"}'],
  ['the builder of classes', '{"builtin": "__build_class__"}'],
  ['a class that runs nothing', '{"type": ["builtins", "map"]}'],
  ['a class that reads attributes', '{"type": ["builtins", "super"]}'],
  ['a class of another module', '{"type": ["sys", "modules"]}'],
  ['a member of a module', '{"type": ["collections", "abc"]}'],
  ['an object of the tests by a wrong number', '{"own": 0}'],
  ['an object of the tests by a number below zero', '{"own": -1}'],
  ['a value with two tags', '{"tuple": [], "set": []}'],
  ['a value without a tag', '{}'],
  ['a tag that does not exist', '{"code": "import os"}'],
  ['a text in place of items', '{"tuple": "abc"}'],
  ['a named tuple with names of its own', '{"namedtuple": ["N", ["__eq__"], [1]]}'],
  ['a pattern that takes for ever', '{"pattern": ["(a+)+$", 0]}'],
  ['a range of texts', '{"range": ["a", "b", "c"]}'],
  ['an array of another type', '{"array": ["u", [1]]}'],
] as const)
  test(`a candidate that answers with ${name} passes no test, and none after it`, async () => {
    const tests = [
      'assert f(1) == 1',
      'assert f([3, 1]) == [1, 3]',
      'x = {}\nf(x)\nassert x == {"a": 1}',
      'assert f(2)(3) == 9',
    ]
    assert.equal(passed(await check(forged(json), tests)), 0)
    await arena.assertClean()
  })

test("names of the tests are not a candidate's to change, whatever it does to its arguments", async () => {
  const code =
    'def f(names):\n    if isinstance(names, dict):\n        names.clear()\n        names["g"] = 1\n    return 1'
  const tests = [
    'g = 2\nassert f(globals()) == 1\nassert g == 2',
    'import builtins\nf(vars(builtins))\nassert len([1, 2]) == 2',
    'import math\nf(vars(math))\nassert math.floor(2.5) == 2',
    'mine = {"a": 1}\nf(mine)\nassert mine == {"g": 1}',
  ]
  const result = await check(code, tests)
  assert.ok(result.kind === 'checked')
  assert.equal(result.outcomes.at(-1)?.isPassed, true, JSON.stringify(result.outcomes))
  const cleared = result.outcomes.filter(({ error }) => /NameError/.test(error?.type ?? ''))
  assert.deepEqual(cleared, [])
})

test('the interpreter of the tests is as new for each of them', async () => {
  const tests = [
    'import math, builtins\nmath.pi = 3\nbuiltins.len = lambda x: 7\nassert f(1) == 1',
    'import math\nassert math.pi > 3.1 and len([]) == 0 and f(1) == 1',
  ]
  const result = await check('def f(x): return 1', tests)
  assert.equal(result.kind === 'checked' && result.outcomes[1]?.isPassed, true, JSON.stringify(result))
})

// Completions.

const math: Problem = { id: 'm', type: 'math', source: 't', question: '2 + 2?', answer: '4', difficulty: 1 }

async function outcomeOf(text: string, answer = 'fine') {
  const executor = createFakeChatModel(() => answer)
  const deps = {
    executor,
    sandbox: arena.sandbox,
    analyzer,
    limits: { ...calm, cpuMs: 1000 },
    runFallback: false,
    now: () => 0,
  }
  const context = { key: ['k'], signal: new AbortController().signal }
  const attempt = await executeWorkflow({ completionText: text, problem: math, deps }, context)
  return {
    executor,
    attempt,
    ends: [attempt.outcome, ...attempt.failures.map(({ boundary, code }) => `${boundary}/${code}`)],
  }
}

withFile('a09_many_defs.py', async () => {
  const text = `class Workflow:\n${Array.from({ length: 20_000 }, (_, i) => `    async def m${i}(self): return await self.op${i}(input=1)\n`).join('')}`
  assert.deepEqual((await outcomeOf(text)).ends, ['unreadable', 'parse/too-long'])
})

withFile('a13_deep_json_plan.py', async () => {
  for (const depth of [2900, 100_000]) {
    const text = `{"candidates": ${'['.repeat(depth)}${']'.repeat(depth)}}`
    assert.deepEqual((await outcomeOf(text)).ends, ['unreadable', 'parse/no-code'])
  }
})

withFile('w01_cancel_dodges_spending.py', async (code) => {
  const spent: OperatorReply = {
    kind: 'returned',
    value: { response: 'a' },
    costUsd: 0.01,
    inputTokens: 1000,
    outputTokens: 10,
  }
  const signature = {
    parameters: [
      { name: 'input', isRequired: true },
      { name: 'instruction', isRequired: false },
    ],
  }
  const names = ['Custom', 'MdEnsemble', 'ScEnsemble', 'Programmer']
  const program = {
    ...{
      code,
      className: 'Workflow',
      init: { name: 'w', dataset: 'MATH' },
      callArgs: { problem: 'p', entry_point: null },
    },
    ...{ operators: names.map((name) => ({ name, ...signature })), seed: 1 },
  }
  const most = { ...calm, maxOperatorCalls: 40, maxOperatorTokens: 10_000 }
  assert.deepEqual(await arena.sandbox.runWorkflow(program, async () => spent, most), {
    kind: 'spend',
    limit: 'tokens',
  })
})

withFile('w03_replay_multiplies_cpu.py', async (code) => {
  const { ends } = await outcomeOf(code)
  assert.deepEqual(ends, ['failed', 'sandbox/deadline-cpu'])
})

withFile('w04_surrogates_to_server.py', async (code) => {
  const { executor, ends } = await outcomeOf(code)
  assert.equal(executor.calls.length, 0)
  assert.equal(ends[0], 'failed')
  assert.equal(ends[1], 'policy/prompt-not-unicode')
})
