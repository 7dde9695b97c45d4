/**
 * Programs that take what there is: time, in Python and in C, memory, stack, output. Each ends at a limit, whichever it meets
 * first, or in an exception of Python's own, and the interpreter that follows is in its first state.
 */
import { after, test } from 'node:test'
import { type Attack, limits, openArena } from './arena.ts'

const arena = await openArena()
after(() => arena.close())

const attacks: readonly Attack[] = [
  ['loop', 'while True: pass', 'deadline'],
  ['stubborn loop', 'while True:\n    try:\n        while True: pass\n    except BaseException: pass', 'deadline'],
  ['iterator loop', 'import itertools\nfor _ in itertools.count(): pass', 'deadline'],
  [
    'loop in an exit handler',
    'import atexit, sys\nclass L:\n    def __del__(self):\n        while True: pass\nx = L()\ndel x',
    'deadline',
  ],
  ['slow regular expression', 'import re\nre.match("(a+)+$", "a" * 40 + "b")', 'deadline'],
  ['big power', 'x = 10 ** (10 ** 8)', 'deadline', 'memory'],
  ['sleep', 'import time\nfor _ in range(10): time.sleep(10 ** 6)\ndef solve(): return "slept"', 'slept'],
  ['list', 'x = [0] * 10 ** 9', 'memory'],
  ['text doubling', 'x = "a"\nwhile True: x += x', 'memory'],
  [
    'memory, caught',
    'x = []\nwhile True:\n    try: x.append(bytearray(1 << 24))\n    except MemoryError: pass',
    'deadline',
  ],
  ['print', 'print("x" * 10 ** 7)', 'output'],
  ['print flood', 'while True: print("x" * 1000)', 'output'],
  [
    'print past a replaced stdout',
    'import os, sys\nsys.stdout = sys.__stdout__\nwhile True: os.write(1, b"x" * 10000)',
    'output',
  ],
  ['big value', 'def solve(): return "x" * 10 ** 7', 'output'],
  ['recursion', 'def f(n): return f(n + 1)\nf(0)', 'RecursionError'],
  [
    'recursion limit',
    'import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n): return f(n + 1)\nf(0)',
    'RecursionError',
    'deadline',
  ],
  ['deep nesting', 'x = []\nfor i in range(100000): x = [x]\nrepr(x)', 'RecursionError'],
  ['deep source', 'eval("+".join(["1"] * 100000))', 'RecursionError'],
  ['open files', 'import os\nfiles = []\nwhile True: files.append(os.open("/dev/null", 0))', 'OSError'],

  // Loops that Python sees.
  ['generator loop', 'def g():\n    while True: yield\nfor _ in g(): pass', 'deadline'],
  ['loop in a comparison', 'class A:\n    def __eq__(s, o):\n        while True: pass\nA() == 1', 'deadline'],
  ['loop in a handler', 'try: 1 / 0\nfinally:\n    while True: pass', 'deadline'],
  [
    'loop in a trace function',
    'import sys\ndef t(*a):\n    while True: pass\nsys.settrace(t)\n(lambda: 0)()',
    'deadline',
  ],
  [
    'loop in a coroutine',
    'import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)\nasyncio.run(f())',
    'deadline',
  ],
  ['sleeping loop', 'import time\nwhile True: time.sleep(1e9)', 'deadline'],
  [
    'loop of callbacks',
    'import asyncio\nasync def f():\n    loop = asyncio.get_running_loop()\n    def again(): loop.call_soon(again)\n    again()\n    await asyncio.Event().wait()\nasyncio.run(f())',
    'deadline',
  ],
  ['loop in a regular expression with bytes', 'import re\nre.search(rb"(x+x+)+y", b"x" * 50)', 'deadline'],
  ['loop in str of a huge number', 'import sys\nsys.set_int_max_str_digits(0)\nstr(3 ** (10 ** 7))', 'deadline'],
  ['loop in factorial', 'import math\nmath.factorial(10 ** 7)', 'deadline', 'memory'],
  ['loop in pow', 'pow(3, 10 ** 9, 10 ** 50000)', 'deadline'],
  [
    'loop in sort',
    'import functools\nsorted(range(10 ** 6), key=functools.cmp_to_key(lambda a, b: b - a))',
    'deadline',
    'memory',
  ],
  ['loop in the compiler', 'compile("(" * 150 + ")" * 150 + "+1" * 10 ** 6, "x", "eval")', 'memory'],
  [
    'loop in hashing',
    'class H:\n    def __hash__(self): return 1\n    def __eq__(s, o): return s is o\nx = {H(): 1 for _ in range(10 ** 5)}',
    'deadline',
  ],
  [
    'loop in the collector',
    'import gc\ndef again(*a): gc.collect()\ngc.callbacks.append(again)\nwhile True: gc.collect()',
    'deadline',
  ],
  [
    'signals blocked',
    'import signal\ntry: signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 20))\nexcept Exception: pass\nwhile True: pass',
    'deadline',
  ],
  // Loops in C that look at no deadline.
  ['sum of a range', 'sum(range(10 ** 12))', 'deadline'],
  ['draining deque', 'import collections\ncollections.deque(iter(int, 1), maxlen=0)', 'deadline'],
  // Memory.
  ['bytes', 'x = bytearray(2 ** 31 - 1)', 'memory'],
  ['nested lists', 'x = []\nwhile True: x = [x, x]', 'memory'],
  ['multiplied text', 'x = "a" * (2 ** 30)', 'memory'],
  ['format width', 'x = "%2000000000d" % 1', 'memory'],
  ['f-string width', 'x = f"{1:2000000000}"', 'memory'],
  [
    'decompression',
    'import zlib\nx = zlib.decompress(zlib.compress(b"0" * 10 ** 7) )\ny = [x * 20 for _ in range(50)]',
    'memory',
    'deadline',
  ],
  [
    'compressed bomb',
    'import bz2\nd = bz2.BZ2Decompressor()\nx = bz2.compress(b"0" * (1 << 26))\ny = [bz2.decompress(x) for _ in range(9)]',
    'memory',
    'deadline',
  ],
  ['dictionary', 'x = {}\nwhile True: x[len(x)] = [0] * 1000', 'memory', 'deadline'],
  [
    'cached function',
    'import functools\n@functools.cache\ndef f(n): return bytes(10 ** 6)\nn = 0\nwhile True:\n    f(n)\n    n += 1',
    'memory',
    'deadline',
  ],
  [
    'exceptions chained',
    'e = None\nwhile True:\n    try: raise ValueError(bytes(10 ** 6)) from e\n    except ValueError as error: e = error',
    'memory',
    'deadline',
  ],
  ['matrix', 'x = [[0] * 10 ** 5 for _ in range(10 ** 5)]', 'memory', 'deadline'],
  ['itertools product', 'import itertools\nx = list(itertools.product(range(100), repeat=6))', 'memory', 'deadline'],
  [
    'decimal precision',
    'import decimal\ndecimal.getcontext().prec = decimal.MAX_PREC\nx = decimal.Decimal(1) / 3',
    'memory',
  ],
  // Recursion.
  ['repr of itself', 'class A:\n    def __repr__(self): return repr(self)\ndef solve(): return A()', 'RecursionError'],
  ['recursion in equality', 'class A:\n    def __eq__(s, o): return o == s\nA() == A()', 'RecursionError'],
  ['recursion in getattr', 'class A:\n    def __getattr__(s, n): return getattr(s, n + "x")\nA().x', 'RecursionError'],
  ['recursion in a generator', 'def g(): yield from g()\nlist(g())', 'RecursionError'],
  ['recursion in a copy', 'import copy\nx = []\nfor _ in range(10 ** 5): x = [x]\ncopy.deepcopy(x)', 'RecursionError'],
  ['recursion in json', 'import json\njson.loads("[" * 10 ** 5)', 'RecursionError'],
  ['recursion in pickle', 'import pickle\nx = []\nfor _ in range(10 ** 5): x = [x]\npickle.dumps(x)', 'RecursionError'],
  ['recursion in the parser', 'eval("(" * 10 ** 5)', 'SyntaxError'],
  ['recursion in the parser of signs', 'eval("-" * 10 ** 5 + "1")', 'memory'],
  ['recursion in a coroutine', 'import asyncio\nasync def f(): await f()\nasyncio.run(f())', 'RecursionError'],
  [
    'recursion in classes',
    'class M(type):\n    def __instancecheck__(c, o): return isinstance(o, c)\nclass A(metaclass=M): pass\nisinstance(1, A)',
    'RecursionError',
  ],
  [
    'deallocation of a deep chain',
    'x = None\nfor _ in range(10 ** 6): x = (x,)\ndel x',
    'None',
    'RecursionError',
    'memory',
    'crashed',
  ],
  // Output.
  ['stderr', 'import sys\nwhile True: sys.stderr.write("x" * 1000)', 'output'],
  ['dunder stdout', 'import sys\nwhile True: print("x" * 1000, file=sys.__stdout__)', 'output'],
  ['warnings', 'import warnings\nwarnings.simplefilter("always")\nwhile True: warnings.warn("x" * 1000)', 'output'],
  ['logging', 'import logging\nwhile True: logging.error("x" * 1000)', 'output'],
  ['long message', 'raise ValueError("x" * 10 ** 7)', 'ValueError'],
  ['long name', 'raise type("N" * 10 ** 6, (Exception,), {})', 'output'],
  ['lying length of text', 'class S(str):\n    def __len__(self): return 0\nprint(S("x" * 10 ** 7))', 'output'],
  ['surrogates', 'def solve(): return "\\ud800" * 10', '\ud800'.repeat(10)],
  ['control characters', 'def solve(): return "\\0\\n\\u2028{}]"', '\u0000\n\u2028{}]'],
]

for (const attack of attacks) {
  test(`attack "${attack[0]}" gets nowhere and leaves nothing`, () => arena.withstand(attack, limits))
}

test('after all of them, nothing of the host was touched', () => arena.assertUntouched())
