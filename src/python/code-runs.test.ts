import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { after, test } from 'node:test'
import { createSandbox } from './index.ts'
import { limits } from './testing/sandbox-fixture.ts'

const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
after(() => sandbox.close())

const runCode = (code: string, call?: string, changes = {}) =>
  sandbox.runCode({ code, seed: 1, ...(call === undefined ? {} : { call }) }, { ...limits, ...changes })

async function check(code: string, tests: readonly string[], changes = {}): Promise<string> {
  const result = await sandbox.checkCode({ code, entryPoint: 'f', tests, seed: 1 }, { ...limits, ...changes })
  if (result.kind !== 'checked') return result.kind
  const marks = result.outcomes.map((outcome) =>
    outcome.isPassed ? 'pass' : (outcome.stop ?? outcome.error?.type ?? 'no reason'),
  )
  assert.equal(
    result.isPassed,
    marks.every((mark) => mark === 'pass'),
  )
  return marks.join(' ')
}

test('code that fails says how and where', async () => {
  assert.deepEqual(await runCode('def solve():\n    return 1 / 0', 'solve'), {
    kind: 'raised',
    error: { type: 'ZeroDivisionError', message: 'division by zero', line: 2 },
    stdout: '',
  })
  const kinds = async (code: string) => {
    const result = await runCode(code, 'solve')
    return result.kind === 'raised' ? result.error.type : result.kind
  }
  assert.equal(await kinds('x = 1'), 'NameError')
  assert.equal(await kinds('def solve(): return int(input())'), 'EOFError')
  assert.equal(await kinds('import numpy'), 'ModuleNotFoundError')
  assert.equal(await kinds('import sys\nsys.exit(0)'), 'SystemExit')
  assert.equal(
    await kinds('class A:\n    def __repr__(self): return repr(self)\ndef solve(): return A()'),
    'RecursionError',
  )
})

test('the standard library is there', async () => {
  const code = `
import array, bisect, calendar, cmath, collections, csv, dataclasses, datetime, decimal, difflib, enum, fractions, functools
import hashlib, heapq, html, io, itertools, json, logging, operator, pprint, queue, random, re, sqlite3, statistics, string
import struct, textwrap, typing, unicodedata, unittest, uuid, zlib
@dataclasses.dataclass
class Point:
    x: int
@functools.lru_cache(None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
def solve():
    return [fib(200), Point(1), decimal.Decimal("0.1") + 1, fractions.Fraction(1, 3), statistics.median([1, 5, 2]),
            datetime.date(2024, 2, 29).isoformat(), hashlib.md5(b"x").hexdigest()[:6]]`
  const result = await runCode(code, 'solve')
  assert.equal(
    result.kind === 'returned' && result.value,
    "[280571172992510140037611932413038677189525, Point(x=1), Decimal('1.1'), Fraction(1, 3), 2, '2024-02-29', '9dd4e4']",
  )
})

test('compile gives the verdict of CPython itself', async () => {
  assert.equal(await sandbox.compile('async def f():\n    await g()'), null)
  assert.deepEqual(await sandbox.compile('x = 1\nreturn x'), {
    type: 'SyntaxError',
    message: "'return' outside function",
    line: 2,
  })
  assert.equal((await sandbox.compile('if x:\n\ty\n        z'))?.type, 'TabError')
  assert.equal((await sandbox.compile('print "x"'))?.type, 'SyntaxError')
  assert.equal((await sandbox.compile('x = "\0"'))?.type, 'SyntaxError')
  assert.notEqual(await sandbox.compile(`${'('.repeat(5000)}${')'.repeat(5000)}`), null)
})

test('tests may define check with or without the candidate, or just assert', async () => {
  const code = 'def f(x): return x + 1'
  const tests = [
    'def check(candidate):\n    assert candidate(1) == 2\n    assert candidate(x=2) == 3',
    'def check():\n    assert f(1) == 2',
    'def check(candidate):\n    assert candidate(1) == 3',
    'assert candidate(1) == 2',
  ]
  assert.equal(await check(code, tests), 'pass pass AssertionError pass')
})

test('values of every plain kind cross between the interpreters', async () => {
  const code = 'def f(x): return x'
  const values = [
    'None, True, ..., 1.5, -0.0, 10**400, "\\ud800é", b"\\x00a", bytearray(b"a"), 1+2j',
    '{(1, 2), (3, (4,))}, frozenset({1}), {(1, 2): {"a": [1, (2,)]}, None: set()}, range(1, 9, 2)',
    '__import__("collections").Counter("aab"), __import__("collections").deque([1, 2])',
    '__import__("fractions").Fraction(1, 3), __import__("decimal").Decimal("0.10"), __import__("datetime").date(2024, 2, 29)',
    'int, float("inf")',
  ]
  const tests = values.map(
    (value) => `for x in (${value},):\n    y = f(x)\n    assert y == x and type(y) is type(x), repr(y)`,
  )
  assert.equal(await check(code, tests), 'pass pass pass pass pass')
  assert.equal(await check(code, ['assert str(f(float("nan"))) == "nan"']), 'pass')
  assert.equal(
    await check('def f(x): return ValueError("a", 1)', ['assert repr(f(1)) == "ValueError(\'a\', 1)"']),
    'pass',
  )
  assert.equal(await check('def f(x):\n    for i in range(x): yield i', ['assert list(f(3)) == [0, 1, 2]']), 'pass')
  assert.equal(await check('class P: pass\ndef f(x): return P()', ['assert "P" in repr(f(1))']), 'pass')
})

test('exceptions keep their type, message and arguments', async () => {
  const code = `
class Mine(KeyError): pass
def f(x):
    if x == 0: raise ValueError("zero", 7)
    if x == 1: raise Mine("mine")
    if x == 2: return [][1]
    raise __import__("json").JSONDecodeError("bad", "doc", 1)`
  const expecting = (call: string, kind: string, claim: string) =>
    `try:\n    ${call}\nexcept ${kind} as error:\n    assert ${claim}\nelse:\n    assert False`
  const tests = [
    expecting('f(0)', 'ValueError', 'error.args == ("zero", 7)'),
    expecting('f(1)', 'Mine', 'isinstance(error, KeyError)'),
    expecting('f(1)', 'KeyError', 'type(error).__name__ == "Mine"'),
    expecting('f(2)', 'IndexError', '"range" in str(error)'),
    expecting('f(3)', 'ValueError', '"bad" in str(error)'),
    'import unittest\nwith unittest.TestCase().assertRaises(ValueError): f(0)',
  ]
  assert.equal(await check(code, tests), 'pass pass pass pass pass pass')
})

test('a candidate may change its arguments in place and call on its own helpers', async () => {
  const code = 'def f(x):\n    x.sort()\n    x.append(helper())\ndef helper(): return 9'
  assert.equal(
    await check(code, ['x = [3, 1]\nassert f(x) is None\nassert x == [1, 3, 9]', 'assert helper() == 9']),
    'pass pass',
  )
  assert.equal(await check('def f(d): d["b"] = {1}', ['d = {"a": 1}\nf(d)\nassert d == {"a": 1, "b": {1}}']), 'pass')
})

test('a candidate that does not load is a stop of its own', async () => {
  assert.equal(await check('def f(x: return x', ['assert f(1)']), 'raised')
  assert.equal(await check('def g(x): return x', ['assert f(1)']), 'raised')
  assert.equal(await check('while True: pass', ['assert f(1)'], { cpuMs: 100 }), 'deadline')
})

test('forged verdicts are refused', async () => {
  const tests = ['def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(3) == 9']
  const forgeries = {
    'an integer that equals all':
      'class E(int):\n    def __eq__(s, o): return True\n    __hash__ = int.__hash__\ndef f(x): return E(0)',
    'an object that equals all': 'class E:\n    def __eq__(s, o): return True\ndef f(x): return E()',
    'a list that equals all': 'class E(list):\n    def __eq__(s, o): return True\ndef f(x): return E()',
    'an exit': 'import sys\ndef f(x): sys.exit(0)',
    'a hard exit': 'import os\ndef f(x): os._exit(0)',
    'a changed harness': `
import sys
harness = sys.modules["_baton.check"]
harness.run_test = lambda text: "null"
harness.session.to_text = lambda message: "null"
harness.values.encode = lambda value: {"int": "0x4"}
def f(x): return 0`,
    'changed builtins':
      'import builtins\nbuiltins.AssertionError = ValueError\nbuiltins.repr = lambda x: "4"\ndef f(x): return 0',
    'a reply with code in it':
      'import sys\nsys.modules["_baton.values"].encode = lambda v: {"__import__": "os"}\ndef f(x): return 0',
    'a reply that is not JSON': 'import json\njson.dumps = lambda *a, **k: "4, True"\ndef f(x): return 0',
    'the peer channel':
      'import os\nos.write(77, b\'{"kind": "returned", "value": 4}\')\ndef f(x): return os.read(77, 100)',
    'a frame of the test':
      'import sys\ndef f(x):\n    sys._getframe(1).f_globals["check"] = lambda c: None\n    return 0',
    'its own check': 'def check(c): pass\ndef candidate(x): return 4\ndef f(x): return 0',
    'its own builtins for the test': 'def len(x): return 4\ndef isinstance(a, b): return True\ndef f(x): return []',
  }
  for (const [name, code] of Object.entries(forgeries)) assert.notEqual(await check(code, tests), 'pass', name)
  const shadowed = 'def len(x): return 4\ndef f(x): return []'
  assert.equal(await check(shadowed, ['assert len(f(1)) == 4']), 'AssertionError')
  assert.equal(await check('def f(x): return x * x', tests), 'pass')
})

test('a test that never ends fails alone, even in a loop of C', async () => {
  const code = `
def f(x):
    if x == 1:
        while True: pass
    if x == 2: return sum(range(10**12))
    if x == 3: return "x" * 10**6
    return x`
  const tests = ['assert f(0) == 0', 'f(1)', 'assert f(4) == 4', 'f(2)', 'f(3)', 'assert f(5) == 5']
  assert.equal(await check(code, tests, { cpuMs: 200 }), 'pass deadline pass deadline output pass')
  assert.equal(
    await check(code, ['f(1)', 'f(1)', 'f(1)', 'f(1)'], { cpuMs: 200, wallMs: 300 }),
    'deadline deadline deadline deadline',
  )
})

test('close ends what runs and leaves no process behind', async () => {
  const other = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  await other.compile('x = 1')
  const children = () => spawnSync('ps', ['-o', 'pid=', '--ppid', String(process.pid)], { encoding: 'utf8' }).stdout
  const before = children().trim().split('\n').length
  const running = other.runCode({ code: 'while True: pass', seed: 1 }, { ...limits, cpuMs: 60_000 })
  await other.close()
  assert.equal((await running).kind, 'aborted')
  if (existsSync('/proc')) assert.ok(children().trim().split('\n').length < before)
  await assert.rejects(other.compile('x = 1'), /closed/)
})
