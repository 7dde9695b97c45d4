import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDialectScene, type DialectScene } from './testing/dialect-scene.ts'

let scene: DialectScene
before(async () => {
  scene = await createDialectScene()
})
after(() => scene.close())

const graph = (
  init: string,
  call: string,
  head = '',
): string => `import workspace.X.workflows.template.operator as operator
import workspace.X.workflows.round_1.prompt as prompt_custom
from scripts.async_llm import create_llm_instance
${head}
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        ${init}

    async def __call__(self, problem):
        ${call}
`

for (const [name, source, code] of [
  [
    'a prompt constant that is not there',
    graph('self.c = operator.Custom(self.llm)', 'return await self.c(problem, prompt_custom.XXX_PROMPT), 0'),
    'policy/missing-prompt',
  ],
  [
    'an operator made without its llm',
    graph('self.p = operator.Programmer()', 'return problem, 0'),
    'policy/operator-without-llm',
  ],
  [
    'an operator that no one has',
    graph('self.d = operator.Debate(self.llm)', 'return problem, 0'),
    'policy/unknown-operator',
  ],
  [
    'an argument that the operator does not take',
    graph('self.c = operator.Custom(self.llm)', 'return await self.c(problem=problem), 0'),
    'policy/operator-arguments',
  ],
  [
    'a package that is not there and is used',
    graph('pass', 'return str(numpy.sqrt(4)), 0', 'import numpy'),
    'policy/missing-package',
  ],
  [
    'a call that is not awaited',
    graph('self.c = operator.Custom(self.llm)', 'return self.c(problem, "x")["response"], 0'),
    'policy/not-awaited',
  ],
  ['no class to call', 'x = 1\n', 'policy/no-class'],
  ['text that is no Python', graph('pass', 'return (problem,'), 'policy/syntax-error'],
  [
    'a key that is not there',
    graph('self.c = operator.Custom(self.llm)', 'return (await self.c(problem, "x"))["answer"], 0'),
    'sandbox/key-error',
  ],
  ['a mistake at import', graph('pass', 'return problem, 0', 'x = 1 / 0'), 'sandbox/zero-division-error'],
] as const)
  test(`${name} is a classified failure`, async () => {
    scene.write({ 'wrong/prompt.py': '', 'wrong/graph.py': source })
    const ran = await scene.run('wrong')
    assert.equal(ran.outcome, 'failed')
    assert.deepEqual(
      ran.failures.map((failure) => `${failure.boundary}/${failure.code}`),
      [code],
    )
  })

test('a failure names the line of the file', async () => {
  scene.write({
    'wrong/prompt.py': '',
    'wrong/graph.py': graph(
      'self.c = operator.Custom(self.llm)',
      'return await self.c(problem, prompt_custom.XXX_PROMPT), 0',
    ),
  })
  assert.match((await scene.run('wrong')).failures[0]?.message ?? '', /has no attribute 'XXX_PROMPT' \(line 11\)/)
})

test('a syntax error in an imported file names that file', async () => {
  scene.write({ 'wrong/prompt.py': 'P = (\n', 'wrong/graph.py': graph('pass', 'return prompt_custom.P, 0') })
  assert.match((await scene.run('wrong')).failures[0]?.message ?? '', /prompt\.py, line 1/)
})

test('a program that needs a trained controller says so', async () => {
  scene.write({
    'maas.py': `import torch
import maas.ext.maas.scripts.optimized.GSM8K.train.template.operator as operator
from maas.provider.llm_provider_registry import create_llm_instance
from maas.utils.cost_manager import CostManager


class Workflow:
    def __init__(self, name: str, llm_config, dataset, controller: torch.nn.Module, operator_embeddings) -> None:
        self.llm = create_llm_instance(llm_config)
        self.llm.cost_manager = CostManager()
        self.custom = operator.Custom(self.llm)
        self.controller = controller

    async def __call__(self, problem: str):
        log_probs, names = self.controller.forward(problem)
        return problem, self.llm.cost_manager.total_cost, log_probs
`,
  })
  const ran = await scene.run('maas.py')
  assert.deepEqual(
    ran.failures.map((failure) => `${failure.boundary}/${failure.code}`),
    ['policy/missing-package'],
  )
  assert.match(ran.failures[0]?.message ?? '', /a trained controller\.forward/)
})

test('what reaches out of the program is stopped in these dialects too', async () => {
  for (const [name, body] of [
    ['a file of the machine', 'return open("/etc/hostname").read(), 0'],
    ['a process', 'import subprocess\n        return subprocess.run(["id"], capture_output=True).stdout.decode(), 0'],
    ['the network', 'import socket\n        socket.create_connection(("127.0.0.1", 1))\n        return "reached", 0'],
    ['the host', 'import js\n        return str(js.process), 0'],
  ] as const) {
    scene.write({ 'out/prompt.py': '', 'out/graph.py': graph('pass', body) })
    const ran = await scene.run('out')
    assert.equal(ran.outcome, 'failed', name)
    assert.equal(ran.prediction, '', name)
  }
})

for (const [what, use] of [
  ['as it is', 'prompt_custom.XXX_PROMPT'],
  ['within a text', 'f"Do this: {prompt_custom.XXX_PROMPT}"'],
  ['put together', '"Do " + prompt_custom.XXX_PROMPT'],
  ['by its representation', 'repr(prompt_custom.XXX_PROMPT)'],
  ['filled in', '"Do %s" % prompt_custom.XXX_PROMPT'],
] as const)
  test(`what is not there reaches no prompt: ${what}`, async () => {
    scene.write({
      'absent.py': `import prompt_custom
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
    async def __call__(self, problem, entry_point=None):
        r = await self.custom(input=problem, instruction=${use})
        return r["response"], self.llm.get_usage_summary()["total_cost"]
`,
    })
    const ran = await scene.run('absent.py')
    assert.equal(ran.outcome, 'failed')
    assert.deepEqual(ran.prompts, [])
  })
