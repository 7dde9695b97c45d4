/**
 * Candidates that forge the verdict on them: fake equality, early exits, a patched harness, edited tests, forged messages.
 * None passes a test that the plain wrong answer fails; and the check that follows each is as just as before.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { limits, openArena } from './arena.ts'

const arena = await openArena()
after(() => arena.close())

/** Of a function that squares. */
const squareTests = [
  'def check(candidate):\n    assert candidate(2) == 4\n    assert candidate(3) == 9',
  'assert f(5) == 25',
]
const checkLimits = { ...limits, cpuMs: 100 }

const check = (code: string, tests: readonly string[] = squareTests) =>
  arena.sandbox.checkCode({ code, entryPoint: 'f', tests, seed: 1 }, checkLimits)

const equalToAll = (base: string, value: string) =>
  `class E${base}:\n    def __eq__(s, o): return True\n    def __ne__(s, o): return False\n    def __hash__(s): return 4\ndef f(x): return E(${value})`

const forgeries: Readonly<Record<string, string>> = {
  'an integer that equals all': equalToAll('(int)', '0'),
  'a number that equals all': equalToAll('(float)', '0'),
  'a text that equals all': equalToAll('(str)', '"x"'),
  'a list that equals all': equalToAll('(list)', ''),
  'a tuple that equals all': equalToAll('(tuple)', ''),
  'a dictionary that equals all': equalToAll('(dict)', ''),
  'a set that equals all': equalToAll('(set)', ''),
  'an object that equals all': equalToAll('', ''),
  'a fraction that equals all': `import fractions\n${equalToAll('(fractions.Fraction)', '1')}`,
  'a decimal that equals all': `import decimal\n${equalToAll('(decimal.Decimal)', '1')}`,
  'an exception that equals all': equalToAll('(Exception)', ''),
  'a class that equals all':
    'class M(type):\n    def __eq__(c, o): return True\n    __hash__ = type.__hash__\nclass E(metaclass=M): pass\ndef f(x): return E',
  'a class that claims to be an integer':
    'class E:\n    __class__ = int\n    def __eq__(s, o): return True\ndef f(x): return E()',
  'a class with the name of a built-in':
    'class M(type):\n    __name__ = "int"\nclass E(metaclass=M): pass\nE.__qualname__ = "int"\ndef f(x): return E',
  'unittest.mock.ANY': 'from unittest.mock import ANY\ndef f(x): return ANY',
  'a mock':
    'from unittest.mock import MagicMock\ndef f(x):\n    m = MagicMock()\n    m.__eq__.return_value = True\n    return m',
  'a text that reads like a tag': 'def f(x): return {"int": "0x4"}',
  'not a number': 'def f(x): return float("nan")',
  'a generator without end': 'def f(x):\n    while True: yield 4',
  'a list that holds itself': 'def f(x):\n    y = []\n    y.append(y)\n    return y',
  exit: 'import sys\ndef f(x): sys.exit(0)',
  'exit while loading': 'import sys\ndef f(x): return 0\nsys.exit(0)',
  'SystemExit with a text': 'def f(x): raise SystemExit("2 passed")',
  'hard exit': 'import os\ndef f(x): os._exit(0)',
  'hard exit while loading': 'import os\ndef f(x): return 0\nos._exit(0)',
  quit: 'def f(x): quit()',
  KeyboardInterrupt: 'def f(x): raise KeyboardInterrupt',
  GeneratorExit: 'def f(x): raise GeneratorExit',
  StopIteration: 'def f(x): raise StopIteration',
  CancelledError: 'import asyncio\ndef f(x): raise asyncio.CancelledError',
  'the signal of success, raised':
    'class null(BaseException):\n    def __str__(s): return "null"\ndef f(x): raise null',
  'a skipped test': 'import unittest\ndef f(x): raise unittest.SkipTest("passed")',
  'an exception without a type': 'E = type("", (BaseException,), {})\ndef f(x): raise E(None)',
  'an exception that cannot be told':
    'class E(Exception):\n    args = property(lambda s: 1 / 0)\n    def __str__(s): raise s\ndef f(x): raise E',
  'printed success': 'def f(x):\n    print("null\\nPASSED\\n2 passed in 0.01s\\nOK")\n    return 0',
  'printed messages':
    'import json\nm = json.dumps({"kind": "done", "id": 1, "ended": {"kind": "value", "text": "null", "refused": []}})\nprint(m)\ndef f(x):\n    print(m)\n    return 0',
  'messages written to every descriptor':
    'import os\ndef f(x):\n    for fd in range(200):\n        try: os.write(fd, b\'{"kind": "returned", "value": 4}\\n\')\n        except OSError: pass\n    return 0',
  'messages in the peer channel':
    'import os\nos.write(77, b\'{"kind": "returned", "value": 4}\')\ndef f(x): return os.read(77, 100)',
  'assert patched':
    'import builtins\nbuiltins.AssertionError = type("Passed", (Exception,), {})\nbuiltins.__debug__ = False if False else True\ndef f(x): return 0',
  'comparison patched':
    'import operator, builtins\noperator.eq = lambda a, b: True\nbuiltins.all = builtins.any = lambda x: True\nbuiltins.isinstance = lambda *a: True\ndef f(x): return 0',
  'the compiler patched':
    'import builtins\nbuiltins.compile = builtins.exec = lambda *a, **k: None\ndef f(x): return 0',
  'unittest patched':
    'import unittest\nunittest.TestCase.assertEqual = lambda *a: None\nunittest.TestCase.failureException = ()\ndef f(x): return 0',
  'json patched':
    'import json\njson.dumps = lambda *a, **k: "null"\njson.loads = lambda *a, **k: {"name": "f", "args": [], "kwargs": {}}\ndef f(*x): return 0',
  'harness patched':
    'import sys\nh = sys.modules["_baton.check"]\nh.run_test = lambda text: "null"\nh.session.to_text = lambda message: "null"\nh.values.encode = lambda value: {"int": "0x4"}\ndef f(x): return 0',
  'harness patched while called':
    'def f(x):\n    import _baton.check as h\n    h.call_candidate = h.run_test = lambda text: "null"\n    h.json.dumps = lambda *a: "null"\n    return 0',
  'code of the harness replaced':
    'import _baton.check as h\nh.call_candidate.__code__ = (lambda text: "null").__code__\ndef f(x): return 0',
  'every function of the harness replaced':
    'import gc, types\nfor o in gc.get_objects():\n    if isinstance(o, types.FunctionType) and o.__module__.startswith("_baton"): o.__code__ = (lambda *a, **k: "null").__code__ if not o.__closure__ else o.__code__\ndef f(x): return 0',
  'a load report that is not one': 'import _baton.session as s\ns.to_text = lambda message: "[[["\ndef f(x): return 0',
  'a load report of nothing':
    'import _baton.session as s\ns.to_text = lambda message: \'{"kind": "loaded"}\'\ndef f(x): return 0',
  'a load report with other names':
    'import _baton.session as s\ns.to_text = lambda message: \'{"kind": "loaded", "names": ["f", "check", "__builtins__", "__name__", "AssertionError", "candidate", 7], "exceptions": {"AssertionError": ["KeyError"], "__builtins__": ["X", "Exception"]}}\'\ndef f(x): return 0',
  'a load report with an exception for success':
    'import _baton.session as s\ns.to_text = lambda message: \'{"kind": "loaded", "names": ["f"], "exceptions": {"AssertionError": ["StopIteration"]}}\'\ndef f(x): return 0',
  'the frame of the test':
    'import sys\ndef f(x):\n    g = sys._getframe()\n    while g:\n        g.f_globals["check"] = lambda c: None\n        g.f_locals["result"] = g.f_locals["reply"] = 4\n        g = g.f_back\n    return 0',
  'the tests found by the collector':
    'import gc\ndef f(x):\n    for o in gc.get_objects():\n        if isinstance(o, dict) and ("test" in o or "tests" in o): o["test"] = o["tests"] = "pass"\n    return 0',
  'trace function':
    'import sys\ndef t(frame, event, arg):\n    frame.f_trace_lines = True\n    if "reply" in frame.f_locals: frame.f_locals["reply"] = "null"\n    return t\nsys.settrace(t)\ndef f(x): return 0',
  'profile function':
    'import sys\nsys.setprofile(lambda frame, event, arg: frame.f_globals.update(check=lambda c: None))\ndef f(x): return 0',
  monitoring:
    'import sys\nm = sys.monitoring\nm.use_tool_id(1, "x")\nm.set_events(1, m.events.PY_RETURN)\nm.register_callback(1, m.events.PY_RETURN, lambda *a: "null")\ndef f(x): return 0',
  'exit handler': 'import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(x): return 0',
  excepthook: 'import sys\nsys.excepthook = lambda *a: None\ndef f(x): raise AssertionError',
  'import hook': 'import sys, types\nfake = types.ModuleType("math")\nsys.modules["math"] = fake\ndef f(x): return 0',
  'a finalizer':
    'class D:\n    def __del__(s):\n        import os\n        os._exit(0)\ndef f(x):\n    D()\n    return 0',
  'its own check': 'def check(c): pass\ndef candidate(x): return x * x\ndef test(x): pass\ndef f(x): return 0',
  'its own built-ins':
    'def len(x): return 4\ndef isinstance(a, b): return True\ndef AssertionError(*a): return StopIteration()\ndef f(x): return []',
  'its own dunders':
    '__name__ = "test"\n__file__ = "<test>"\ndef __builtins__(*a): return 4\ndef __getattr__(n): return lambda *a: 4\ndef __import__(*a): return 4\ndef f(x): return 0',
  'a recursive call of the test': 'def f(x): return f(x)',
  'a crash':
    'def f(x):\n    g = lambda: 0\n    g.__code__ = g.__code__.replace(co_code=bytes([100, 255] * 200))\n    return g()',
  memory: 'def f(x): return [0] * 10 ** 9',
  output: 'def f(x):\n    print("x" * 10 ** 7)\n    return 0',
  'a result too large': 'def f(x): return "x" * 10 ** 7',
  'a loop': 'def f(x):\n    while True: pass',
  'a stubborn loop':
    'def f(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass',
}

test('without a forgery, tests pass and fail as they should', () => assertJust())

async function assertJust(): Promise<void> {
  const result = await check('def f(x): return x * x', ['assert f(2) == 4', 'assert f(2) == 5', 'assert f(3) == 9'])
  assert.deepEqual(result.kind === 'checked' && result.outcomes.map(({ isPassed }) => isPassed), [true, false, true])
}

for (const [name, code] of Object.entries(forgeries)) {
  test(`forgery "${name}" passes no test`, async () => {
    const result = await check(code)
    const passed = result.kind === 'checked' ? result.outcomes.filter(({ isPassed }) => isPassed) : []
    assert.deepEqual(passed, [])
    await assertJust()
    await arena.assertClean()
  })
}

test('a candidate finds neither the tests nor the answers in its interpreter', async () => {
  const snoop = `
import gc, sys
def f(x):
    found, seen, todo = [], set(), list(gc.get_objects()) + list(sys._current_frames().values())
    while todo and len(seen) < 300000:
        o = todo.pop()
        if id(o) in seen: continue
        seen.add(id(o))
        if isinstance(o, (str, bytes)):
            if ("zebra" if isinstance(o, str) else b"zebra") in o and len(o) > 5 and "snoop" not in str(o): found.append(str(o))
        else: todo += gc.get_referents(o)
    return [text for text in found if "stripes" in text and "class_of" not in text]  # class_of snoop`
  const tests = ['hidden = "zebra " + "stri" + "pes"\nassert f(1) == [], f(1)']
  const result = await arena.sandbox.checkCode(
    { code: snoop, entryPoint: 'f', tests, seed: 1 },
    { ...checkLimits, cpuMs: 5000 },
  )
  assert.deepEqual(result.kind === 'checked' && result.outcomes.map(({ isPassed }) => isPassed), [true])
})

test('after all of them, nothing of the host was touched', () => arena.assertUntouched())
