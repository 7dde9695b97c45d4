/**
 * What a real, untrained 7B model wrote: every completion is parsed, classified, repaired and run in the sandbox against
 * the simulator. The docs page with the tables is made here.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Problem, ProblemType } from '../core/problem.ts'
import { createChatModel } from '../llm/index.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { createSandbox } from '../python/index.ts'
import { startSimulator } from '../simulation/index.ts'
import { mapConcurrently } from '../training/index.ts'
import { executeWorkflow, type WorkflowAttempt } from './execution/index.ts'
import { lintContract, promptsUnderLint } from './lint/index.ts'
import { parseCompletion } from './parse/index.ts'
import { repairKinds } from './repair/kinds.ts'
import { contractDocs, findingDocs, table } from './testing/contract-docs.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, '..', 'shared', 'data', 'policy-outputs')
const contractFile = join(root, 'docs', 'workflow-contract.md')
const measuredFile = join(root, 'docs', 'policy-outputs.md')
const skip = existsSync(folder) ? false : 'data/policy-outputs is not there'

/** The rows do not say what they were asked; the program's imports and signature do. */
function typeOf(code: string): ProblemType {
  const named = /workspace\.(math|code|qa)\b/.exec(code)?.[1]
  if (named !== undefined) return named as ProblemType
  if (code.includes('entry_point: str')) return 'code'
  return code.includes('boxed') ? 'math' : 'qa'
}

/** One problem of each type; what the simulator makes of it does not matter here. */
function problemsByType(): Readonly<Record<string, Problem>> {
  const lines = readFileSync(join(root, 'data', 'problems', 'validation.jsonl'), 'utf8')
    .trim()
    .split('\n')
  const problems = lines.map((line) => JSON.parse(line) as Problem)
  return Object.fromEntries(problems.map((problem) => [problem.type, problem]))
}

/** Sandbox, simulator and client, shared by the tests of this file. */
async function openRunner() {
  const analyzer = await createPythonAnalyzer()
  const simulator = await startSimulator({ seed: 1, inWorker: false })
  const executor = createChatModel({ baseUrl: simulator.baseUrl, model: 'simulator' })
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  // Limits that no slow machine comes near: what is measured is the programs.
  const limits = { cpuMs: 60_000, wallMs: 600_000, memoryMb: 256, maxOutputChars: 65_536, maxOperatorCalls: 32 }
  const deps = { executor, sandbox, analyzer, limits, runFallback: false, now: () => 0 }
  const problems = problemsByType()
  const { signal } = new AbortController()
  return {
    attempt: (completionText: string, type: ProblemType, key: string | number): Promise<WorkflowAttempt> =>
      executeWorkflow({ completionText, problem: problems[type] as Problem, deps }, { signal, key: ['outputs', key] }),
    compile: (program: string) => sandbox.compile(program),
    close: async () => {
      await sandbox.close()
      await executor.close()
      await simulator.close()
    },
  }
}

const runner = await openRunner()
after(() => runner.close())

function attemptAll(): Promise<WorkflowAttempt[]> {
  const texts = globSync(join(folder, '*.jsonl')).flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text),
  )
  return mapConcurrently(texts, 1, (text, i) => {
    const parsed = parseCompletion(text)
    return runner.attempt(text, parsed.kind === 'program' ? typeOf(parsed.code) : 'math', i)
  })
}

/** How many attempts have each of what `read` finds in them, most frequent first. */
function counted(
  attempts: readonly WorkflowAttempt[],
  read: (attempt: WorkflowAttempt) => readonly string[],
): [key: string, attempts: number, total: number][] {
  const counts = new Map<string, { attempts: number; total: number }>()
  for (const attempt of attempts) {
    const found = read(attempt)
    for (const key of new Set(found)) {
      const known = counts.get(key) ?? { attempts: 0, total: 0 }
      const total = known.total + found.filter((candidate) => candidate === key).length
      counts.set(key, { attempts: known.attempts + 1, total })
    }
  }
  return [...counts]
    .sort((a, b) => b[1].attempts - a[1].attempts || a[0].localeCompare(b[0]))
    .map(([key, count]) => [key, count.attempts, count.total])
}

function measuredDocs(attempts: readonly WorkflowAttempt[]): string {
  const repaired = attempts.filter(({ repairs }) => repairs.length > 0)
  const failures = counted(attempts, ({ failures }) => failures.map(({ boundary, code }) => `\`${boundary}/${code}\``))
  const outcomes = counted(attempts, ({ outcome, repairs, isValid }) => [
    `${outcome}${isValid ? ', valid as written' : repairs.length > 0 ? ', after repair' : ''}`,
  ])
  const findings = counted(attempts, ({ findings }) => findings.map(({ kind, severity }) => `${kind}|${severity}`))
  const repairs = counted(attempts, ({ repairs }) => repairs.map(({ kind }) => kind))
  const weight = attempts.flatMap(({ repairs }) => repairs).reduce((sum, repair) => sum + repair.weight, 0)
  return `# What a real policy wrote

These are ${attempts.length} completions of an untrained Qwen2.5-7B, sampled with another project's prompt. That prompt asked for
\`__call__(self, problem)\` and allowed Test for math, which explains the two most frequent findings. Each was parsed,
validated, repaired and run in the sandbox against the [simulator](simulator.md), on one problem of its type; the program's
imports show the type. A test computes these tables again and compares.

## Outcomes

${table(
  ['outcome', 'completions'],
  outcomes.map(([name, count]) => [name, count]),
)}

${repaired.length} programs needed repair, ${(weight / Math.max(1, repaired.length)).toFixed(1)} in weight on average
(the reward of a repair is its weight times \`rewards.repair\`).

Parsing, validating and repairing took 1.95 ms of CPU a program (median of seven passes after three, two cores of a Xeon,
both busy with other work; 4.0 ms in the first pass of a process): \`npm run bench -- analysis\`.

Failures and broken rules by class; a completion may have several, and one that answered may have broken a rule:

${table(
  ['class', 'completions'],
  failures.map(([name, count]) => [name, count]),
)}

## Findings in the programs as written

${table(
  ['finding', 'severity', 'programs', 'in all', 'meaning'],
  findings.map(([key, count, total]) => {
    const [kind = '', severity = ''] = key.split('|')
    return [`\`${kind}\``, severity, count, total, findingDocs[kind as keyof typeof findingDocs].meaning]
  }),
)}

## Repairs

${table(
  ['repair', 'programs', 'diffs', 'weight', 'meaning'],
  repairs.map(([kind, count, total]) => {
    const { weight: each, meaning } = repairKinds[kind as keyof typeof repairKinds]
    return [`\`${kind}\``, count, total, each, meaning]
  }),
)}

All kinds of repair are in [workflow-contract.md](workflow-contract.md).
`
}

test('all completions are programs, and each answers or fails with a class; docs/policy-outputs.md says how many', {
  skip,
}, async () => {
  const attempts = await attemptAll()
  assert.equal(attempts.length, 239)
  for (const { outcome, failures, program, findings } of attempts) {
    assert.notEqual(program, null)
    for (const { kind } of findings) assert.ok(kind in findingDocs)
    assert.ok(outcome === 'answered' || outcome === 'failed', outcome)
    if (outcome === 'failed') assert.ok(failures.length > 0)
    for (const { code } of failures) assert.match(code, /^(?!crashed|aborted)[a-z-]+$/)
  }
  keepCurrent(measuredFile, measuredDocs(attempts))
})

test('every example of every prompt compiles and runs: the contract lint finds nothing', async () => {
  const analyzer = await createPythonAnalyzer()
  const report = await lintContract(promptsUnderLint(), analyzer, async (program, type) => {
    const error = await runner.compile(program)
    if (error !== null) return error.message
    const { outcome, failures } = await runner.attempt(program, type, 'example')
    return outcome === 'answered' && failures.length === 0 ? null : (failures[0]?.message ?? outcome)
  })
  assert.deepEqual(report.contradictions, [])
})

test('docs/workflow-contract.md is current (BATON_UPDATE_DOCS=1 writes it)', () => {
  keepCurrent(contractFile, contractDocs())
})

function keepCurrent(file: string, current: string): void {
  if (process.env['BATON_UPDATE_DOCS'] === '1') writeFileSync(file, current)
  else assert.equal(existsSync(file) ? readFileSync(file, 'utf8') : '', current)
}
