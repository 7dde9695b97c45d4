/**
 * Workflow programs that forge calls, costs, replies and results, or reach for the run beside or after them. What counts is
 * what TypeScript saw: the calls that were performed and what they cost.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type {
  OperatorCall,
  OperatorReply,
  SandboxLimits,
  WorkflowProgram,
  WorkflowResult,
} from '../../src/python/index.ts'
import { limits, openArena } from './arena.ts'

const arena = await openArena()
after(() => arena.close())

const workflowLimits: SandboxLimits = { ...limits, cpuMs: 3000 }

function program(body: string): WorkflowProgram {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `        ${line}`)
  const parameters = [
    { name: 'input', isRequired: true },
    { name: 'instruction', isRequired: true },
  ]
  return {
    code: `
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
    async def __call__(self, problem):
${lines.join('\n')}
`,
    className: 'Workflow',
    init: { name: 'w', dataset: 'MATH' },
    callArgs: { problem: '2+2' },
    operators: [{ name: 'Custom', parameters }],
    seed: 7,
  }
}

interface Seen {
  readonly result: WorkflowResult
  readonly calls: readonly OperatorCall[]
}

async function run(body: string, changes: Partial<SandboxLimits> = {}): Promise<Seen> {
  const calls: OperatorCall[] = []
  const perform = async (call: OperatorCall): Promise<OperatorReply> => {
    calls.push(call)
    const value = { response: String(Object.values(call.args)[0]) }
    return { kind: 'returned', value, costUsd: 0.01, inputTokens: 10, outputTokens: 5 }
  }
  const result = await arena.sandbox.runWorkflow(program(body), perform, { ...workflowLimits, ...changes })
  return { result, calls }
}

/** What a run must find as it was: numbers, built-ins, operators, costs, modules, the shims. */
const probe = `
import math, sys
reply = await self.custom(input="a", instruction="b")
state = [len([1, 2]), abs(-2), math.floor(math.pi * 100), reply["response"], round(self.llm.cost_manager.total_cost, 6)]
state += [json.loads(json.dumps({"a": [1]}))["a"], sorted(vars(operator)), round(random.random(), 6), sys.gettrace()]
return state + [len(sys.modules), sys.getrecursionlimit(), asyncio.get_running_loop().time() < 10, hasattr(self, "left")]`
const clean = await run(probe)
assert.equal(clean.result.kind, 'returned')

const told = (text: string) => `
import _baton.workflow as w
w.session.to_text = lambda message: ${text}
await self.custom(input="a", instruction="b")`
const report = (calls: string, end = 'null') => told(`'{"calls": ${calls}, "cancelled": [], "end": ${end}}'`)
const nested = `' + '[' * 90000 + ']' * 90000 + '`
const call = (index: string, operator = 'Custom') =>
  `{"index": ${index}, "operator": "${operator}", "args": {"input": "forged", "instruction": ""}}`

/** A program, how it may end, and how often an operator is performed for it. */
type Attack = readonly [name: string, body: string, ending: WorkflowResult['kind'], performed: number]

const attacks: readonly Attack[] = [
  // Costs.
  [
    'costs set to less than nothing',
    'self.llm.cost_manager.total_cost = -99\nawait self.custom("a", "b")\nreturn "x", self.llm.get_usage_summary()["total_cost"]',
    'returned',
    1,
  ],
  [
    'costs not recorded',
    'type(self.llm.cost_manager).record = lambda *a: None\nfor i in range(3): await self.custom("a", "b")',
    'returned',
    3,
  ],
  [
    'costs that raise',
    'class C:\n    def record(self, reply): raise SystemExit\nself.llm.cost_manager = C()\nawait self.custom("a", "b")',
    'violation',
    1,
  ],
  [
    'usage forged',
    'type(self.llm).get_usage_summary = lambda s: {"total_cost": 0, "call_count": 0}\nawait self.custom("a", "b")\nreturn self.llm.get_usage_summary()',
    'returned',
    1,
  ],
  [
    'calls past the limit',
    'for i in range(999):\n    try: await self.custom("a", "b")\n    except BaseException: pass',
    'operator-calls',
    20,
  ],
  [
    'calls past the limit at once',
    'await asyncio.gather(*[self.custom(str(i), "b") for i in range(999)], return_exceptions=True)',
    'operator-calls',
    20,
  ],
  [
    'the counter set back',
    'import gc\nfor i in range(99):\n    await self.custom("a", "b")\n    for o in gc.get_objects():\n        if type(o).__name__ == "Run": o.count = 0',
    'violation',
    1,
  ],
  ['a run of its own', 'import _baton.workflow as w\nw.run = None', 'violation', 0],
  // Forged reports.
  ['a report that is not JSON', told('"[[["'), 'violation', 0],
  ['a report of another shape', told('"[]"'), 'violation', 0],
  ['a report without end', told('\'{"calls": [], "cancelled": []}\''), 'violation', 0],
  ['a report that waits for nothing', report('[]'), 'violation', 0],
  ['an operator that is not declared', report(`[${call('1', 'Test')}]`), 'violation', 0],
  ['an operator by the name of a property', report(`[${call('1', '__proto__')}]`), 'violation', 0],
  ['a call with a number too high', report(`[${call('7')}]`), 'violation', 0],
  ['a call with a number too low', report(`[${call('-1')}]`), 'violation', 0],
  ['a call with half a number', report(`[${call('0.5')}]`), 'violation', 0],
  ['two calls with one number', report(`[${call('1')}, ${call('1')}]`), 'violation', 0],
  ['arguments that are a list', report('[{"index": 1, "operator": "Custom", "args": []}]'), 'violation', 0],
  [
    'arguments nested beyond measure',
    report(`[{"index": 1, "operator": "Custom", "args": {"input": ${nested}}}]`),
    'violation',
    0,
  ],
  [
    'a value nested beyond measure',
    report('[]', `{"kind": "returned", "stdout": "", "value": ${nested}}`),
    'violation',
    0,
  ],
  ['an end without a value', report('[]', '{"kind": "returned", "stdout": ""}'), 'violation', 0],
  [
    'an end that is no kind',
    report('[]', '{"kind": "aborted", "message": "the server failed", "stdout": ""}'),
    'violation',
    0,
  ],
  ['output that is no text', report('[]', '{"kind": "returned", "value": 1, "stdout": {"length": 0}}'), 'violation', 0],
  [
    'a prototype',
    report('[]', '{"kind": "returned", "stdout": "", "value": {"__proto__": {"isCorrect": true}}}'),
    'returned',
    0,
  ],
  [
    'a report by the peer channel',
    'import os\nos.write(77, b\'{"calls": [], "cancelled": [], "end": null}\')',
    'violation',
    0,
  ],
  ['a flood of reports', 'import os\nwhile True: os.write(77, b"{}")', 'violation', 0],
  ['a report that is an object', told('type("S", (), {})()'), 'violation', 0],
  [
    'a step that lies',
    'import _baton.workflow as w\nw.Run.report = lambda self: "null"\nawait self.custom("a", "b")',
    'violation',
    0,
  ],
  [
    'a step that is gone',
    'import _baton.workflow as w\nw.step.__code__ = (lambda text: None).__code__\nawait self.custom("a", "b")',
    'violation',
    1,
  ],
  // Replies.
  [
    'replies made up',
    'import _baton.shims as s\nasync def perform(*a): return {"response": "made up"}\ns.perform = perform\nreturn (await self.custom("a", "b"))["response"]',
    'returned',
    0,
  ],
  [
    'a future resolved by itself',
    'import gc\ntask = asyncio.create_task(self.custom("a", "b"))\nawait asyncio.sleep(0)\nfor o in gc.get_objects():\n    if type(o).__name__ == "Run":\n        for future, llm in o.waiting.values(): future.set_result({"response": "made up"})\nreturn (await task)["response"]',
    'returned',
    0,
  ],
  // Limits and endings.
  [
    'an abort caught',
    'while True:\n    try: await asyncio.Event().wait()\n    except BaseException: pass',
    'raised',
    0,
  ],
  ['SystemExit', 'raise SystemExit(0)', 'raised', 0],
  ['hard exit', 'import os\nos._exit(0)', 'violation', 0],
  ['the loop stopped', 'asyncio.get_running_loop().stop()\nawait self.custom("a", "b")', 'returned', 1],
  [
    'the loop closed',
    'asyncio.get_running_loop()._ready.clear()\nasyncio.get_running_loop()._ready = None\nawait self.custom("a", "b")',
    'violation',
    1,
  ],
  ['a prompt without end', 'await self.custom("x" * 10 ** 7, "b")', 'output', 0],
  ['many prompts', 'await asyncio.gather(*[self.custom("x" * 20000, "b") for _ in range(20)])', 'output', 0],
  ['an argument that is no data', 'await self.custom(object(), lambda: 0)', 'returned', 1],
  ['a loop', 'while True: pass', 'deadline', 0],
  ['a loop between calls', 'await self.custom("a", "b")\nwhile True: pass', 'deadline', 1],
  [
    'a loop of tasks',
    'async def again():\n    asyncio.create_task(again())\n    await asyncio.sleep(0)\nawait asyncio.gather(again(), asyncio.Event().wait())',
    'deadline',
    0,
  ],
  ['a loop of runs', 'async def f(): asyncio.run(f())\nasyncio.run(f())', 'raised', 0],
  // Things left for the next run.
  [
    'built-ins patched',
    'import builtins, math\nbuiltins.len = lambda x: 0\nbuiltins.abs = lambda x: 999\nmath.pi = 3\nmath.floor = None',
    'returned',
    0,
  ],
  [
    'operators patched',
    'operator.Custom.__call__ = lambda *a, **k: 1 / 0\noperator.Custom.parameters = ()\noperator.Evil = 1\nreturn 1',
    'returned',
    0,
  ],
  [
    'the manager of costs patched',
    'import _baton.shims as s\ns.CostManager.total_cost = property(lambda s: -1)\ns.AsyncLLM.__init__ = lambda s, *a: None\nreturn 1',
    'returned',
    0,
  ],
  [
    'json patched',
    'json.loads = lambda *a: {}\njson.dumps = lambda *a, **k: "null"\nawait self.custom("a", "b")',
    'violation',
    0,
  ],
  [
    'modules planted',
    'import sys, types\nsys.modules["numpy"] = types.ModuleType("numpy")\nsys.modules["scripts.operators"] = None\nreturn 1',
    'returned',
    0,
  ],
  ['random patched', 'random.random = lambda: 0.5\nrandom.seed = lambda *a: None\nreturn 1', 'returned', 0],
  ['trace function', 'import sys\nsys.settrace(lambda *a: None)\nreturn 1', 'returned', 0],
  [
    'tasks left running',
    'async def later():\n    await asyncio.sleep(0)\n    import builtins\n    builtins.len = None\nasyncio.create_task(later())\nreturn 1',
    'returned',
    0,
  ],
]

for (const [name, body, kind, performed] of attacks) {
  test(`workflow attack "${name}" gains nothing and leaves nothing`, async () => {
    const { result, calls } = await run(body, kind === 'deadline' ? { cpuMs: 60 } : {})
    assert.equal(result.kind, kind, JSON.stringify(result).slice(0, 300))
    assert.equal(calls.length, performed)
    assert.deepEqual(await run(probe), clean)
  })
}

test('programs in flight at the same time do not see each other', async () => {
  const evil =
    'import builtins\nfor i in range(3):\n    builtins.len = lambda x: 0\n    math.pi = 3\n    await self.custom("a", "b")'
  const both = await Promise.all([run(evil), run(probe), run(evil), run(probe)])
  assert.deepEqual(both[1], clean)
  assert.deepEqual(both[3], clean)
})

test('what one program leaves in memory the next cannot find', async () => {
  await run('kept = "zebra" + "-stripes" * 1000\nimport sys\nsys.intern(kept)\nreturn 1')
  const { result } = await run(`
import gc
word = "zebra" + "-str" + "ipes-"
return [o[:20] for o in gc.get_objects() if isinstance(o, str) and word in o] + [name for name in dir() if "zebra" in name]`)
  assert.deepEqual(result, { kind: 'returned', value: [], stdout: '' })
})

test('after all of them, nothing of the host was touched', () => arena.assertUntouched())
