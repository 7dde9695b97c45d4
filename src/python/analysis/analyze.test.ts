import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPythonAnalyzer, type PythonFunction } from './index.ts'

const analyzer = await createPythonAnalyzer()

/** Facts of `async def f(a)` with the given body. */
function bodyFacts(...lines: string[]): PythonFunction {
  const source = `async def f(a):\n${lines.map((line) => `    ${line}\n`).join('')}`
  const module = analyzer.analyze(source)
  assert.deepEqual(module.syntaxErrors, [], source)
  return module.functions[0]!
}

const unbound = (...lines: string[]): string[] => bodyFacts(...lines).maybeUnbound.map(({ name }) => name)

test('a name is maybe unbound when some path to its use does not assign it', () => {
  assert.deepEqual(unbound('if a:', '    x = 1', 'return x'), ['x'])
  assert.deepEqual(unbound('if a:', '    x = 1', 'elif a > 1:', '    x = 2', 'return x'), ['x'])
  assert.deepEqual(unbound('for x in a:', '    pass', 'return x'), ['x'])
  assert.deepEqual(unbound('while a:', '    x = 1', 'return x'), ['x'])
  assert.deepEqual(unbound('try:', '    x = a()', 'except ValueError:', '    pass', 'return x'), ['x'])
  assert.deepEqual(unbound('y = x', 'x = 1'), ['x'])
  assert.deepEqual(unbound('x = 1', 'del x', 'return x'), ['x'])
  assert.deepEqual(unbound('match a:', '    case 1:', '        x = 1', 'return x'), ['x'])
  assert.deepEqual(unbound('return [x for y in a if y]', 'x = 1'), ['x'])
  assert.deepEqual(unbound('return f"{x}"', 'x = 1'), ['x'])
  assert.deepEqual(unbound('x += 1'), ['x'])
  assert.deepEqual(unbound('y = x', 'return (x := 1)'), ['x'])
})

test('a name that every path assigns is bound', () => {
  assert.deepEqual(unbound('if a:', '    x = 1', 'else:', '    x = 2', 'return x'), [])
  assert.deepEqual(unbound('if a:', '    return 0', 'else:', '    x = 2', 'return x'), [])
  assert.deepEqual(unbound('for _ in range(3):', '    x = a', 'return x'), [])
  assert.deepEqual(unbound('for y in [1, 2]:', '    x = y', 'return x, y'), [])
  assert.deepEqual(unbound('while True:', '    x = 1', '    break', 'return x'), [])
  assert.deepEqual(unbound('try:', '    x = a()', 'except ValueError as e:', '    raise e', 'return x'), [])
  assert.deepEqual(unbound('try:', '    x = a()', 'except ValueError:', '    x = 0', 'return x'), [])
  assert.deepEqual(unbound('try:', '    pass', 'finally:', '    x = 0', 'return x'), [])
  assert.deepEqual(unbound('with a as (x, y):', '    pass', 'return x + y'), [])
  assert.deepEqual(unbound('(x, *y), z = a', 'return x, y, z'), [])
  assert.deepEqual(unbound('if (x := a):', '    pass', 'return x'), [])
  assert.deepEqual(unbound('return [x for x in a if x], {x: y for x, y in a}, (lambda y: y)(1)'), [])
  assert.deepEqual(unbound('import re', 'from math import pi as p', 'return re, p'), [])
  assert.deepEqual(unbound('def g():', '    return 1', 'return g()'), [])
  assert.deepEqual(
    unbound('match a:', '    case {"k": x}:', '        pass', '    case _:', '        x = 1', 'return x'),
    [],
  )
})

test('a loop over a literal range runs, but what comes after a break in it may not', () => {
  assert.deepEqual(unbound('for _ in range(3):', '    if a:', '        break', '    x = 1', 'return x'), ['x'])
  assert.deepEqual(unbound('for _ in range(0):', '    x = 1', 'return x'), ['x'])
  assert.deepEqual(unbound('for _ in range(a):', '    x = 1', 'return x'), ['x'])
})

test('undefined names are those that neither the module nor Python binds', () => {
  const source =
    'import re\nTOP = 1\ndef f(a):\n    def g():\n        return inner, outer\n    inner = 1\n    return re, TOP, a, len, numpy.mean(a), missing(a)\n'
  const facts = analyzer.analyze(source).functions[0]!
  assert.deepEqual(
    facts.undefinedNames.map(({ name, role, line }) => [name, role, line]),
    [
      ['numpy', 'object', 7],
      ['missing', 'called', 7],
    ],
  )
  assert.deepEqual(
    facts.nested[0]!.undefinedNames.map(({ name }) => name),
    ['outer'],
  )
})

test('the use of a call tells whether its value is awaited, handed on or taken as it is', () => {
  const uses = (...lines: string[]): (string | undefined)[] =>
    bodyFacts(...lines)
      .calls.filter((call) => call.path?.[0] === 'self')
      .map((call) => call.use)
  assert.deepEqual(uses('x = await self.go(a)'), ['awaited'])
  assert.deepEqual(uses('x = (await (self.go(a)))["k"]'), ['awaited'])
  assert.deepEqual(uses('x = self.go(a)', 'return x["k"]'), ['direct'])
  assert.deepEqual(uses('x = self.go(a)["k"]'), ['direct'])
  assert.deepEqual(uses('self.go(a)'), ['direct'])
  assert.deepEqual(uses('x = self.go(a)', 'return await x'), ['handed-on'])
  assert.deepEqual(uses('x = [self.go(a) for _ in range(3)]', 'return await asyncio.gather(*x)'), ['handed-on'])
  assert.deepEqual(uses('return await asyncio.gather(self.go(a), self.go(a))'), ['handed-on', 'handed-on'])
  assert.deepEqual(uses('x = []', 'x.append(self.go(a))'), ['handed-on'])
  assert.deepEqual(uses('return [await self.go(a) for _ in range(3)]'), ['awaited'])
  assert.deepEqual(uses('return [self.go(a)["k"] for _ in range(3)]'), ['direct'])
  assert.deepEqual(uses('return str(self.go(a))'), ['direct'])
})

test('loops around a call multiply, and a length that cannot be read counts once', () => {
  const repeats = (...lines: string[]): (number | null)[] =>
    bodyFacts(...lines)
      .calls.filter((call) => call.path?.[0] === 'go')
      .map((call) => call.repeats)
  assert.deepEqual(repeats('go()'), [null])
  assert.deepEqual(repeats('for _ in range(3):', '    go()', '    for x in [1, 2]:', '        go()', 'go()'), [
    3,
    6,
    null,
  ])
  assert.deepEqual(repeats('return [go() for _ in range(1, 5)]'), [4])
  assert.deepEqual(repeats('while a:', '    go()'), [1])
  assert.deepEqual(repeats('for x in a:', '    go()'), [1])
})

test('a key read knows the calls its object comes from, as long as that is sure', () => {
  const origins = (...lines: string[]): unknown[] =>
    bodyFacts(...lines).keyReads.map((read) => [
      read.key,
      read.form,
      read.origins?.map((call) => call.path?.join('.')) ?? null,
    ])
  assert.deepEqual(origins('x = await s.one(a)', 'return x["k"], x.get("m", 0)'), [
    ['k', 'subscript', ['s.one']],
    ['m', 'get', ['s.one']],
  ])
  assert.deepEqual(origins('x = await s.one(a)', 'if a:', '    x = await s.two(a)', 'return x["k"]'), [
    ['k', 'subscript', ['s.two', 's.one']],
  ])
  assert.deepEqual(origins('x = await s.one(a)', 'if a:', '    x = {}', 'return x["k"]'), [['k', 'subscript', null]])
  assert.deepEqual(origins('x = await s.one(a)', 'y = x', 'x = x["k"]', 'return x["j"], y["i"]'), [
    ['k', 'subscript', ['s.one']],
    ['j', 'subscript', null],
    ['i', 'subscript', ['s.one']],
  ])
  assert.deepEqual(origins('return (await s.one(a))["k"]'), [['k', 'subscript', ['s.one']]])
})

test('returns, the end of the body and parameters are told', () => {
  assert.equal(bodyFacts('return 1').canFallThrough, false)
  assert.equal(bodyFacts('if a:', '    return 1').canFallThrough, true)
  assert.equal(bodyFacts('while True:', '    pass').canFallThrough, false)
  const facts = analyzer.analyze('def f(self, a: str, b=1, *, c: int = 2, **kw):\n    return a, b\n').functions[0]!
  assert.deepEqual(
    facts.parameters.map(({ name, kind, annotation, defaultValue }) => [name, kind, annotation, defaultValue]),
    [
      ['self', 'plain', null, null],
      ['a', 'plain', 'str', null],
      ['b', 'plain', null, '1'],
      ['*', 'separator', null, null],
      ['c', 'plain', 'int', '2'],
      ['kw', 'dictionary-splat', null, null],
    ],
  )
  assert.equal(facts.returns[0]!.value?.length, 2)
})

test('syntax errors have their place, and what only Python 2 takes is one', () => {
  const errorsOf = (source: string): (string | number)[][] =>
    analyzer.analyze(source).syntaxErrors.map(({ line, message }) => [line, message])
  assert.deepEqual(errorsOf('x = 1\n'), [])
  assert.deepEqual(errorsOf('x = 1\nprint "x"\n'), [[2, 'print statement of Python 2']])
  assert.deepEqual(errorsOf('return 1\n'), [[1, "'return' outside function"]])
  assert.deepEqual(errorsOf('def f():\n    # nothing\nx = 1\n'), [[1, 'an indented block is expected']])
  assert.equal(errorsOf('def f(:\n    return (1\n').length > 0, true)
})

test('what CPython is strict about is a syntax error: lines, indentation, strings, order of arguments', () => {
  const messagesOf = (source: string): string[] => analyzer.analyze(source).syntaxErrors.map(({ message }) => message)
  const refused: Readonly<Record<string, string>> = {
    'x =\n 1\n': 'unexpected line break',
    'def f\n(a):\n    pass\n': 'unexpected line break',
    ' x = 1\n': 'unexpected indentation',
    'if x:\n    a = 1\n      \n     b = 2\n': 'unexpected indentation',
    'async def f():\n    a = await g(k=1)candidates.append(a)\n': 'two statements on a line',
    'x = f(k="\n b, c\\n")\n': 'unterminated string',
    'f(a=1, 2)\n': 'positional argument after keyword argument',
    'f(a=1, a=2)\n': 'argument a repeated',
    'def f(a, a):\n    pass\n': 'parameter a repeated',
    'def f(a=1, b):\n    pass\n': 'parameter without default after one with default',
  }
  for (const [source, message] of Object.entries(refused)) assert.ok(messagesOf(source).includes(message), source)
  const accepted = [
    'x = (\n1,\n  2)\n',
    'x = 1 + \\\n    2\n',
    'a = 1; b = 2\n',
    's = """a\nb"""\nt = "a\\\nb"\n',
    'f(*a, k=1, **b)\nf(k=1, *a)\n',
    'def f(a, b=1, *, c, d=2, **k):\n    pass\n',
    'def f(a, /, b=1):\n    pass\n',
    '@deco\n@other(1)\ndef f():\n    pass\n',
    'if x: a = 1\nelif y:\n  b = 2\nelse:\n        c = 3\n',
    'try:\n    a\nexcept A as e:\n    b\nelse:\n    c\nfinally:\n    d\n',
    'match x:\n    case 1:\n        a\n    case _:\n        b\n',
    'class A:\n\n    # note\n    x = 1\n\n# note\n    def f(self):\n        return f"{\n    1}"\n',
    'x = [\n  a\n  for a in b\n  if a\n]\n',
    'if True:\n\tx = 1\n\ty = 2\n',
  ]
  for (const source of accepted) assert.deepEqual(messagesOf(source), [], source)
})

test('offsets are those of the JavaScript string, whatever characters come before', () => {
  const source = '# 中文 😀\ndef f(a):\n    return "é😀", a.b\n'
  const read = analyzer.analyze(source).functions[0]!.attributeReads[0]!
  assert.equal(source.slice(read.start, read.end), 'a.b')
  assert.equal(read.line, 3)
})

test('any text gives facts: noise, cut programs, deep nesting', () => {
  const program = `class A:\n    async def f(self, a):\n        for i in range(3):\n            x = await self.go(a, k="v")[i]\n        return f"{x!r}", [y for y in a if (z := y)]\n`
  fc.assert(
    fc.property(fc.nat(program.length), fc.nat(program.length), fc.string(), (from, to, noise) => {
      const text = program.slice(0, from) + noise + program.slice(to)
      assert.equal(analyzer.analyze(text).source, text)
    }),
    { numRuns: 200 },
  )
  const deep = `x = ${'('.repeat(5000)}1${')'.repeat(5000)}\n`
  assert.match(
    analyzer
      .analyze(deep)
      .syntaxErrors.map(({ message }) => message)
      .join(),
    /nested too deeply/,
  )
})

test('a program that was seen lately is not analysed again, and the many that were seen once are let go', () => {
  const first = analyzer.analyze('x = 1\n')
  assert.equal(analyzer.analyze('x = 1\n'), first)
  for (let i = 0; i < 200; i++) analyzer.analyze(`y = ${i}\n`)
  assert.equal(analyzer.analyze('x = 1\n'), first)
  for (let i = 0; i < 300; i++) analyzer.analyze(`z = ${i}\n`)
  const again = analyzer.analyze('x = 1\n')
  assert.notEqual(again, first)
  assert.deepEqual(again, first)
})
