/** The forms in which models hand over a program, as users of other evaluators reported them, and others of each kind. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pythonCode } from './index.ts'

const body = 'def twice(n):\n    return 2 * n'
const program = `${body}\n`
const lines = (...parts: string[]): string => parts.join('\n')
const fenced = (code: string, info = 'python'): string => `\`\`\`${info}\n${code}\n\`\`\``

const wrapped: Readonly<Record<string, string>> = {
  // evalplus, SpecForge, opencompass, can-ai-code
  'everything on the line of the fence': '```python def twice(n): return 2 * n ```',
  '[BEGIN] and [DONE]': `[BEGIN]\n${body}\n[DONE]`,
  '[BEGIN] around a quoted string': `[BEGIN]\n'${body.replaceAll('\n', '\\r\\n')}'\n[DONE]`,
  'the tag <answer>': `<answer>\n${body}\n</answer>`,
  'the tag <code>': `<code>\n${body}\n</code>`,
  '[PYTHON]': `[PYTHON]\n${body}\n[/PYTHON]`,
  'a fence of tildes': `~~~python\n${body}\n~~~`,
  'a fence of four back-ticks': `\`\`\`\`python\n${body}\n\`\`\`\``,
  'a quotation': lines(
    'Sure:',
    '',
    ...fenced(body)
      .split('\n')
      .map((line) => `> ${line}`),
  ),
  'a quotation without a fence': body.replaceAll(/^/gm, '> '),
  // others
  'a byte order mark': `\ufeff${body}`,
  'spaces that do not break': fenced(body.replaceAll('    ', '\u00a0\u00a0\u00a0\u00a0')),
  'wide spaces': fenced(body.replaceAll('    ', '\u3000 \u2003 ')),
  'characters of no width': fenced(body.replaceAll(' ', '\u200b ')),
  'old Mac line ends': fenced(body).replaceAll('\n', '\r'),
  'line separators': body.replaceAll('\n', '\u2028'),
  'the language in capitals': fenced(body, 'Python'),
  'the version in the language': fenced(body, 'python3.11'),
  'a file name in the info': fenced(body, 'python:solution.py'),
  'attributes in the info': fenced(body, 'python title="solution.py" linenums="1"'),
  'pandoc attributes': fenced(body, '{.python .numberLines}'),
  'another language than it is': fenced(body, 'text'),
  'a fence behind a sentence': `Here it is: ${fenced(body)}`,
  'the closing fence behind the last line': `\`\`\`python\n${body}\`\`\``,
  'a fence in a list': lines(
    '1. The code:',
    '',
    ...fenced(body)
      .split('\n')
      .map((line) => `   ${line}`),
  ),
  'fences doubled': `\`\`\`\n${fenced(body)}\n\`\`\``,
  'a block in a block of Markdown': `\`\`\`\`markdown\n# Solution\n${fenced(body)}\n\`\`\`\``,
  'a tag around a fence': `<answer>\n${fenced(body)}\n</answer>`,
  'a tag inside a fence': fenced(`<code>\n${body}\n</code>`),
  'a tag on the line of the code': `<code>${body}</code>`,
  'a tag with attributes': `<code lang="python">\n${body}\n</code>`,
  'HTML with escapes': `<pre><code class="language-python">\n${body}\n</code></pre>`,
  '<solution> with words before': `I double it.\n<solution>\n${body}\n</solution>\nDone.`,
  '<python_code>': `<python_code>\n${body}\n</python_code>`,
  '[CODE]': `[CODE]\n${body}\n[/CODE]\n`,
  JSON: JSON.stringify({ explanation: 'It doubles.', code: program }),
  'JSON in a fence': fenced(JSON.stringify({ code: program }), 'json'),
  'a fence in a JSON string': JSON.stringify({ answer: fenced(body) }),
  'a Python string': `"${body.replaceAll('\n', '\\n')}"`,
  'escaped line ends': `The code is: ${body.replaceAll('\n', '\\n')}`,
  'a Python shell': '>>> def twice(n):\n...     return 2 * n\n...\n>>> twice(2)\n4'.replace('\n>>> twice(2)\n4', ''),
  'line numbers': '1 def twice(n):\n2     return 2 * n'.replace(/^(\d) /gm, '$1| '),
  'a diff': body.replaceAll(/^/gm, '+'),
  'indented code between sentences': lines(
    'The function:',
    '',
    ...program
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`),
    '',
    'It doubles.',
  ),
  'reasoning with code before it': `<think>\n${fenced('def twice(n):\n    return n')}\n</think>\n${fenced(body)}`,
  'reasoning that was never opened': `def twice(n): return n\n</think>\n${fenced(body)}`,
  'marks of a chat template': `<|im_start|>assistant\n${fenced(body)}<|im_end|>`,
  'the end of a text behind it': `${body}</s>`,
  'words with an open bracket before it': `We double (twice, that is:\n\n${body}`,
  'words with an apostrophe before it': `Let's double n. It isn't hard.\n\n${body}\n\nThat's it.`,
  'a heading before it': lines('### Solution', '', 'I double it.', '', body),
  'an example of use in a block of its own': lines(fenced(body), 'Use:', fenced('n = int(input())\nprint(twice(n))')),
  'output in a block of its own': lines(fenced(body), 'Output:', fenced('4', '')),
  'an install command': lines(fenced('pip install nothing', 'bash'), fenced(body)),
  'a draft before it': lines(fenced('def twice(n):\n    return n + n + n'), 'That is wrong. Correct:', fenced(body)),
  'a stub after it': lines(fenced(body), 'The signature was:', fenced('def twice(n):\n    """Doubles."""\n    pass')),
  'a version that was cut off after it': lines(
    fenced(body),
    'With types:',
    '```python\ndef twice(n: int) -> int:\n    return (2 *',
  ),
  'an example that was cut off after it': `\`\`\`python\n${body}\n\nprint(twice(`,
  'prose behind it that was cut off': `${body}\n\nThis function takes n and (as`,
}

for (const [name, reply] of Object.entries(wrapped))
  test(`the program is found in ${name}`, () => {
    const code = pythonCode(reply, 'twice')
    const flat = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('# Solution', '').trim()
    assert.equal(flat(code), flat(program))
    assert.doesNotMatch(code.replaceAll('\n', ''), /[^\x20-\x7e]/)
  })

const together: Readonly<Record<string, readonly [reply: string, entryPoint: string, code: string]>> = {
  'a helper in the block before': [
    lines(fenced('def half(k):\n    return k // 2'), 'Then:', fenced('def quarter(n):\n    return half(half(n))')),
    'quarter',
    'def half(k):\n    return k // 2\ndef quarter(n):\n    return half(half(n))\n',
  ],
  'an import in the block before': [
    lines(fenced('import math'), fenced('def root(n):\n    return math.isqrt(n)')),
    'root',
    'import math\ndef root(n):\n    return math.isqrt(n)\n',
  ],
  'a helper in the block after': [
    lines(fenced('def quarter(n):\n    return half(half(n))'), 'where', fenced('def half(k):\n    return k // 2')),
    'quarter',
    'def half(k):\n    return k // 2\ndef quarter(n):\n    return half(half(n))\n',
  ],
  'a chain of helpers': [
    lines(
      fenced('import re'),
      fenced('WORD = re.compile("a+")'),
      fenced('def has(s):\n    return bool(WORD.search(s))'),
    ),
    'has',
    'import re\nWORD = re.compile("a+")\ndef has(s):\n    return bool(WORD.search(s))\n',
  ],
  'a class that only the tests name': [
    lines(fenced('class Node:\n    def __init__(self, v):\n        self.v = v'), fenced('def top(n):\n    return n.v')),
    'top',
    'class Node:\n    def __init__(self, v):\n        self.v = v\ndef top(n):\n    return n.v\n',
  ],
  'bare pieces between sentences': [
    lines(
      'First a helper:',
      '',
      'def half(k):',
      '    return k // 2',
      '',
      'Now the rest:',
      '',
      'def quarter(n):',
      '    return half(half(n))',
      '',
      'Done.',
    ),
    'quarter',
    'def half(k):\n    return k // 2\ndef quarter(n):\n    return half(half(n))\n',
  ],
  'an odd constant before the function': [
    'FIX = """\nAdd more test cases.\n"""\n\ndef vowels(s):\n    return sum(c in "aeiou" for c in s)',
    'vowels',
    'FIX = """\nAdd more test cases.\n"""\n\ndef vowels(s):\n    return sum(c in "aeiou" for c in s)\n',
  ],
  'a docstring with a fence in it': [
    fenced('def f(x):\n    """Example:\n    ```\n    f(1)\n    ```\n    """\n    return x'),
    'f',
    'def f(x):\n    """Example:\n    ```\n    f(1)\n    ```\n    """\n    return x\n',
  ],
  'a string with spaces that do not break': [
    fenced("def f(s):\n\u00a0 return s.replace('\u00a0', ' ')"),
    'f',
    "def f(s):\n  return s.replace('\u00a0', ' ')\n",
  ],
  'a lambda in a sentence': ['Use `f = lambda x: x + 1`.', 'f', 'f = lambda x: x + 1\n'],
  'decorated functions': [
    'Here:\n\n@cache\n@other(\n    1,\n)\ndef f(x):\n    return x\n\nIt is cached.',
    'f',
    '@cache\n@other(\n    1,\n)\ndef f(x):\n    return x\n',
  ],
  'a class as entry point': [
    lines(
      fenced('from collections import deque'),
      fenced('class Queue:\n    def __init__(self):\n        self.q = deque()'),
    ),
    'Queue',
    'from collections import deque\nclass Queue:\n    def __init__(self):\n        self.q = deque()\n',
  ],
  'an older version with the helper of the newer one': [
    lines(
      fenced('def h(x):\n    return 1\ndef f(x):\n    return h(x)'),
      fenced('def h(x):\n    return 2'),
      fenced('def f(x):\n    return h(x) + 1'),
    ),
    'f',
    'def h(x):\n    return 2\ndef f(x):\n    return h(x) + 1\n',
  ],
}

for (const [name, [reply, entryPoint, code]] of Object.entries(together))
  test(`what belongs together is put together: ${name}`, () => {
    assert.equal(pythonCode(reply, entryPoint), code)
  })

test('prose alone is no code, whatever words begin its lines', () => {
  const texts = [
    'for example:\nwe could use a loop (or not).',
    'If you want, return the sum.',
    'import is a keyword.',
    'The answer (I think) is: print it.',
    'with that in mind:\n- one\n- two',
  ]
  for (const text of texts) assert.equal(pythonCode(text, 'f'), '', text)
})

test('imports and helpers that only the prompt defines belong to the program', () => {
  const prompt = lines(
    'Complete the function.',
    '',
    'import math',
    'from typing import List',
    '',
    'def poly(xs: list, x: float):',
    '    """Its value."""',
    '    return sum(c * math.pow(x, i) for i, c in enumerate(xs))',
    '',
    'def find_zero(xs: list):',
    '    """Where it is 0."""',
  )
  const answer = 'def find_zero(xs: List[float]):\n    return poly(xs, 1)\n'
  const code = pythonCode(answer, 'find_zero', prompt)
  assert.match(code, /^import math\nfrom typing import List\ndef poly[\s\S]+def find_zero\(xs: List\[float\]\):\n/)
  assert.equal(code.match(/def find_zero/g)?.length, 1)
  assert.equal(
    pythonCode('def f(n):\n    return n\n', 'f', 'Write f.\n\ndef f(n):\n    ...\n\nassert f(1) == 1'),
    'def f(n):\n    return n\n',
  )
})
