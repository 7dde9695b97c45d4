/**
 * Published code problems through the path that training uses: loader, extraction of the code, hidden tests in the
 * sandbox. Every reference solution must be right, and the same function with the body `return None` wrong. None of the
 * rows is an exception.
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Problem } from '../src/core/problem.ts'
import { loadProblems, pythonCode } from '../src/datasets/index.ts'
import { createSandbox, type SandboxLimits } from '../src/python/index.ts'
import { decideCorrectness, type Judge } from '../src/rewards/index.ts'

const shared = join(import.meta.dirname, '../../shared/data')
const limits: SandboxLimits = {
  cpuMs: 5000,
  wallMs: 120_000,
  memoryMb: 256,
  maxOutputChars: 65_536,
  maxOperatorCalls: 32,
}

const sets = [
  { name: "HumanEval's 164", path: 'humaneval/HumanEval.jsonl.gz', count: 164 },
  { name: "AFlow's 33 of HumanEval", path: 'aflow/humaneval_validate.jsonl', count: 33 },
  { name: "AFlow's 86 of MBPP", path: 'aflow/mbpp_validate.jsonl', count: 86 },
] as const

const sandbox = await createSandbox({ processes: 2, interpretersPerProcess: 1 })
after(() => sandbox.close())

/** A program as models hand it over. The fenced form is scored; the others must come to the same program. */
const forms: Readonly<Record<string, (code: string) => string>> = {
  bare: (code) => code,
  'in a sentence': (code) => `Here is the solution:\n\n${code}\n\nIt solves the problem, as required.`,
  boxed: (code) => `The answer is\n\\boxed{\n${code}\n}`,
  tagged: (code) => `<answer>\n${code}\n</answer>`,
  'fenced in a sentence': (code) => `I wrote this (and tested it):\n~~~py\n${code}\n~~~\nThat's all.`,
  'as JSON': (code) => JSON.stringify({ code }),
  quoted: (code) => `\`\`\`\n${code}\n\`\`\``.replaceAll(/^/gm, '> '),
}

const noJudge: Judge = { grade: () => assert.fail('code with hidden tests needs no judge') }

async function verdictOn(problem: Problem, code: string): Promise<string> {
  const options = { sandbox, judge: noJudge, limits, decidedBy: 'scorer', key: [problem.id] } as const
  const reply = `\`\`\`python\n${code}\n\`\`\``
  const { verdict, reason } = await decideCorrectness(problem, reply, options, new AbortController().signal)
  return verdict === 'true' ? verdict : `${verdict}: ${reason}`
}

/** The function as it is declared, with another body; what stands before and after it stays. */
function withoutBody({ answer, entryPoint = '' }: Problem): string {
  const lines = answer.split('\n')
  const start = lines.findLastIndex((line) => new RegExp(`^def ${entryPoint}\\b`).test(line))
  assert.ok(start >= 0, `no definition of ${entryPoint}`)
  const signatureEnd = lines.findIndex((line, index) => index >= start && /:\s*(#.*)?$/.test(line))
  const bodyEnd = lines.findIndex((line, index) => index > signatureEnd && /^[^\s#]/.test(line))
  const rest = bodyEnd < 0 ? [] : lines.slice(bodyEnd)
  return [...lines.slice(0, signatureEnd + 1), '    return None', ...rest].join('\n')
}

for (const { name, path, count } of sets) {
  const file = join(shared, path)
  const options = existsSync(file) ? {} : { skip: `${path} is not beside the project` }
  test(
    `${name} reference solutions are right, and as many with the body "return None" are wrong`,
    options,
    async () => {
      const { problems } = await loadProblems(file, { skipBadRows: false })
      assert.equal(problems.length, count)
      const wrong: string[] = []
      const both = problems.map(async (problem) => {
        const [reference, broken] = await Promise.all([
          verdictOn(problem, problem.answer),
          verdictOn(problem, withoutBody(problem)),
        ])
        const { answer, entryPoint = '' } = problem
        const fenced = pythonCode(`\`\`\`python\n${answer}\n\`\`\``, entryPoint)
        for (const [form, write] of Object.entries(forms))
          if (pythonCode(write(answer.trim()), entryPoint) !== fenced) wrong.push(`${problem.id} ${form}`)
        if (reference !== 'true') wrong.push(`${problem.id} reference ${reference}`)
        // That it loads and fails its tests, too: code that does not load would prove nothing.
        if (!/^false: \d+ of \d+ hidden tests pass$/.test(broken)) wrong.push(`${problem.id} broken ${broken}`)
      })
      await Promise.all(both)
      assert.deepEqual(wrong, [])
    },
  )
}
