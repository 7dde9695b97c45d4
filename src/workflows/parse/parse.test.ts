import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fallbackProgram } from '../programs/index.ts'
import { type ParsedCompletion, parseCompletion } from './index.ts'

const program = fallbackProgram('qa')

function parsed(text: string): ParsedCompletion & { kind: 'program' } {
  const result = parseCompletion(text)
  assert.ok(result.kind === 'program', JSON.stringify(result))
  return result
}

test('a program alone comes back as it is, with nothing leaked', () => {
  assert.deepEqual(parsed(program), { kind: 'program', code: program, leaked: '' })
})

test('code is found in whatever a model wraps it in', () => {
  const wrapped: Readonly<Record<string, string>> = {
    fence: `\`\`\`python\n${program}\`\`\``,
    'fence without language': `\`\`\`\n${program}\`\`\`\n`,
    'indented fence': `  \`\`\`python\n${program}  \`\`\`\n`,
    'prose around': `Here is the class Workflow you want:\n\n\`\`\`python\n${program}\`\`\`\n\n### Why\nIt works.`,
    'unclosed fence': `Sure.\n\`\`\`python\n${program}`,
    'doubled fence': `\`\`\`\n\`\`\`python\n${program}\`\`\`\n\`\`\``,
    tildes: `~~~py\n${program}~~~`,
    'graph tags': `<graph>\n${program}</graph>`,
    'graph tags around a fence': `<graph>\n\`\`\`python\n${program}\`\`\`\n</graph>`,
    'reasoning before': `<think>Maybe \`\`\`python\nclass Workflow: pass\n\`\`\`</think>\n${program}`,
    'Windows line ends': program.replaceAll('\n', '\r\n'),
    'byte order mark': `\uFEFF${program}`,
    'prose without fences': `Here is the workflow.\n\n${program}\nIt asks once and returns.`,
    'indented bare code': program.replace(/^(?=.)/gm, '    '),
    'another block before': `\`\`\`python\nimport re\n\`\`\`\n\`\`\`python\n${program}\`\`\`\n`,
    'usage after': `\`\`\`python\n${program}\`\`\`\nRun it:\n\`\`\`python\nawait Workflow("n", c, d)("p")\n\`\`\``,
    'a draft before': `\`\`\`python\nclass Workflow:\n    pass\n\`\`\`\nBetter:\n\`\`\`python\n${program}\`\`\``,
    'two whole answers': `\`\`\`python\n${fallbackProgram('code')}\`\`\`\nOr rather:\n\`\`\`python\n${program}\`\`\``,
    'blank lines': `\n\n${program}\n\n`,
  }
  for (const [name, text] of Object.entries(wrapped)) assert.equal(parsed(text).code, program, name)
})

test('a plan in JSON is the program it stands for, of the problem at hand', () => {
  const plan = '{"candidates": [{"operator": "Programmer"}]}'
  for (const text of [plan, `Here:\n\`\`\`json\n${plan}\n\`\`\``, `<think>hm {</think>${plan}`]) {
    const result = parseCompletion(text, 'code')
    assert.ok(result.kind === 'program', text)
    assert.equal(result.code, fallbackProgram('code'))
  }
  assert.equal(parseCompletion('{"candidates": ["Debate"]}').kind, 'failure')
})

test('text around the code is kept apart', () => {
  assert.equal(parsed(`Sure!\n\`\`\`python\n${program}\`\`\`\nDone.`).leaked, 'Sure!\nDone.')
  assert.match(parsed(`Here it is.\n${program}\nThat is all.`).leaked, /Here it is\.[\s\S]*That is all\./)
})

test('imports, constants and helpers stay with a bare class, a second copy does not', () => {
  const head = '# workflow\nimport re\nfrom typing import List\n\nPROMPT = "Solve."\n\n'
  const helper = '\ndef clean(text):\n    return text\n'
  assert.equal(parsed(`Text.\n${head}${program}${helper}`).code, `${head}${program}${helper}`)
  assert.equal(parsed(`${program}\n# END\n${program}`).code, program)
})

test('a fence inside a string of the program does not end it', () => {
  const code = 'class Workflow:\n    prompt = """\n```python\ncode\n```\n"""\n    def __call__(self):\n        pass\n'
  assert.equal(parsed(`\`\`\`python\n${code}\`\`\`\nText`).code, code)
})

test('code that is no workflow is still code, and text without code is a failure', () => {
  assert.equal(parsed('```python\ndef solve():\n    return 1\n```').code, 'def solve():\n    return 1\n')
  const codeOf = (text: string): string => {
    const result = parseCompletion(text)
    return result.kind === 'failure' ? `${result.failure.boundary}/${result.failure.code}` : 'program'
  }
  assert.equal(codeOf(''), 'parse/empty')
  assert.equal(codeOf(' \n\t'), 'parse/empty')
  assert.equal(codeOf('The answer is 42.'), 'parse/no-code')
  assert.equal(codeOf('```json\n{"a": 1}\n```'), 'parse/no-code')
})

test('any text parses to a program or a failure', () => {
  const piece = fc.constantFrom(
    '```',
    '```python',
    '~~~',
    program,
    'class Workflow:',
    '<graph>',
    '</graph>',
    '"""',
    'x = 1',
    'Text.',
    '    y',
    '<think>',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 8 }), (pieces) => {
      const result = parseCompletion(pieces.join('\n'))
      if (result.kind === 'failure') return
      assert.ok(result.code.endsWith('\n') && !result.code.startsWith('\n'))
    }),
    { numRuns: 300 },
  )
})
