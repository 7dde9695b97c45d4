/** Ways in which small models spoil a program, each mended by the kinds of repair named; and all of them thrown together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { parseCompletion } from '../parse/index.ts'
import { enumeratePlans, writeProgram } from '../programs/index.ts'
import { findingDocs } from '../testing/contract-docs.ts'
import { validateProgram } from '../validate/index.ts'
import { type RepairedProgram, type RepairKind, repairProgram } from './index.ts'
import { repairKinds } from './kinds.ts'

const analyzer = await createPythonAnalyzer()

const good = `class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.answer_generate = operator.AnswerGenerate(self.llm)
        self.review = operator.Review(self.llm)
        self.revise = operator.Revise(self.llm)
    async def __call__(self, problem, entry_point=None):
        answer = await self.answer_generate(input=problem)
        review = await self.review(problem=problem, solution=answer["answer"])
        if not review["review_result"]:
            answer = await self.answer_generate(input="Solve carefully: " + problem)
        revised = await self.revise(problem=problem, solution=answer["answer"], feedback=review["feedback"])
        return revised["solution"], self.llm.get_usage_summary()["total_cost"]
`
const lines = good.split('\n')

function repaired(text: string): RepairedProgram {
  const parsed = parseCompletion(text)
  assert.ok(parsed.kind === 'program', text)
  return repairProgram(parsed.code, validateProgram(parsed.code, 'math', { analyzer }), analyzer)
}

function changed(from: string | RegExp, to: string): string {
  const code = good.replace(from, to)
  assert.notEqual(code, good, String(from))
  return code
}

const upTo = (text: string, more = 0): string => good.slice(0, good.indexOf(text) + more)
const flat = good.replace(/^ {4}/gm, '')

/** What was spoilt, the text, the kinds of repair that mend it (none: the parser reads through it). */
const spoilt: readonly (readonly [name: string, text: string, ...kinds: RepairKind[]])[] = [
  ['typographic quotes', changed('"Solve carefully: "', '“Solve carefully: ”'), 'characters'],
  ['typographic quotes around a key', good.replaceAll('"answer"', '‘answer’'), 'characters'],
  ['an apostrophe in typographic quotes', changed('"Solve carefully: "', '‘Don’t guess: ’'), 'characters'],
  ['no-break blanks', good.replace(/^ {8}answer/m, '\u00a0       answer'), 'characters'],
  ['wide brackets', good.replace('(input=problem)', '（input＝problem）'), 'characters'],
  ['an invisible blank', `\u200b${good}`],
  ['a tab for two indents', changed(/^ {8}review/m, '\treview'), 'indentation'],
  ['tabs among blanks', good.replace(/^ {8}(?=answer|review)/gm, '\t\t'), 'indentation'],
  ['tabs throughout', good.replaceAll('    ', '\t')],
  ['methods as far left as the class', flat, 'indentation'],
  ['methods without their class', flat.replace(/^.*\n/, ''), 'add-class'],
  ['indented methods without their class', lines.slice(1).join('\n'), 'add-class'],
  ['a line too far right', changed('        review =', '          review ='), 'indentation'],
  ['a line too far left', changed('        review =', '      review ='), 'indentation'],
  ['a branch that holds a comment', changed(/ {12}answer = .*\n/, '            # nothing to do\n'), 'indentation'],
  ['a branch that holds nothing', changed(/ {12}answer = .*\n/, ''), 'indentation'],
  [
    'a print statement',
    changed('        review =', '        print "review of %s" % problem\n        review ='),
    'python-2',
  ],
  ['an end after return', upTo('revised["solution"]'), 'return'],
  ['an end within a call', upTo('feedback=review["feed', 18), 'punctuation', 'key', 'return'],
  ['an end within a string', upTo('"Solve careful', 8), 'punctuation', 'return'],
  ['an end within the cost', good.slice(0, -20), 'rename'],
  ['an end within a branch', upTo('if not review', 20), 'cut-off', 'return'],
  ['a head without its colon', changed('entry_point=None):', 'entry_point=None)'), 'punctuation'],
  ['a bracket never closed', changed('input=problem)', 'input=problem'), 'punctuation'],
  ['a bracket too many', changed('input=problem)', 'input=problem))'), 'punctuation'],
  ['a quote never closed', changed('["feedback"]', '["feedback]'), 'punctuation'],
  [
    'comments of another language',
    changed('        review =', '        // ask again\n        review ='),
    'punctuation',
  ],
  ['a declaration of another language', changed('        review =', '        const review ='), 'punctuation'],
  [
    'braces of another language',
    changed('review["review_result"]:', 'review["review_result"] {').replace('revised =', '} revised ='),
    'punctuation',
  ],
  ['slips of keywords', good.replace('async def', 'asnyc def').replace('return', 'retrun'), 'keyword'],
  [
    'a program told in two blocks',
    `\`\`\`python\n${good.replace('    async', '```\nThen:\n```python\n    async')}\`\`\``,
  ],
  ['a base class that is nowhere', changed('class Workflow:', 'class Workflow(MathWorkflowBase):'), 'drop'],
  [
    'a decorator of a module that is not there',
    `import weave\n${changed('    async', '    @weave.op()\n    async')}`,
    'drop',
  ],
  ['this for self', good.replaceAll('await self.', 'await this.'), 'rename'],
  ['no self before an operator', good.replaceAll('await self.', 'await '), 'rename'],
  [
    'a method of the llm',
    changed('self.review(problem=problem, solution=answer["answer"])', 'self.llm.generate(problem)')
      .replace('review["review_result"]', 'review')
      .replace('review["feedback"]', 'review'),
    'rename',
  ],
  [
    'an llm where its settings are given',
    good.replace('self, name, llm_config, dataset', 'self, llm').replace('create_llm_instance(llm_config)', 'llm'),
    'signature',
  ],
  [
    'answers in a loop alone',
    `${good.slice(0, good.indexOf('        answer ='))}        for _ in range(2):\n            answer = await self.answer_generate(input=problem)\n`,
    'return',
  ],
  ['half a surrogate pair', changed('Solve carefully', 'Solve \ud83d carefully')],
  ['a sentence within', changed('        review =', '        Now we review the answer.\n        review ='), 'drop'],
  ['a Chinese sentence within', changed('        review =', '        接下来我们检查答案。\n        review ='), 'drop'],
  ['another class name', changed('class Workflow', 'class MathWorkflow'), 'class-name'],
  ['another method name', changed('__call__', 'run'), 'add-method'],
  ['another argument name', changed('solution=answer["answer"])', 'answer=answer["answer"])'), 'argument'],
  ['an argument too many', changed('input=problem)', 'input=problem, style="short")'), 'drop-argument'],
  ['a positional argument too many', changed('(input=problem)', '(problem, None, 3)'), 'drop-argument'],
  ['another key', good.replaceAll('answer["answer"]', 'answer["response"]'), 'key'],
  ['a key read as an attribute', good.replaceAll('answer["answer"]', 'answer.answer'), 'key'],
  ['another key read as an attribute', changed('revised["solution"]', 'revised.text.strip()'), 'key'],
  ['a key that is nowhere', changed('review["feedback"]', 'review["score"]'), 'key'],
  ['another operator name', changed('operator.Revise', 'operator.SelfRefine'), 'operator'],
  [
    'an operator of another name never made',
    good.replace(/ +self\.revise = .*\n/, '').replace('self.revise(', 'self.refine('),
    'make-operator',
  ],
  ['no return', changed(/ {8}return .*\n/, ''), 'return'],
  ['eval', changed('solution=answer["answer"]', 'solution=eval(answer["answer"])'), 'literal-eval', 'import'],
  ['imports that are not used', `import os\nimport numpy as np\n${good}`, 'drop'],
  ['self before a parameter', changed('input=problem', 'input=self.problem'), 'rename'],
  ['an attribute that is a parameter of __init__', changed('input=problem', 'input=self.name + problem'), 'initialise'],
  ['a class of the library without its import', changed('input=problem', 'input=str(Counter([problem]))'), 'import'],
  ['JSON around it', JSON.stringify({ thought: 'short', code: good })],
  ['escaped line breaks', JSON.stringify(good).slice(1, -1)],
  ['Windows line ends', good.replaceAll('\n', '\r\n')],
  ['line numbers', lines.map((line, i) => `${i + 1} ${line}`).join('\n')],
  ['a Python prompt', lines.map((line) => `>>> ${line}`).join('\n')],
  ['a quotation', lines.map((line) => `> ${line}`).join('\n')],
  ['the marks of a diff', lines.map((line) => `+${line}`).join('\n')],
  ['a turn mark', `${good.trimEnd()}<|im_end|>\n<|im_start|>user\n`],
  ['an end mark', `${good.trimEnd()}<|endoftext|>`],
  ['reasoning', `<think>Perhaps class Workflow: ...</think>\n\`\`\`python\n${good}\`\`\``],
  ['reasoning that began in the prompt', `So be it.\n</think>\n\`\`\`python\n${good}\`\`\``],
  ['reasoning that never ends', `<think>\nLet me write it.\n${good}`],
  ['a second copy, cut off', good + good.slice(0, 400)],
]

for (const [name, text, ...kinds] of spoilt)
  test(`a program spoilt by ${name} is read${kinds.length > 0 ? ` and mended (${kinds.join(', ')})` : ''}`, () => {
    const result = repaired(text)
    const rest = result.validation.findings.filter(({ severity }) => severity === 'error')
    assert.deepEqual(rest, [], result.code)
    assert.deepEqual([...new Set(result.repairs.map(({ kind }) => kind))].sort(), [...kinds].sort(), result.code)
    for (const repair of result.repairs) {
      assert.equal(repair.weight, repairKinds[repair.kind].weight)
      assert.notEqual(repair.before, repair.after)
    }
  })

test('every kind of repair has a weight above 0 and mends a finding that the docs name', () => {
  const named = new Set(Object.values(findingDocs).flatMap(({ repairs }) => repairs))
  for (const [kind, { weight }] of Object.entries(repairKinds)) {
    assert.ok(weight > 0, kind)
    assert.ok(named.has(kind as RepairKind), `${kind} mends nothing`)
  }
})

/** Ways to spoil any program that leave it worth repairing or not: nothing may break, whatever comes together. */
const disturb: readonly ((code: string) => string)[] = [
  (code) => `Sure! Here is the workflow:\n\n\`\`\`python\n${code}`,
  (code) => `\`\`\`python\n${code}\`\`\`\n\n### Explanation\nIt works as follows.\n\`\`\`bash\npip install x\n\`\`\``,
  (code) => `<think>\nhmm ${code.slice(0, 120)}\n</think>\n${code}`,
  (code) => code.slice(0, Math.floor(code.length * 0.8)),
  (code) => code.slice(0, Math.floor(code.length * 0.45)),
  (code) => code.replaceAll('\n', '\r\n'),
  (code) => code.replaceAll('    ', '\t'),
  (code) => code.replace(/^ {8}/m, '\t'),
  (code) => code.replaceAll('"', '”'),
  (code) => `\uFEFF${code}`,
  (code) => code.replace(/^ {4}(?=async)/m, ''),
  (code) => code.replace(/ {8}return/, '        print "done"\n        return'),
  (code) => `${code}\nclass Workflow:\n    pass\n`,
  (code) => `class Helper:\n    def __init__(self):\n        self.x = 1\n\n${code}`,
  (code) => code.replace('await ', ''),
  (code) => code.replace('problem=problem', 'question=problem'),
  (code) => code.replace(/\["\w+"\]/, '["final_answer"]'),
  (code) => `${code}\n\n以下是解释：该工作流很简单。\n`,
  (code) => `public class Main {}\n${code}`,
  (code) => `${code}\nif __name__ == "__main__":\n    import asyncio\n    asyncio.run(Workflow("a", {}, "b")("c"))\n`,
  (code) => code.replaceAll('self', 'this'),
  (code) => code.replace('    async def', '@decorator\n    async def'),
  (code) => code.split('\n').reverse().join('\n'),
]

test('whatever small models do to a program together, it is read, repaired and classified', () => {
  const programs = (['math', 'code', 'qa'] as const).flatMap((type) => enumeratePlans(type).map(writeProgram))
  fc.assert(
    fc.property(fc.constantFrom(...programs), fc.shuffledSubarray([...disturb], { maxLength: 4 }), (program, ways) => {
      const text = ways.reduce((code, way) => way(code), program)
      const parsed = parseCompletion(text)
      if (parsed.kind === 'failure') return assert.equal(parsed.failure.boundary, 'parse')
      const validation = validateProgram(parsed.code, 'qa', { analyzer })
      const result = repairProgram(parsed.code, validation, analyzer)
      const errors = (findings: typeof validation.findings) => findings.filter(({ severity }) => severity === 'error')
      assert.ok(errors(result.validation.findings).length <= errors(validation.findings).length)
      if (!result.validation.isValid) assert.ok(errors(result.validation.findings)[0]!.message.length > 0)
      else assert.deepEqual(repairProgram(result.code, result.validation, analyzer).repairs, [])
    }),
    { numRuns: 300 },
  )
})

test('code that nests or repeats beyond measure is classified, neither a crash nor a hang', () => {
  const many = (text: string): string => text.repeat(1500)
  const values = [
    `a${many('.b')}`,
    `a${many('[0]')}`,
    `a${many('.b()')}`,
    `f${many('()')}`,
    `${many('f(')}1${many(')')}`,
    many('('),
    `${many('lambda: ')}1`,
    `${many('not ')}a`,
    `${many('a + ')}a`,
    `${many('a = ')}1`,
    many('“'),
    many('‘a’b'),
    many('f"{'),
  ]
  for (const value of values) {
    const code = good.replace('problem)', `${value})`).replace('return revised', `return ${value}, revised`)
    const result = repairProgram(code, validateProgram(code, 'math', { analyzer }), analyzer)
    assert.ok(result.validation.isValid || result.validation.findings.length > 0)
  }
  for (const text of [
    '```\n',
    '`',
    '{',
    '{"a":',
    '<think>',
    '<|',
    '"""',
    '\\n',
    '> \n',
    '1 ',
    ' ',
    '\n',
    'class Workflow:\n',
  ])
    assert.ok(['program', 'failure'].includes(parseCompletion(many(many(text).slice(0, 20))).kind))
})
