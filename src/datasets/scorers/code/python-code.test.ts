import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { definesName, pythonCode } from './index.ts'

const body = 'def f(x):\n    return x + 1\n'

const replies: readonly (readonly [string, string])[] = [
  ['code alone', body],
  ['a labelled block', `Here:\n\`\`\`python\n${body}\`\`\`\nDone.`],
  ['a block without a label', `\`\`\`\n${body}\`\`\``],
  ['an unclosed block', `\`\`\`python\n${body}`],
  ['an indented block', `1. So:\n   \`\`\`python\n   def f(x):\n       return x + 1\n   \`\`\`\n`],
  ['prose around bare code', `You can write it so:\n\n${body}\nThis adds one to the number.`],
  ['Windows line ends', body.replaceAll('\n', '\r\n')],
  ['a shell block beside it', `\`\`\`bash\npip install x\n\`\`\`\n\`\`\`py\n${body}\`\`\``],
  ['an earlier draft', `\`\`\`python\ndef f(x):\n    return x\n\`\`\`\nBetter:\n\`\`\`python\n${body}\`\`\``],
  ['an example after it', `\`\`\`python\n${body}\`\`\`\nUse:\n\`\`\`python\nprint(f(1))\n\`\`\``],
]

for (const [name, reply] of replies)
  test(`the code is found in ${name}`, () => {
    assert.equal(pythonCode(reply, 'f'), body)
  })

test('blocks that only together define the function are joined', () => {
  assert.equal(
    pythonCode('```python\nimport re\n```\n```python\nf = re.escape\n```', 'g'),
    'import re\n\nf = re.escape\n',
  )
})

test('a text without code has none', () => {
  for (const text of ['', '42', 'I would use a loop.', '```\n```']) assert.equal(pythonCode(text, 'f'), '')
})

test('a name is defined by def, class or assignment at the top level only', () => {
  for (const code of [body, 'async def f(): ...', 'class f: ...', 'f = abs', 'f: int = 1'])
    assert.ok(definesName(code, 'f'), code)
  for (const code of ['    def f(): ...', 'def ff(): ...', 'f == 1', 'print(f)'])
    assert.ok(!definesName(code, 'f'), code)
})

test('fenced code comes out as it went in', () => {
  const line = fc.constantFrom('x = 1', 'if x:', '    y = 2', 'def f(a):', '    return a', '# note')
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const code = ['import re', ...lines].join('\n')
      assert.equal(pythonCode(`Text.\n\`\`\`python\n${code}\n\`\`\`\nMore text.`, 'g'), `${code}\n`)
    }),
  )
})

test('bare code keeps the constants that stand right before its functions, and no prose', () => {
  assert.equal(
    pythonCode('LIMIT = 7\n\n# helps\ndef f(n):\n    return LIMIT', 'f'),
    'LIMIT = 7\n\n# helps\ndef f(n):\n    return LIMIT\n',
  )
  assert.equal(
    pythonCode('Here it is:\nA, B = 1, 2\nC: int = 3\ndef f(n):\n    return A', 'f'),
    'A, B = 1, 2\nC: int = 3\ndef f(n):\n    return A\n',
  )
  const table = 'TABLE = {\n    "a": 1,\n}\ndef f(n):\n    return TABLE[n]'
  assert.equal(pythonCode(table, 'f'), `${table}\n`)
  assert.equal(pythonCode('I take n = 3 first.\n\ndef f(n):\n    return n', 'f'), 'def f(n):\n    return n\n')
})
