import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProblemType } from '../../core/problem.ts'
import { createPythonAnalyzer } from '../../python/analysis/index.ts'
import { type LintedPrompt, lintContract, promptsUnderLint } from './index.ts'

const analyzer = await createPythonAnalyzer()
const runs = async (): Promise<null> => null

const prompts = promptsUnderLint()
const math = prompts.find(({ name }) => name === 'full math program prompt') as LintedPrompt
const simpleQa = prompts.find(({ name }) => name === 'simple qa program prompt') as LintedPrompt
const plan = prompts.find(({ name }) => name === 'full math plan prompt') as LintedPrompt

async function found(
  prompt: LintedPrompt,
  run = runs as (program: string, type: ProblemType) => Promise<string | null>,
) {
  const { contradictions } = await lintContract([prompt], analyzer, run)
  return contradictions.map(({ what, message }) => `${what}: ${message}`)
}

function changed(prompt: LintedPrompt, from: string | RegExp, to: string): LintedPrompt {
  const text = prompt.text.replace(from, to)
  assert.notEqual(text, prompt.text, String(from))
  return { ...prompt, text }
}

test('no prompt contradicts the validator, and every example is a text of its grammar', async () => {
  const report = await lintContract(prompts, analyzer, runs)
  assert.deepEqual(report.contradictions, [])
  assert.equal(report.prompts, 12)
  assert.ok(report.examples >= 24)
})

test('a prompt that offers Test for math, which the validator refuses, fails the lint', async () => {
  const offers = changed(math, '## Rules\n', '## Rules\n0. For MATH problems you may use Test to check the answer.\n')
  assert.match((await found(offers)).join('\n'), /may use Test.*The validator refuses Test for math/)
  const lists = changed(math, '- Custom(', '- Test(problem, solution, entry_point)\n- Custom(')
  assert.match((await found(lists)).join('\n'), /lists Test\(.*Test is for code problems/)
})

test('a prompt that forbids what the validator allows fails the lint', async () => {
  const forbids = changed(math, '## Rules\n', '## Rules\n0. Never use Programmer.\n')
  assert.match((await found(forbids)).join('\n'), /Never use Programmer.*The validator allows Programmer/)
})

test('a signature that the validator refuses fails the lint', async () => {
  const short = changed(math, '__call__(self, problem, entry_point=None)', '__call__(self, problem)')
  assert.match((await found(short)).join('\n'), /shows __call__\(self, problem\): .*missing entry_point/)
  const bare = changed(math, 'operator.Custom(self.llm)', 'operator.Custom()')
  assert.match((await found(bare)).join('\n'), /shows operator\.Custom\(\): .*must be made with the llm/)
})

test('an operator listed with an argument or a key it has not, or not at all, fails the lint', async () => {
  assert.match(
    (await found(changed(math, '- Review(problem, solution)', '- Review(problem, answer)'))).join('\n'),
    /answer/,
  )
  assert.match(
    (await found(changed(math, '{"thought": text, "answer": text}', '{"response": text}'))).join('\n'),
    /response/,
  )
  assert.match((await found(changed(math, /- Revise.*\n/, ''))).join('\n'), /does not list Revise/)
  const outside = changed(simpleQa, '- Review(', '- Custom(input, instruction) -> {"response": text}: asks.\n- Review(')
  assert.match((await found(outside)).join('\n'), /lists Custom.*not offered for qa/)
})

test('a prompt of another hand is read by its lists, calls and examples', async () => {
  const text = `Available operators:
1. Custom(self.llm) - flexible. Call: await self.custom(input=str, prompt=str)
2. Test(self.llm) - Call: await self.test(problem=str, solution=str, entry_point=str)
3. Review: await self.review(problem, solution)
`
  const lines = (await found({ ...math, text, rules: null })).join('\n')
  assert.match(lines, /shows self\.custom\(.*takes no argument prompt/)
  assert.match(lines, /lists Test: The validator refuses Test for math/)
  assert.doesNotMatch(lines, /does not list Review|self\.review/)
  assert.match(lines, /does not list Programmer/)
})

test('a rule that the prompt leaves out, or that the validator does not hold, fails the lint', async () => {
  const [first, ...rest] = math.rules ?? []
  const silent = { ...changed(math, first?.text ?? '', ''), rules: rest }
  assert.match((await found(silent)).join('\n'), /states no rule for no-class/)
  assert.match((await found(changed(math, first?.text ?? '', ''))).join('\n'), /does not state "Write one Python class/)
  const unheld = { text: 'Use every operator that you make.', findings: ['operator-unused'] as const }
  const strict = {
    ...changed(math, '## Rules\n', `## Rules\n${unheld.text}\n`),
    rules: [...(math.rules ?? []), unheld],
  }
  assert.match((await found(strict)).join('\n'), /states "Use every operator.*no operator-unused is found/)
})

test('an example that is invalid, outside the grammar, or does not run fails the lint', async () => {
  assert.match(
    (await found(changed(math, '= await self', '= self'))).join('\n'),
    /is not awaited[\s\S]*no text of the grammar/,
  )
  const tests = changed(plan, '"steps":["Revise"]', '"steps":["Test"]')
  assert.match((await found(tests)).join('\n'), /holds an example.*Test is for code problems/)
  const failing = await found(math, async (program) => (program.includes('sc_ensemble') ? 'key-error' : null))
  assert.deepEqual(failing, ['holds an example: It does not run: key-error'])
  assert.match((await found({ ...math, text: math.text.replace(/```[\s\S]*/, '') })).join('\n'), /holds no example/)
})
