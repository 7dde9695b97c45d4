/** A stage for tests of dialects: files in a temporary folder, one sandbox, an executor that answers by the prompt. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Problem } from '../../../core/problem.ts'
import { createPythonAnalyzer } from '../../../python/analysis/index.ts'
import { createSandbox } from '../../../python/index.ts'
import { createFakeChatModel, type FakeCall } from '../../../rewards/testing/fake-chat-model.ts'
import type { ProgramRun } from '../../execution/index.ts'
import { loadWorkflow, readSource, runWorkflow } from '../index.ts'

// Limits that no slow machine comes near.
const limits = { cpuMs: 30_000, wallMs: 600_000, memoryMb: 256, maxOutputChars: 20_000, maxOperatorCalls: 40 }

export const mathProblem: Problem = {
  id: 'm',
  type: 'math',
  source: 'test',
  question: 'What is 6 * 7?',
  answer: '42',
  difficulty: 1,
}
export const codeProblem: Problem = {
  id: 'c',
  type: 'code',
  source: 'test',
  question: 'Write a Python function `double(n)` that doubles n.',
  answer: '-',
  entryPoint: 'double',
  publicTests: ['assert double(2) == 4'],
  hiddenTests: ['assert double(9) == 18'],
  difficulty: 1,
}

/** How AFlow's programs begin their constructor. */
export const initHead = '    def __init__(self, name: str, llm_config, dataset: DatasetType) -> None:'

export interface DialectScene {
  readonly folder: string
  /** Writes files below the folder. @returns the folder. */
  write(files: Readonly<Record<string, string>>): string
  run(
    path: string,
    problem?: Problem,
    reply?: (call: FakeCall) => string,
  ): Promise<ProgramRun & { readonly prompts: readonly string[] }>
  close(): Promise<void>
}

export function solve({ prompt }: FakeCall): string {
  if (prompt.includes('```python block') || prompt.includes('double(n)'))
    return '```python\ndef double(n):\n    return 2 * n\n\ndef solve():\n    return 6 * 7\n```'
  if (prompt.includes('<solution_letter>')) return '<thought>A</thought><solution_letter>A</solution_letter>'
  if (prompt.includes('<review_result>')) return '<review_result>false</review_result><feedback>no</feedback>'
  if (prompt.includes('<solution>')) return '<solution>revised</solution>'
  return '<thought>six sevens</thought><answer>42</answer>'
}

export async function createDialectScene(): Promise<DialectScene> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-dialects-'))
  const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
  const analyzer = await createPythonAnalyzer()
  return {
    folder,
    write: (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      return folder
    },
    run: async (path, problem = mathProblem, reply = solve) => {
      const executor = createFakeChatModel(reply)
      const workflow = loadWorkflow(readSource(join(folder, path)), problem.type, analyzer)
      const deps = { executor, sandbox, limits, now: () => 0 }
      const context = { key: ['dialects'], signal: new AbortController().signal }
      const ran = await runWorkflow(workflow, { problem, deps }, context)
      return { ...ran, prompts: executor.calls.map(({ prompt }) => prompt) }
    },
    close: async () => {
      await sandbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
