/** Completions made to be slow or impossible to read, in any size. What each must end as is the tests' affair. */

const head =
  'class Workflow:\n    def __init__(self, name, llm_config, dataset):\n        self.llm = create_llm_instance(llm_config)\n'
const call = '    async def __call__(self, problem, entry_point=None):\n'

/** Lines until the text has `size` characters. */
function until(size: number, line: (i: number) => string): string {
  let text = ''
  for (let i = 0; text.length < size; i++) text += line(i)
  return text
}

/** By name: texts of about `size` characters. */
export const hostilePrograms: Readonly<Record<string, (size: number) => string>> = {
  'many methods': (size) => head + until(size, (i) => `    async def m${i}(self): return await self.op${i}(input=1)\n`),
  'many branches over many names': (size) => head + call + until(size, (i) => `        if a${i}: b${i} = 1\n`),
  'many branches over names that are bound': (size) =>
    `${head}${call}${until(size / 2, (i) => `        x${i} = 1\n`)}${until(size / 2, (i) => `        if x${i}: x${i} = 2\n`)}`,
  'one branch with many arms': (size) =>
    `${head}${call}        if a: pass\n${until(size, (i) => `        elif b${i}: c${i} = 1\n`)}`,
  'one chain of attributes': (size) => `${head}${call}        return self${'.a'.repeat(size / 2)}`,
  'brackets in brackets': (size) => `${head}${call}        return ${'('.repeat(size / 2)}${')'.repeat(size / 2)}`,
  'brackets that stay open': (size) => `${head}${call}        return ${'[{('.repeat(size / 3)}`,
  'a sum of many ones': (size) => `${head}${call}        return 1${'+1'.repeat(size / 2)}`,
  'many statements on a line': (size) => `${head}${call}        ${'a;'.repeat(size / 2)}`,
  'blocks that get deeper': (size) => head + call + until(size, (i) => `${' '.repeat(8 + i)}if x:\n`),
  'functions in functions': (size) =>
    head + call + until(size, (i) => `        def f${i}(a):\n            return g${i}\n`),
  'lambdas over many names': (size) => head + call + until(size, (i) => `        x${i} = lambda a: [b for b in a]\n`),
  'operators that do not exist': (size) =>
    head + call + until(size, (i) => `        x${i} = await self.op${i}(input=problem)\n`),
  'names that do not exist': (size) => head + call + until(size, (i) => `        print(u${i})\n`),
  'long names': (size) => `${head}${call}        return ${'n'.repeat(size)}`,
  'a string that stays open': (size) => `${head}${call}        x = """${'"" '.repeat(size / 3)}`,
  'a string opened on each line': (size) => `class Workflow:\n${until(size, (i) => `    x = """ ${i}\n`)}`,
  decorators: (size) => `${head}${'    @a\n'.repeat(size / 7)}${call}        return 1, 2\n`,
  'a dictionary of many pairs': (size) => `${head}${call}        return {${until(size, (i) => `"${i}": ${i}, `)}}`,
  'one call of many arguments': (size) => `${head}${call}        f(${until(size, (i) => `a${i}=${i}, `)})\n`,
  'try in try': (size) => head + call + until(size, (i) => `${' '.repeat(8 + i)}try:\n${' '.repeat(9 + i)}b${i} = 1\n`),
  comparisons: (size) => `${head}${call}        return a${' < a'.repeat(size / 4)}\n`,
  'a comment': (size) => `${head}${call}        # ${'#'.repeat(size)}\n        return "a", 0\n`,
  fences: (size) => '```python\nx\n'.repeat(size / 12),
  'fences with blanks': (size) => `\`\`\`${' '.repeat(size)}x y\n`.repeat(2),
  ticks: (size) => '`'.repeat(size),
  'reasoning tags': (size) => '<think>'.repeat(size / 7),
  'graph tags': (size) => '<graph>class A:\n'.repeat(size / 16),
  'turn marks that stay open': (size) => '<|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.repeat(size / 40),
  'a class head with blanks': (size) => `class Workflow${' '.repeat(size)}`,
  'a class head with colons': (size) => `class A${': '.repeat(size / 2)}x\n`,
  'a class of a long name': (size) => `class ${'A'.repeat(size)}`,
  'a class and blank lines': (size) => `class A:${'\n '.repeat(size / 2)}`,
  'class heads': (size) => 'class A:\n'.repeat(size / 9),
  'line ends': (size) => '\n'.repeat(size),
  blanks: (size) => `x${' '.repeat(size)}y && ${' '.repeat(size)}z`,
  'prompt marks': (size) => '>>> '.repeat(size / 4),
  'a plan nested deep': (size) => `{"candidates": ${'['.repeat(size / 2)}${']'.repeat(size / 2)}}`,
  'objects nested deep': (size) => `${'{"a":'.repeat(size / 5)}1${'}'.repeat(size / 5)}`,
  'objects that stay open': (size) => '{"a": "class X:\\n'.repeat(size / 16),
  'a plan of many candidates': (size) => `{"candidates": [${'"Custom",'.repeat(size / 9)}"Custom"]}`,
  'lone surrogates': (size) => '\ud800'.repeat(size),
  NUL: (size) => `${head}${call}${'\0'.repeat(size)}`,
  'combining marks': (size) => `${head}${call}        x${'\u0301'.repeat(size)} = 1\n`,
}

/** Helpers that each call all others: what follows calls meets them in every order. */
export function helpersOfHelpers(count: number): string {
  const calls = Array.from({ length: count }, (_, i) => `        await self.h${i}()\n`).join('')
  const helpers = Array.from({ length: count }, (_, i) => `    async def h${i}(self):\n${calls}`).join('')
  return `${head}${helpers}${call}${calls}        return "a", 0\n`
}
