import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { BatonError } from '../../core/failure.ts'
import { createPythonAnalyzer, type PythonAnalyzer } from '../../python/analysis/index.ts'
import { baselineProgram } from '../programs/index.ts'
import {
  arrowChart,
  checkWorkflow,
  loadWorkflow,
  programChart,
  readSource,
  readWorkspace,
  roundsFolder,
  workspaceOf,
} from './index.ts'
import { createDialectScene, type DialectScene, mathProblem } from './testing/dialect-scene.ts'

let scene: DialectScene
let analyzer: PythonAnalyzer
before(async () => {
  scene = await createDialectScene()
  analyzer = await createPythonAnalyzer()
})
after(() => scene.close())

function check(files: Readonly<Record<string, string>>, path: string) {
  const workflow = loadWorkflow(readSource(join(scene.write(files), path)), 'math', analyzer)
  return { ...checkWorkflow(workflow, 'math', analyzer), dialect: workflow.dialect }
}

const graph = (body: string, head = ''): string => `import workspace.X.workflows.template.operator as operator
import workspace.X.workflows.round_1.prompt as prompt_custom
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType
${head}
class Workflow:
    def __init__(self, name: str, llm_config, dataset: DatasetType) -> None:
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
        self.sc_ensemble = operator.ScEnsemble(self.llm)

    async def __call__(self, problem: str):
        ${body}
`

test('a sound program of AFlow has no findings, whatever the contract asks of policies', () => {
  const { findings, operators, dialect } = check(
    {
      'a/prompt.py': 'P: str = "x"\n',
      'a/graph.py': graph(
        'one = await self.custom(input=problem, instruction=prompt_custom.P)\n        best = await self.sc_ensemble(solutions=[one["response"]])\n        return best["response"], self.llm.get_usage_summary()["total_cost"]',
      ),
    },
    'a',
  )
  assert.equal(dialect, 'aflow')
  assert.deepEqual(findings, [])
  assert.deepEqual(
    operators.map(({ name }) => name),
    ['Custom', 'ScEnsemble'],
  )
})

test('the operators of a ScoreFlow program are those that run_workflow calls', () => {
  const text = `<graph>
class Workflow:
    def __init__(self, config, problem):
        self.config = create(config)
        self.custom = operator.Custom(self.config, problem)
        self.sc_ensemble = operator.ScEnsemble(self.config, problem)

    async def run_workflow(self):
        answers = [await self.custom(instruction="Solve it.")]
        return await self.sc_ensemble(solutions=answers)
</graph>`
  const { findings, operators, dialect } = check({ 'flow.txt': text }, 'flow.txt')
  assert.equal(dialect, 'scoreflow')
  assert.deepEqual(findings, [])
  assert.deepEqual(
    operators.map(({ name }) => name),
    ['Custom', 'ScEnsemble'],
  )
})

for (const [name, body, head, code, severity] of [
  [
    'a prompt constant that is not there',
    'return (await self.custom(problem, prompt_custom.Q))["response"], 0',
    '',
    'missing-prompt',
    'error',
  ],
  ['a package that is not there', 'return problem, 0', 'import numpy as np', 'missing-package', 'note'],
  ['a missing await', 'return self.custom(problem, "x")["response"], 0', '', 'missing-await', 'error'],
  [
    'a key that the operator does not return',
    'return (await self.custom(problem, "x"))["answer"], 0',
    '',
    'unknown-key',
    'error',
  ],
  [
    'an argument that is missing',
    'return (await self.custom(problem))["response"], 0',
    '',
    'missing-argument',
    'error',
  ],
  [
    'an operator never made',
    'return (await self.review(problem, "x"))["feedback"], 0',
    '',
    'operator-not-made',
    'error',
  ],
  ['a way out of the program', 'return problem, 0', 'import subprocess', 'forbidden-import', 'violation'],
] as const)
  test(`check tells of ${name}`, () => {
    const { findings } = check({ 'b/prompt.py': 'P = "x"\n', 'b/graph.py': graph(body, head) }, 'b')
    assert.deepEqual(
      findings
        .filter(({ code: found }) => found !== 'operator-unused')
        .map((finding) => [finding.code, finding.severity]),
      [[code, severity]],
    )
  })

test('a prompt file that is not there at all is told once', () => {
  const { findings } = check(
    { 'lonely/graph.py': graph('return (await self.custom(problem, prompt_custom.Q))["response"], 0') },
    'lonely',
  )
  assert.deepEqual(
    findings.filter(({ code }) => code === 'missing-prompt').map(({ line }) => line),
    [2],
  )
})

test('prompts imported relatively are found, and what the optimiser answers needs no import of them', () => {
  const relative = graph('return (await self.custom(problem, prompt_custom.P))["response"], 0').replace(
    'import workspace.X.workflows.round_1.prompt as prompt_custom',
    'from . import prompt as prompt_custom',
  )
  assert.deepEqual(
    check({ 'r/prompt.py': 'P = "x"\n', 'r/graph.py': relative }, 'r').findings.filter(
      ({ code }) => code !== 'operator-unused',
    ),
    [],
  )
  const bare = relative.split('\n').slice(4).join('\n')
  const answer = `<graph>\n${bare}\n</graph>\n<prompt>\nP = "x"\n</prompt>`
  assert.deepEqual(
    check({ 'answer.txt': answer }, 'answer.txt').findings.filter(({ code }) => code !== 'operator-unused'),
    [],
  )
})

test('the best round of a workspace is the one with the best mean score, the last one without scores', () => {
  const files = Object.fromEntries(
    [1, 2, 10].map((round) => [`w/MATH/workflows/round_${round}/graph.py`, graph(`return "${round}", 0`)]),
  )
  const folder = scene.write(files)
  const best = (): string => readSource(join(folder, 'w/MATH')).file
  assert.match(best(), /round_10/)
  const row = (round: number, score: number) => ({ round, score, avg_cost: 0.1, total_cost: 1, time: '' })
  writeFileSync(
    join(folder, 'w/MATH/workflows/results.json'),
    JSON.stringify([row(1, 0.9), row(1, 0.1), row(2, 0.6), row(10, 0.2)]),
  )
  assert.match(best(), /round_2/)
  writeFileSync(join(folder, 'w/MATH/workflows/results.json'), '[{"round": 1, "score": NaN}, {"round": 2, "sc')
  assert.match(best(), /round_10/)
})

test('a workspace written here is read back, and its rounds run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-workspace-'))
  try {
    const code = baselineProgram('cot', 'math') ?? ''
    const rows = [
      { question: 'What is 6 * 7?', prediction: '42', expected: '42', score: 1, costUsd: 0.002 },
      { question: 'Say "a, b"', prediction: '=SUM(A1)', expected: 'a\nb', score: 0, costUsd: 0.001 },
    ]
    const rounds = [
      { code, rows },
      { code: baselineProgram('cot-sc-5', 'math') ?? '', rows: [] },
    ]
    const made = workspaceOf({ dataset: 'MATH', type: 'math', rounds, now: new Date('2026-01-02T03:04:05Z') })
    for (const [path, text] of Object.entries(made.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const workflows = join(folder, made.workflows)
    assert.equal(roundsFolder(folder), workflows)
    const [first, second] = readWorkspace(workflows)
    assert.deepEqual([first?.score, first?.runs, first?.averageCostUsd], [0.5, 1, 0.0015])
    assert.deepEqual(first?.failures, [{ question: 'Say "a, b"', expected: 'a\nb', prediction: '=SUM(A1)' }])
    assert.equal(second?.score, null)
    const csv = readFileSync(join(workflows, 'round_1', '0.50000_20260102_030405.csv'), 'utf8')
    assert.equal(
      csv,
      'question,prediction,expected_output,score,cost\nWhat is 6 * 7?,42,42,1,0.002\n"Say ""a, b""",\'=SUM(A1),"a\nb",0,0.001\n',
    )
    assert.ok(readdirSync(join(workflows, 'template')).includes('operator.json'))
    const files = Object.fromEntries(
      ['round_1/graph.py', 'round_1/prompt.py', 'template/operator.py'].map((name) => [
        `copy/workspace/MATH/workflows/${name}`,
        readFileSync(join(workflows, name), 'utf8'),
      ]),
    )
    scene.write(files)
    const ran = await scene.run('copy', mathProblem)
    assert.deepEqual(ran.failures, [])
    assert.equal(ran.prediction, '42')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('pictures show branches and loops of the arrow language, and the calls of a program in order', () => {
  const chart = arrowChart('AnswerGenerate -> (Review ? Revise : done) * 2 -> Format')
  for (const line of [
    /\["Review"\]/,
    /-->\|fault\| n\d/,
    /\{\{"up to 2 times"\}\}/,
    /-->\|again\| n3/,
    /n4 -->\|right\| n6/,
  ])
    assert.match(chart, line)
  assert.equal(
    programChart([
      { name: 'AnswerGenerate', inLoop: 3 },
      { name: 'ScEnsemble', inLoop: null },
    ]),
    'flowchart TD\n  n1(["problem"])\n  n2["AnswerGenerate x3"]\n  n1 --> n2\n  n3["ScEnsemble"]\n  n2 --> n3\n  n4(["answer"])\n  n3 --> n4\n',
  )
})

test('nothing at a path, a folder without a program and a text without one are told with the fix', () => {
  const folder = scene.write({
    'empty/readme.md': 'words',
    'many/a.py': 'x',
    'many/b.py': 'x',
    'words.txt': 'I would revise it.',
  })
  for (const [path, code] of [
    ['nowhere', 'workflow-not-found'],
    ['empty', 'workflow-no-program'],
    ['many', 'workflow-no-program'],
    ['words.txt', 'no-code'],
  ] as const)
    assert.throws(() => loadWorkflow(readSource(join(folder, path)), 'math', analyzer), { code })
})

test('a workflow in the arrow language runs, its loop ended by a review that finds nothing', async () => {
  scene.write({ 'line.txt': 'Plan -> [AnswerGenerate, Programmer] -> ScEnsemble -> (Review ? Revise : done) * 3' })
  const names = ({ operators }: { operators: readonly { operator: string }[] }): string =>
    operators.map(({ operator }) => operator).join(' ')
  const faulty = await scene.run('line.txt')
  assert.deepEqual(faulty.failures, [])
  assert.equal(names(faulty), 'Custom AnswerGenerate Programmer ScEnsemble Review Revise Review Revise Review Revise')
  const fine = await scene.run('line.txt', mathProblem, ({ prompt }) =>
    prompt.includes('<review_result>') ? '<review_result>true</review_result>' : '<answer>42</answer>',
  )
  assert.equal(names(fine), 'Custom AnswerGenerate Programmer ScEnsemble Review')
})

test('any text is a workflow that can be checked or a refusal, never a crash', () => {
  const line = fc.constantFrom(
    'class Workflow:',
    '    def __init__(self, name, llm_config, dataset):',
    '        self.llm = create_llm_instance(llm_config)',
    '    async def __call__(self, problem):',
    '        return await self.custom(problem, prompt_custom.P), 0',
    'import workspace.X.workflows.round_1.prompt as prompt_custom',
    'from .. import *',
    'from ..... import x',
    'import a.b.c.d as e, f',
    '<graph>',
    '</graph>',
    '<prompt>',
    '</prompt>',
    '```python',
    '```',
    'AnswerGenerate -> Format',
    '\u0000\ud800',
    'x = """',
  )
  fc.assert(
    fc.property(
      fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }),
      fc.constantFrom('x.py', 'x.txt'),
      (lines, file) => {
        try {
          const workflow = loadWorkflow({ file, text: lines.join('\n'), folder: scene.folder }, 'math', analyzer)
          checkWorkflow(workflow, 'math', analyzer)
        } catch (error) {
          assert.ok(error instanceof BatonError, String(error))
        }
      },
    ),
    { numRuns: 150 },
  )
})
