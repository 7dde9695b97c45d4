/**
 * What crosses between a candidate and its tests, as Python's own equality would see it, and what a test may do with a
 * candidate's objects. Cases as users of other evaluators reported them, and others of each kind.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSandbox } from './index.ts'

const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
after(() => sandbox.close())
const limits = { cpuMs: 2000, wallMs: 60_000, memoryMb: 256, maxOutputChars: 65_536, maxOperatorCalls: 1 }

async function outcomes(code: string, entryPoint: string, tests: readonly string[]): Promise<string> {
  const result = await sandbox.checkCode({ code, entryPoint, tests, seed: 1 }, limits)
  if (result.kind !== 'checked') return result.kind === 'raised' ? `raised ${result.error.type}` : result.kind
  return result.outcomes
    .map(({ isPassed, stop, error }) => (isPassed ? 'pass' : (stop ?? `${error?.type}: ${error?.message}`)))
    .join('; ')
}

type Case = readonly [name: string, code: string, entryPoint: string, tests: readonly string[]]

function passes(title: string, cases: readonly Case[]): void {
  for (const [name, code, entryPoint, tests] of cases)
    test(`${title}: ${name}`, async () => {
      assert.equal(await outcomes(code, entryPoint, tests), tests.map(() => 'pass').join('; '))
    })
}

passes('iterators and plain values', [
  [
    'permutations',
    'import itertools\ndef f(xs): return itertools.permutations(xs)',
    'f',
    ['assert list(f([1, 2])) == [(1, 2), (2, 1)]'],
  ],
  [
    'combinations, product',
    'import itertools\ndef f(xs): return itertools.combinations(xs, 2)\ndef g(): return itertools.product("ab", repeat=2)',
    'f',
    ['assert list(f([1, 2, 3])) == [(1, 2), (1, 3), (2, 3)]', 'assert len(list(g())) == 4'],
  ],
  [
    'groupby',
    'import itertools\ndef f(s): return itertools.groupby(s)',
    'f',
    ['assert [(k, len(list(g))) for k, g in f("aab")] == [("a", 2), ("b", 1)]'],
  ],
  [
    'a generator without end',
    'def f():\n    n = 0\n    while True:\n        n += 1\n        yield n',
    'f',
    [
      'import itertools\nassert list(itertools.islice(f(), 50)) == list(range(1, 51))',
      'g = f()\nassert [next(g), next(g)] == [1, 2]',
      'assert [a for a, b in zip(f(), "xyz")] == [1, 2, 3]',
    ],
  ],
  ['a long generator', 'def f(n):\n    yield from range(n)', 'f', ['assert sum(f(10_000)) == 49_995_000']],
  [
    'an error in the middle of a generator',
    'def f():\n    yield 1\n    raise ValueError("two")',
    'f',
    [
      'g = f()\nassert next(g) == 1\ntry:\n    next(g)\nexcept ValueError as error:\n    assert str(error) == "two"\nelse:\n    assert False',
    ],
  ],
  [
    'an iterator of its own',
    'class Down:\n    def __init__(self, n): self.n = n\n    def __iter__(self): return self\n    def __next__(self):\n        if self.n == 0: raise StopIteration\n        self.n -= 1\n        return self.n\ndef f(n): return Down(n)',
    'f',
    ['assert list(f(3)) == [2, 1, 0]'],
  ],
  [
    'an array',
    'import array\ndef f(): return array.array("i", [1, 2])',
    'f',
    ['import array\nassert f() == array.array("i", [1, 2])\nassert list(f()) == [1, 2]'],
  ],
  [
    'a match',
    'import re\ndef f(s): return re.search(r"(?P<n>\\d+)", s)',
    'f',
    [
      'assert f("ab12c").group() == "12"',
      'assert f("ab12c").span() == (2, 4) and f("a1")["n"] == "1"',
      'assert f("none") is None',
      'assert f("a1")',
    ],
  ],
  ['a pattern', 'import re\ndef f(): return re.compile("a+", re.I)', 'f', ['assert f().match("AA")']],
  [
    'a named tuple',
    'from collections import namedtuple\nP = namedtuple("P", "x y")\ndef f(): return P(1, 2)',
    'f',
    ['assert f() == (1, 2)', 'assert f().x == 1 and f()._asdict() == {"x": 1, "y": 2}', 'x, y = f()\nassert y == 2'],
  ],
  [
    'a typed named tuple',
    'import typing\nclass P(typing.NamedTuple):\n    x: int\n    y: int = 2\ndef f(): return [P(1)]',
    'f',
    ['assert f()[0].y == 2 and f() == [(1, 2)]'],
  ],
  [
    'a defaultdict',
    'from collections import defaultdict\ndef f():\n    d = defaultdict(list)\n    d["a"].append(1)\n    return d',
    'f',
    ['assert f() == {"a": [1]}', 'd = f()\nassert d["b"] == []'],
  ],
  [
    'a defaultdict of a function',
    'from collections import defaultdict\ndef f():\n    return defaultdict(lambda: 7, a=1)',
    'f',
    ['assert f() == {"a": 1}', 'assert f()["z"] == 7'],
  ],
  [
    'views of a dictionary',
    'def f(d): return d.keys(), d.values(), d.items()',
    'f',
    ['assert [list(v) for v in f({"a": 1})] == [["a"], [1], [("a", 1)]]'],
  ],
  [
    'integers of 10,000 digits',
    'def f(): return {"a": 10 ** 10000, "d": [True, 2 ** 53 + 1, -(2 ** 63)], 10 ** 5000: 1}',
    'f',
    [
      'assert f() == {"a": 10 ** 10000, "d": [True, 2 ** 53 + 1, -(2 ** 63)], 10 ** 5000: 1}',
      'assert len(str(f()["a"])) == 10001',
    ],
  ],
  [
    'large integers as arguments and in ranges',
    'def f(n): return n + 1, range(n)',
    'f',
    ['assert f(10 ** 6000) == (10 ** 6000 + 1, range(10 ** 6000))'],
  ],
  [
    'minus zero, infinity',
    'def f(): return -0.0, 1e308 * 10',
    'f',
    ['import math\nassert math.copysign(1, f()[0]) == -1 and f()[1] == math.inf'],
  ],
  [
    'a memoryview, a mapping proxy, a chain map',
    'import types, collections\ndef f(): return [memoryview(b"ab"), types.MappingProxyType({"a": 1}), collections.ChainMap({"a": 1}, {"b": 2})]',
    'f',
    ['assert f() == [b"ab", {"a": 1}, {"a": 1, "b": 2}]'],
  ],
  [
    'a namespace',
    'import types\ndef f(): return types.SimpleNamespace(a=1)',
    'f',
    ['import types\nassert f() == types.SimpleNamespace(a=1) and f().a == 1'],
  ],
  [
    'a deque with an end',
    'from collections import deque\ndef f(): return deque([1, 2, 3], maxlen=2)',
    'f',
    ['from collections import deque\nassert f() == deque([2, 3]) and f().maxlen == 2'],
  ],
])

passes('functions', [
  [
    'a lambda as argument',
    'def f(g, xs): return [g(x) for x in xs]',
    'f',
    ['assert f(lambda x: x * 2, [1, 2]) == [2, 4]', 'assert f(str, [1]) == ["1"]', 'assert f(len, ["ab"]) == [2]'],
  ],
  [
    'a function of the test with a memory',
    'def f(g):\n    g(1)\n    g(2)',
    'f',
    [
      'seen = []\nf(seen.append)\nassert seen == [1, 2]',
      'seen = []\ndef note(x): seen.append(x)\nf(note)\nassert seen == [1, 2]',
    ],
  ],
  [
    'an error of the function passed',
    'def f(g):\n    try: return g()\n    except ZeroDivisionError: return "caught"',
    'f',
    ['assert f(lambda: 1 / 0) == "caught"'],
  ],
  [
    'a key function, filter and reduce',
    'import functools\ndef f(key, xs): return sorted(xs, key=key)\ndef g(p, xs): return list(filter(p, xs))\ndef h(c, xs): return functools.reduce(c, xs)',
    'f',
    [
      'assert f(lambda x: -x, [1, 3, 2]) == [3, 2, 1]',
      'assert g(lambda x: x > 1, [1, 2]) == [2]',
      'assert h(lambda a, b: a + b, [1, 2, 3]) == 6',
    ],
  ],
  [
    'a closure as result',
    'def f(n): return lambda x: x + n',
    'f',
    ['assert f(2)(3) == 5', 'add = f(1)\nassert list(map(add, [1, 2])) == [2, 3] and callable(add)'],
  ],
  [
    'a decorator',
    'def f(g):\n    def inner(*args, **kwargs):\n        return g(*args, **kwargs) * 2\n    return inner',
    'f',
    ['@f\ndef one(x, y=1): return x + y\nassert one(2) == 6 and one(2, y=2) == 8'],
  ],
  [
    'functions back and forth',
    'def f(g, n): return n if n == 0 else g(n - 1)',
    'f',
    ['def g(n): return f(g, n)\nassert f(g, 5) == 0'],
  ],
  [
    'composition',
    'def f(*gs):\n    def composed(x):\n        for g in reversed(gs): x = g(x)\n        return x\n    return composed',
    'f',
    ['assert f(str, lambda x: x + 1)(1) == "2"'],
  ],
  ['partial', 'import functools\ndef f(): return functools.partial(pow, 2)', 'f', ['assert f()(5) == 32']],
  [
    'an object of a class of the test',
    'def f(node):\n    node.seen = True\n    return node.value + (node.next.value if node.next else 0)',
    'f',
    [
      'class Node:\n    def __init__(self, value, next=None): self.value, self.next = value, next\nn = Node(1, Node(2))\nassert f(n) == 3 and n.seen',
    ],
  ],
])

const vector =
  'class Vector:\n    def __init__(self, x, y): self.x, self.y = x, y\n    def __add__(self, o): return Vector(self.x + o.x, self.y + o.y)\n    def __eq__(self, o): return isinstance(o, Vector) and (self.x, self.y) == (o.x, o.y)\n    def __repr__(self): return f"Vector({self.x}, {self.y})"\n    def __len__(self): return 2\n    def __getitem__(self, i): return (self.x, self.y)[i]\n    def __lt__(self, o): return self.x < o.x\n    def __contains__(self, v): return v in (self.x, self.y)\n    def scaled(self, k): return Vector(k * self.x, k * self.y)'

passes('classes and their objects', [
  [
    'a class as entry point',
    'class Box:\n    def __init__(self):\n        self.n = 0\n    def add(self, k):\n        self.n += k\n        return self.n',
    'Box',
    [
      'assert Box().n == 0',
      'b = Box()\nassert b.add(3) == 3 and b.n == 3',
      'b = Box()\nb.n = 9\nassert b.add(1) == 10',
      'assert isinstance(Box(), Box) and not isinstance(3, Box)',
      'a, b = Box(), Box()\na.add(1)\nassert b.n == 0 and a != b and a == a',
      'check = lambda c: None\nassert candidate().n == 0',
    ],
  ],
  [
    'operators',
    vector,
    'Vector',
    [
      'assert Vector(1, 2) + Vector(3, 4) == Vector(4, 6)',
      'assert Vector(1, 2) != Vector(1, 3)',
      'assert repr(Vector(1, 2)) == "Vector(1, 2)" and str(Vector(1, 2)) == "Vector(1, 2)"',
      'assert len(Vector(1, 2)) == 2 and list(Vector(1, 2)) == [1, 2] and Vector(1, 2)[1] == 2',
      'assert sorted([Vector(2, 1), Vector(1, 1)])[0].x == 1',
      'assert 2 in Vector(1, 2) and 3 not in Vector(1, 2)',
      'assert Vector(1, 2).scaled(2).scaled(2) == Vector(4, 8)',
      'x, y = Vector(1, 2)\nassert y == 2',
      'assert Vector(1, 2) + Vector(1, 1) + Vector(1, 1) == Vector(3, 4)',
    ],
  ],
  [
    'dataclasses',
    'from dataclasses import dataclass, field\n@dataclass(order=True)\nclass P:\n    x: int\n    y: list = field(default_factory=list)\ndef f(): return P(1, [2])',
    'f',
    [
      'assert f() == P(1, [2]) and f() != P(1)',
      'assert f().y == [2]',
      'assert repr(f()) == "P(x=1, y=[2])"',
      'assert P(1) < P(2)',
    ],
  ],
  [
    'linked lists',
    'class Node:\n    def __init__(self, v, next=None): self.v, self.next = v, next\ndef f(head):\n    back = None\n    while head: head.next, back, head = back, head, head.next\n    return back',
    'f',
    [
      'r = f(Node(1, Node(2, Node(3))))\nassert [r.v, r.next.v, r.next.next.v] == [3, 2, 1] and r.next.next.next is None',
      'out, n = [], f(Node(1, Node(2)))\nwhile n:\n    out.append(n.v)\n    n = n.next\nassert out == [2, 1]',
    ],
  ],
  [
    'enumerations',
    'import enum\nclass Colour(enum.Enum):\n    RED = 1\n    BLUE = 2\ndef f(n): return Colour(n)',
    'f',
    [
      'assert f(1) == Colour.RED and f(1) is Colour.RED and f(2) != Colour.RED',
      'assert f(2).name == "BLUE" and f(2).value == 2',
      'assert [c.name for c in Colour] == ["RED", "BLUE"] and len(Colour) == 2',
    ],
  ],
  [
    'a context manager',
    'class C:\n    def __init__(self): self.log = []\n    def __enter__(self):\n        self.log.append("in")\n        return self\n    def __exit__(self, *e): self.log.append("out")',
    'C',
    ['c = C()\nwith c as d: assert d is c\nassert c.log == ["in", "out"]'],
  ],
  [
    'class methods, static methods, properties',
    'class C:\n    made = 0\n    def __init__(self, v): self._v = v\n    @classmethod\n    def of(cls, v): return cls(v)\n    @staticmethod\n    def twice(v): return 2 * v\n    @property\n    def v(self): return self._v\n    @v.setter\n    def v(self, x):\n        if x < 0: raise ValueError("negative")\n        self._v = x',
    'C',
    [
      'assert C.of(3).v == 3 and C.twice(2) == 4 and C.made == 0',
      'c = C(1)\nc.v = 5\nassert c.v == 5',
      'c = C(1)\ntry:\n    c.v = -1\nexcept ValueError as e:\n    assert str(e) == "negative"\nelse:\n    assert False',
    ],
  ],
  [
    'objects in sets and as keys',
    'class K:\n    def __init__(self, v): self.v = v\n    def __hash__(self): return hash(self.v)\n    def __eq__(self, o): return self.v == o.v',
    'K',
    ['assert len({K(1), K(1), K(2)}) == 2', 'assert {K(1): "a"}[K(1)] == "a"'],
  ],
  [
    'inheritance',
    'class Shape:\n    def area(self): raise NotImplementedError\nclass Square(Shape):\n    def __init__(self, s): self.s = s\n    def area(self): return self.s ** 2',
    'Square',
    [
      'assert Square(3).area() == 9 and isinstance(Square(1), Shape) and issubclass(Square, Shape)',
      'try:\n    Shape().area()\nexcept NotImplementedError: pass\nelse: assert False',
    ],
  ],
])

passes('what is printed and read', [
  [
    'a captured print',
    'def f():\n    print("Hello")',
    'f',
    [
      'import io, contextlib\nb = io.StringIO()\nwith contextlib.redirect_stdout(b):\n    f()\nassert b.getvalue() == "Hello\\n"',
    ],
  ],
  [
    'a print captured in sys.stdout',
    'import sys\ndef f():\n    sys.stdout.write("a")\n    print("b", end="")',
    'f',
    [
      'import sys, io\nold, sys.stdout = sys.stdout, io.StringIO()\nf()\ntext, sys.stdout = sys.stdout.getvalue(), old\nassert text == "ab"',
    ],
  ],
  [
    'standard input',
    'def f(): return int(input()) + int(input())',
    'f',
    [
      'import sys, io\nsys.stdin = io.StringIO("2\\n3\\n")\nassert f() == 5',
      'import sys, io\nsys.stdin = io.StringIO("2\\n3\\nrest")\nf()\nassert sys.stdin.read() == "rest"',
    ],
  ],
  [
    'all of the input',
    'import sys\ndef f():\n    print(sum(map(int, sys.stdin.read().split())))',
    'f',
    [
      'import sys, io, contextlib\nsys.stdin = io.StringIO("1 2\\n3")\nwith contextlib.redirect_stdout(io.StringIO()) as out: f()\nassert out.getvalue().strip() == "6"',
    ],
  ],
  [
    'input replaced by a function',
    'def f(): return input("name? ").upper()',
    'f',
    [
      'import builtins\nbuiltins.input = lambda prompt="": "ann"\nassert f() == "ANN"',
      'from unittest.mock import patch\nwith patch("builtins.input", side_effect=["a", "b"]):\n    assert f() + f() == "AB"',
      'from unittest.mock import patch\nwith patch("builtins.input", return_value="x") as asked:\n    f()\nasked.assert_called_once_with("name? ")',
    ],
  ],
  [
    'print replaced by a mock',
    'def f(): print("Hello", 1)',
    'f',
    [
      'from unittest.mock import patch\nwith patch("builtins.print") as said: f()\nsaid.assert_called_once_with("Hello", 1)',
    ],
  ],
])

const twice = 'def f(n):\n    return 2 * n\n'
passes('examples of use at the end of the program', [
  ['input()', `${twice}n = int(input("n? "))\nprint(f(n))`, 'f', ['assert f(4) == 8']],
  ['a wrong assertion', `${twice}assert f(2) == 5`, 'f', ['assert f(4) == 8']],
  [
    'unittest.main()',
    `import unittest\n${twice}class T(unittest.TestCase):\n    def test(self): self.assertEqual(f(1), 3)\nunittest.main()`,
    'f',
    ['assert f(4) == 8'],
  ],
  ['sys.exit', `import sys\n${twice}print(f(1))\nsys.exit(1)`, 'f', ['assert f(4) == 8']],
  ['os._exit', `import os\n${twice}os._exit(3)`, 'f', ['assert f(4) == 8']],
  ['exit()', `${twice}exit()`, 'f', ['assert f(4) == 8']],
  [
    'a loop for input',
    `${twice}while True:\n    line = input()\n    if not line: break\n    print(f(int(line)))`,
    'f',
    ['assert f(4) == 8'],
  ],
  ['a loop without end', `${twice}def main():\n    while True: pass\nmain()`, 'f', ['assert f(4) == 8']],
  [
    'a package that is not there, for a plot',
    `import matplotlib.pyplot as plt\n${twice}plt.plot([f(1)])\nplt.show()`,
    'f',
    ['assert f(4) == 8'],
  ],
  ['an example before the function', 'print(g(1))\ndef f(n):\n    return 2 * n', 'f', ['assert f(4) == 8']],
  ['its result under its name', `${twice}f = f(3)`, 'f', ['assert f(4) == 8']],
  ['a file', `${twice}with open("input.txt") as file:\n    print(f(int(file.read())))`, 'f', ['assert f(4) == 8']],
  ['arguments of the command line', `import sys\n${twice}print(f(int(sys.argv[1])))`, 'f', ['assert f(4) == 8']],
  ['raise', `${twice}raise SystemExit(f(1))`, 'f', ['assert f(4) == 8']],
  [
    'what the function needs stays',
    `import sys\nsys.setrecursionlimit(5000)\nTABLE = []\nfor i in range(5):\n    TABLE.append(2 * i)\ndef f(n):\n    return TABLE[n]\nassert f(1) == 3`,
    'f',
    ['assert f(4) == 8'],
  ],
  ['much output', `${twice}for i in range(10**6):\n    print(i)`, 'f', ['assert f(4) == 8']],
])

passes('what a test needs', [
  [
    'a module that only the solution imports',
    'import sys\ndef f(t): return sys.getsizeof(t)',
    'f',
    ['assert f(("A", 1)) == sys.getsizeof(("A", 1))'],
  ],
  [
    'other such modules',
    'def f(): return 1',
    'f',
    [
      'assert heapq.nlargest(1, [1, 2]) == [2] and datetime.date(2024, 1, 1).year == 2024',
      'assert f() == copy.deepcopy(f())',
    ],
  ],
  ['its own names first', 'def f(): return 1', 'f', ['heapq = 3\nassert heapq == 3']],
])

test('a StopIteration of the candidate does not end a loop of the test', async () => {
  const raising = 'def f(x):\n    raise StopIteration'
  const tests = [
    'assert all(map(f, [2, 4, 6]))',
    'assert not any(map(f, [1, 3, 5]))',
    'for a, b in zip(map(f, [1, 2]), [True, False]): assert a == b',
    'assert list(map(f, [1])) == []',
    'for x in iter(lambda: f(1), None): assert False',
    'assert list(filter(f, [1])) == []',
  ]
  assert.doesNotMatch(await outcomes(raising, 'f', tests), /pass/)
  const raisesByClass = 'class S(StopIteration): pass\ndef f(x): raise S'
  assert.doesNotMatch(await outcomes(raisesByClass, 'f', tests), /pass/)
  assert.equal(await outcomes('def f(x): return iter(x)', 'f', ['assert list(f([])) == []']), 'pass')
})

test('objects that a test did not make never see what they are compared with', async () => {
  const evil =
    'class E:\n    def __eq__(s, o): return True\n    def __lt__(s, o): return True\n    __gt__ = __le__ = __ge__ = __contains__ = __lt__\n    def __sub__(s, o): return 0.0\n    __rsub__ = __add__ = __mod__ = __sub__\n    def __abs__(s): return s\n    def __round__(s, n=None): return s\n    def startswith(s, p): return True\n    index = count = startswith\n    def __hash__(s): return 3\n    def __call__(s, *a): return s\n    def __iter__(s): return iter([s])\n    def __getitem__(s, i): return s\n'
  const tests = [
    'assert f(1) == 3',
    'assert 3 == f(1)',
    'assert abs(f(1) - 3.5) < 1e-6',
    'assert f(1) < 3',
    'assert 3 in f(1)',
    'assert f(1).startswith("a")',
    'assert f(1)[0] == 3',
    'assert round(f(1), 2) == 3.5',
    'assert f(1).value == 3',
    'assert {3: 1}[f(1)] == 1',
    'assert [f(1)] == [3] and {f(1)} == {3}',
    'assert f(1) % 2 == 0',
    'import math\nassert math.isclose(f(1), 3.5)',
    'assert isinstance(f(1), int)',
  ]
  assert.doesNotMatch(
    await outcomes(`${evil}    def __getattr__(s, n): return s\ndef f(x): return E()`, 'f', tests),
    /pass/,
  )
  const builtinsByTag = `import _baton.values as v\nv.encode = lambda value: {"type": ["builtins", "__dict__"]}\n${evil}def f(x): return x`
  assert.doesNotMatch(await outcomes(builtinsByTag, 'f', ['assert f(1)', 'assert f(2)["len"]']), /pass/)
})

test('a candidate cannot reach into the tests by the functions that it is given', async () => {
  const codes = [
    'def f(g): return g.__globals__',
    'def f(g): return g.__code__.co_consts',
    'def f(g):\n    from _baton import passed\n    return passed.ask({"do": "get", "of": 0, "name": "__globals__"})',
    'def f(g):\n    from _baton import passed\n    return passed.ask({"do": "call", "of": 1, "args": [], "kwargs": {}})',
    'def f(g):\n    from _baton import passed\n    return passed.ask({"do": "set", "of": 0, "name": "x", "args": [1]})',
    'def f(g):\n    from _baton import passed\n    return passed.ask({"do": "more", "of": 0, "count": 5})',
  ]
  for (const code of codes)
    assert.doesNotMatch(await outcomes(code, 'f', ['secret = 42\nassert f(lambda: secret)']), /pass/, code)
})
