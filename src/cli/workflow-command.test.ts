import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { BatonError } from '../core/failure.ts'
import { startCommandLine } from './testing/command-line.ts'
import { workflowRunCommand } from './workflow-run-command.ts'
import { workflowExportCommand, workflowImportCommand } from './workflow-transfer-command.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-workflow-command-'))
const commands = startCommandLine()
after(() => {
  commands.close()
  rmSync(folder, { recursive: true, force: true })
})

const baton = (...args: string[]) => commands.run(folder, ['workflow', ...args])

test('a line in the arrow language runs against the simulator, which is called one', async () => {
  const ran = await baton('run', 'AnswerGenerate -> Review ? Revise : done', '--problem', 'What is 6 * 7?')
  assert.equal(ran.code, 0, ran.stderr)
  assert.match(ran.stdout, /simulator .*not a language model/)
  assert.match(ran.stdout, /1 AnswerGenerate .*\(1 call\)/)
  assert.match(ran.stdout, /\nanswer\n/)
})

test('a program at fault ends with its class, its line and exit code 2; check tells the same with 4', async () => {
  const round = join(folder, 'workspace', 'MATH', 'workflows', 'round_1')
  mkdirSync(round, { recursive: true })
  writeFileSync(join(round, 'prompt.py'), 'P = "x"\n')
  writeFileSync(
    join(round, 'graph.py'),
    'import workspace.MATH.workflows.template.operator as operator\nimport workspace.MATH.workflows.round_1.prompt as prompt_custom\nfrom scripts.async_llm import create_llm_instance\n\nclass Workflow:\n    def __init__(self, name, llm_config, dataset):\n        self.llm = create_llm_instance(llm_config)\n        self.custom = operator.Custom(self.llm)\n\n    async def __call__(self, problem):\n        return (await self.custom(problem, prompt_custom.Q))["response"], 0\n',
  )
  const ran = await baton('run', 'workspace/MATH', '--problem', 'p', '--json')
  assert.equal(ran.code, 2)
  assert.equal((JSON.parse(ran.stdout) as { outcome: string }).outcome, 'failed')
  assert.match(ran.stderr, /no attribute 'Q' \(line 11\) \[policy\/missing-prompt\]/)
  const checked = await baton('check', 'workspace/MATH', '--all')
  assert.equal(checked.code, 4)
  assert.match(checked.stdout, /error missing-prompt line 11/)
})

test('a workflow is exported as a workspace that can be listed, and as a picture', async () => {
  const at = (...parts: string[]): string => join(folder, ...parts)
  const usual = { label: 'after', rounds: '5' }
  await workflowExportCommand('AnswerGenerate * 3 -> ScEnsemble', { ...usual, to: 'aflow', out: at('exported') })
  assert.ok(existsSync(at('exported/workspace/MATH/workflows/results.json')))
  workflowImportCommand(at('exported'), { out: at('rounds.jsonl') })
  assert.equal((JSON.parse(readFileSync(at('rounds.jsonl'), 'utf8')) as { round: number }).round, 1)
  await workflowExportCommand('AnswerGenerate -> Format', { ...usual, to: 'mermaid', out: at('flow.mmd') })
  assert.match(readFileSync(at('flow.mmd'), 'utf8'), /^flowchart TD\n/)
})

test('wrong input is told by its class and with the fix', async () => {
  const run = (path: string, problem: string) => () =>
    workflowRunCommand(path, { server: 'simulator', problem, seed: '1' })
  const usual = { to: 'aflow', label: 'after', rounds: '5' } as const
  for (const [command, code] of [
    [run('nowhere.py', 'p'), 'workflow-not-found'],
    [run('AnswerGenerate ->', 'p'), 'arrow-syntax'],
    [run('AnswerGenerate -> Format', '@nofile'), 'option'],
    [run('AnswerGenerate -> Format', ' '), 'option'],
    [async () => workflowImportCommand(join(folder, 'nowhere'), {}), 'no-workspace'],
    [async () => workflowImportCommand(join(folder, 'exported'), { out: folder }), 'not-writable'],
    [
      () => workflowExportCommand('AnswerGenerate -> Format', { ...usual, out: join(folder, 'flow.mmd') }),
      'not-writable',
    ],
    [() => workflowExportCommand('AnswerGenerate -> Format', usual), 'no-folder'],
    [
      () => workflowExportCommand('AnswerGenerate -> Format', { ...usual, out: folder, dataset: '../up' }),
      'dataset-name',
    ],
  ] as const)
    await assert.rejects(
      command,
      (error: unknown) => error instanceof BatonError && error.code === code && error.hint !== undefined,
    )
})

test('a single operator is a line of the arrow language too', async () => {
  const checked = await baton('check', 'AnswerGenerate')
  assert.equal(checked.code, 0, checked.stderr)
  assert.match(checked.stdout, /arrow language/)
})

test('a system Python that cannot be run in the jail is refused before anything is asked', async () => {
  const options = { server: 'simulator', problem: 'What is 6 * 7?', seed: '1', systemPython: '/nonexistent' }
  await assert.rejects(workflowRunCommand('AnswerGenerate * 3 -> ScEnsemble', options), (error) => {
    return error instanceof BatonError && error.code === 'no-jail' && error.exitCode === 2
  })
})
