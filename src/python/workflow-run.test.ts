import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Json } from '../core/json.ts'
import { createSandbox, type OperatorCall, type SandboxLimits, type WorkflowResult } from './index.ts'
import { echo, fixtureOperators, later, limits, returnedReply, workflow } from './testing/sandbox-fixture.ts'
import type { Perform } from './workflow-run.ts'

const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 2 })
after(() => sandbox.close())

const run = (body: string, perform: Perform = echo) => sandbox.runWorkflow(workflow(body), perform, limits)

async function resultOf(body: string, perform: Perform = echo): Promise<Json> {
  const result = await run(body, perform)
  assert.equal(result.kind, 'returned', JSON.stringify(result))
  return (result as WorkflowResult & { kind: 'returned' }).value
}

async function errorOf(body: string): Promise<string> {
  const result = await run(body)
  assert.equal(result.kind, 'raised', JSON.stringify(result))
  const { error } = result as WorkflowResult & { kind: 'raised' }
  return `${error.type}: ${error.message}`
}

test('operator calls come out as data, numbered in order, and replies go back in', async () => {
  const calls: OperatorCall[] = []
  const value = await resultOf(
    `
first = await self.custom(problem, instruction="think")
second = await operator.Programmer(self.llm)(problem=first["response"])
third = await self.llm("hello")
return first["response"], second["response"], third, self.dataset`,
    async (call) => {
      calls.push(call)
      return call.operator === 'llm' ? returnedReply('hi') : echo(call)
    },
  )
  assert.deepEqual(value, ['2+2', '2+2', 'hi', 'MATH'])
  assert.deepEqual(calls, [
    { index: 1, operator: 'Custom', args: { input: '2+2', instruction: 'think' } },
    { index: 2, operator: 'Programmer', args: { problem: '2+2' } },
    { index: 3, operator: 'llm', args: { prompt: 'hello' } },
  ])
})

test('programs see the costs that were sent with the replies', async () => {
  const value = await resultOf(`
await self.custom(input="a", instruction="b")
await self.llm("c")
usage = self.llm.get_usage_summary()
return [usage["total_cost"], usage["total_input_tokens"], usage["total_tokens"], usage["call_count"], self.llm.cost_manager.total_cost]`)
  assert.deepEqual(value, [0.002, 20, 30, 2, 0.002])
})

test('a program that replaces the cost manager, as older ones do, runs', async () => {
  const value = await resultOf(`
from metagpt.utils.cost_manager import CostManager
self.llm.cost_manager = CostManager()
await self.custom(input="a", instruction="b")
return self.llm.cost_manager.total_cost`)
  assert.equal(value, 0.001)
})

test('wrong use of an operator raises what Python would raise', async () => {
  assert.match(
    await errorOf('await self.custom(input="a", instruktion="b")'),
    /TypeError: .*unexpected keyword argument/,
  )
  assert.match(await errorOf('await self.custom(input="a")'), /TypeError: .*missing 1 required .*'instruction'/)
  assert.match(await errorOf('await self.custom("a", "b", "c")'), /TypeError: .*takes 2 positional arguments but 3/)
  assert.match(await errorOf('operator.Custum(self.llm)'), /AttributeError: .*Custum/)
  assert.match(await errorOf('operator.Custom()'), /TypeError/)
  assert.match(await errorOf('operator.Custom(None)'), /TypeError: Custom needs the LLM/)
})

test('a failed operator raises inside the program, which may go on', async () => {
  const value = await resultOf(
    `
try:
    await self.custom(input="a", instruction="b")
except RuntimeError as error:
    return str(error)`,
    async () => ({ kind: 'failed', message: 'the executor was silent' }),
  )
  assert.equal(value, 'the executor was silent')
})

test('an abort reply stops the program', async () => {
  const result = await run(
    `
try:
    await self.custom(input="a", instruction="b")
except BaseException:
    return "caught"`,
    async () => ({ kind: 'abort', message: 'budget spent' }),
  )
  assert.deepEqual(result, { kind: 'aborted', message: 'budget spent' })
})

test('published imports resolve to shims', async () => {
  const code = `
from typing import Literal
import workspace.MATH.workflows.template.operator as operator
import workspace.MATH.workflows.round_5.prompt as prompt_custom
import scripts.operators
import metagpt.ext.aflow.scripts.optimized.GSM8K.workflows.template.operator as older
from metagpt.provider.llm_provider_registry import create_llm_instance as older_create
from scripts.async_llm import create_llm_instance
from scripts.evaluator import DatasetType
from evoagentx.models.model_configs import LLMConfig
from evoagentx.benchmark.benchmark import Benchmark
import evoagentx.workflow.operators as evo

class Workflow:
    def __init__(self, name: str, llm_config, dataset: DatasetType) -> None:
        self.llm = create_llm_instance(llm_config)
        self.custom = operator.Custom(self.llm)
    async def __call__(self, problem: str):
        answer = await self.custom(input=problem, instruction=prompt_custom.SOLVE_PROMPT)
        same = scripts.operators.Custom is operator.Custom is older.Custom is evo.Custom
        return answer["response"], same, hasattr(prompt_custom, "OTHER_PROMPT")
`
  const program = workflow('pass', { code, prompts: { SOLVE_PROMPT: 'solve it' } })
  const instructions: Json[] = []
  const result = await sandbox.runWorkflow(
    program,
    async (call) => {
      instructions.push(call.args['instruction'] ?? null)
      return echo(call)
    },
    limits,
  )
  assert.deepEqual(result, { kind: 'returned', value: ['2+2', true, false], stdout: '' })
  assert.deepEqual(instructions, ['solve it'])
})

test('the names that programs use without importing are there', async () => {
  const names = 'asyncio re math json random List Dict Optional Any Literal DatasetType create_llm_instance operator'
  assert.equal(await resultOf(`return [name for name in "${names}".split() if name not in globals()] == []`), true)
})

test('gather runs calls side by side, and their replies come back in the order of the calls', async () => {
  let atOnce = 0
  let most = 0
  const value = await resultOf(
    `
replies = await asyncio.gather(*[self.custom(input=str(i), instruction="x") for i in range(4)])
order = []
async def note(i):
    await self.custom(input=str(i), instruction="y")
    order.append(i)
await asyncio.gather(*[note(i) for i in range(4)])
return [reply["response"] for reply in replies], order`,
    async (call) => {
      atOnce += 1
      most = Math.max(most, atOnce)
      await later(null, 20 - 4 * Number(call.args['input']))
      atOnce -= 1
      return echo(call)
    },
  )
  assert.deepEqual(value, [
    ['0', '1', '2', '3'],
    [0, 1, 2, 3],
  ])
  assert.equal(most, 4)
})

test('sleep, wait_for and asyncio.run keep virtual time', async () => {
  const value = await resultOf(`
import time
before = time.time()
await asyncio.sleep(3600)
time.sleep(3600)
elapsed = round(time.time() - before)
try:
    await asyncio.wait_for(asyncio.Event().wait(), timeout=5)
    late = False
except asyncio.TimeoutError:
    late = True
in_time = await asyncio.wait_for(self.custom(input="a", instruction="b"), timeout=5)
threaded = await asyncio.to_thread(lambda: 42)
return elapsed, late, in_time["response"], threaded`)
  assert.deepEqual(value, [7200, true, 'a', 42])
  const nested = await sandbox.runCode(
    {
      code: 'import asyncio\nasync def f():\n    await asyncio.sleep(9)\n    return 3\nanswer = asyncio.run(f())\ndef solve(): return answer',
      call: 'solve',
      seed: 1,
    },
    limits,
  )
  assert.deepEqual(nested, { kind: 'returned', value: '3', stdout: '' })
})

test('asyncio.run works in plain code, in the constructor, in threads and within a running loop', async () => {
  const within = `
async def both():
    one = await self.custom(input="a", instruction="x")
    await asyncio.sleep(60)
    others = await asyncio.gather(*[self.custom(input=str(i), instruction="y") for i in range(2)])
    return one["response"] + "".join(other["response"] for other in others)
first = (await self.custom(input="b", instruction="x"))["response"]
inner = asyncio.run(both())
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as threads:
    threaded = threads.submit(asyncio.run, self.custom(input="c", instruction="x")).result()["response"]
looped = asyncio.get_event_loop().run_until_complete(self.custom(input="d", instruction="x"))["response"]
last = (await self.custom(input="e", instruction="x"))["response"]
return [first, inner, threaded, looped, last, random.random()]`
  const value = await resultOf(within, (call) => later(echo(call), (call.index % 3) * 5))
  assert.deepEqual((value as Json[]).slice(0, 5), ['b', 'a01', 'c', 'd', 'e'])
  assert.deepEqual(await resultOf(within), value)
  const code = `
class Workflow:
    def __init__(self, name, llm_config, dataset):
        self.custom = operator.Custom(create_llm_instance(llm_config))
        self.first = asyncio.run(self.custom(input="init", instruction="x"))["response"]
    def __call__(self, problem):
        return self.first + asyncio.run(self.go(problem))
    async def go(self, problem):
        return (await self.custom(input=problem, instruction="x"))["response"]
`
  const result = await sandbox.runWorkflow(workflow('', { code }), echo, limits)
  assert.deepEqual(result, { kind: 'returned', value: 'init2+2', stdout: '' })
  assert.match(await errorOf('asyncio.run(asyncio.Event().wait())'), /RuntimeError: the program waits/)
})

test('task groups, semaphores, timeouts, queues, shields and as_completed work', async () => {
  const value = await resultOf(`
async def ask(text):
    return (await self.custom(input=text, instruction="x"))["response"]
found = []
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(ask(str(i))) for i in range(2)]
found.append([task.result() for task in tasks])
gate = asyncio.Semaphore(1)
async def limited(text):
    async with gate:
        return await ask(text)
found.append(await asyncio.gather(limited("a"), limited("b")))
async with asyncio.timeout(5):
    found.append(await ask("in time"))
try:
    async with asyncio.timeout(1):
        await asyncio.Event().wait()
except TimeoutError:
    found.append("late")
found.append(sorted([await one for one in asyncio.as_completed([ask("c"), ask("d")])]))
queue = asyncio.Queue()
async def worker():
    while True:
        found.append(await ask(await queue.get()))
        queue.task_done()
workers = [asyncio.create_task(worker()) for _ in range(2)]
for text in "ef": queue.put_nowait(text)
await queue.join()
for one in workers: one.cancel()
async def fail(): raise ValueError("no")
results = await asyncio.gather(fail(), asyncio.shield(ask("g")), return_exceptions=True)
try:
    async with asyncio.TaskGroup() as group:
        group.create_task(fail())
        never = group.create_task(asyncio.Event().wait())
except* ValueError as caught:
    found.append(str(caught.exceptions[0]))
return found, str(results[0]), results[1], never.cancelled()`)
  assert.deepEqual(value, [[['0', '1'], ['a', 'b'], 'in time', 'late', ['c', 'd'], 'e', 'f', 'no'], 'no', 'g', true])
})

test('a cancelled call is waited for no more', async () => {
  const value = await resultOf(
    `
task = asyncio.create_task(self.custom(input="never", instruction="x"))
await asyncio.sleep(0)
task.cancel()
reply = await self.custom(input="b", instruction="y")
done, open = await asyncio.wait([asyncio.create_task(self.custom(str(i), "z")) for i in range(2)], return_when=asyncio.FIRST_COMPLETED)
return reply["response"], len(done)`,
    async (call) => (call.args['input'] === 'never' ? new Promise(() => undefined) : echo(call)),
  )
  assert.deepEqual(value, ['b', 1])
})

test('calls that a program gives up count against its tokens', async () => {
  const body = `
for i in range(3):
    task = asyncio.create_task(self.custom(input=str(i), instruction="x"))
    await asyncio.sleep(0)
    task.cancel()
reply = await self.custom(input="b", instruction="y")
return reply["response"], 0`
  const usage = { costUsd: 0.01, inputTokens: 10, outputTokens: 5 }
  const spending = { kind: 'returned' as const, value: { response: 'b' }, ...usage }
  const withTokens = (maxOperatorTokens: number) =>
    sandbox.runWorkflow(workflow(body), async () => spending, { ...limits, maxOperatorTokens })
  assert.equal((await withTokens(60)).kind, 'returned')
  assert.deepEqual(await withTokens(59), { kind: 'spend', limit: 'tokens' })
})

test('replays that a program brings about count against its CPU time', async () => {
  const body = `
def ask(i):
    async def go(): return await self.custom(input=str(i), instruction="")
    return asyncio.run(go())
n = 0
for i in range(600_000): n += i
return "".join(ask(i)["response"][:1] for i in range(12)), 0`
  const plain = workflow(body, { code: workflow(body).code.replace('async def __call__', 'def __call__') })
  assert.deepEqual(await sandbox.runWorkflow(plain, echo, { ...limits, cpuMs: 200 }), {
    kind: 'deadline',
    limit: 'cpu',
  })
})

test('a program that waits for nothing is told so', async () => {
  assert.match(await errorOf('await asyncio.Event().wait()'), /RuntimeError: the program waits/)
})

test('errors carry type, message and line; what was printed is kept', async () => {
  const result = await run('print("before")\nraise KeyError("x")')
  assert.deepEqual(result, {
    kind: 'raised',
    error: { type: 'KeyError', message: "'x'", line: 10 },
    stdout: 'before\n',
  })
  const broken = await sandbox.runWorkflow(workflow('', { code: 'class Workflow(:\n  pass' }), echo, limits)
  assert.equal(broken.kind === 'raised' && broken.error.type, 'SyntaxError')
  assert.equal(broken.kind === 'raised' && broken.error.line, 1)
  const absent = await sandbox.runWorkflow(workflow('', { code: 'x = 1' }), echo, limits)
  assert.match(absent.kind === 'raised' ? absent.error.message : '', /'Workflow' is not defined/)
})

test('values without a JSON form arrive as text, big integers with all their digits', async () => {
  const value = await resultOf('return (1, 2.5), {3}, float("nan"), 10**30, {(1, 2): None}, b"x", True')
  assert.deepEqual(value, [[1, 2.5], [3], 'nan', `1${'0'.repeat(30)}`, { '(1, 2)': null }, "b'x'", true])
})

test('the same seed gives the same run in any interpreter, another seed another', async () => {
  const body = `
import time, uuid, os
await self.custom(input="a", instruction="b")
return random.random(), time.time(), str(uuid.uuid4()), os.urandom(4).hex(), list({"a", "b", "c"}), id(object()), hash("x")`
  const results = await Promise.all(
    [7, 7, 7, 7, 8].map((seed) =>
      sandbox.runWorkflow(workflow(body, { seed }), (call) => later(echo(call), 30), limits),
    ),
  )
  const [first, ...others] = results.map((result) => JSON.stringify(result))
  assert.match(first ?? '', /"kind":"returned"/)
  assert.deepEqual(others.slice(0, 3), [first, first, first])
  assert.notEqual(others[3], first)
})

test('what one program does to Python does not reach the next', async () => {
  await run(
    'import builtins, math\nbuiltins.len = lambda x: 0\nmath.pi = 3\noperator.Custom.parameters = ()\nraise SystemExit',
  )
  assert.deepEqual(await resultOf('return len([1]), math.pi > 3.1, (await self.custom("a", "b"))["response"]'), [
    1,
    true,
    'a',
  ])
})

test('CPU, output, memory and operator limits each stop a run, and say which', async () => {
  const small = { ...limits, cpuMs: 150, wallMs: 150, maxOutputChars: 1000, maxOperatorCalls: 3 }
  const stop = async (body: string, changes = {}) =>
    sandbox.runWorkflow(workflow(body), echo, { ...small, wallMs: 20_000, ...changes })
  const loop = 'while True:\n    try:\n        while True: pass\n    except BaseException: pass'
  assert.deepEqual(await stop(loop), { kind: 'deadline', limit: 'cpu' })
  assert.deepEqual(await stop(loop, { cpuMs: 60_000, wallMs: 150 }), { kind: 'deadline', limit: 'cpu' })
  assert.deepEqual(await stop('print("x" * 2000)'), { kind: 'output' })
  assert.deepEqual(await stop('return "x" * 2000'), { kind: 'output' })
  assert.deepEqual(await stop('import os\nwhile True: os.write(1, b"x" * 1000)'), { kind: 'output' })
  assert.deepEqual(await stop('x = []\nwhile True: x.append(bytearray(1 << 20))', { cpuMs: 5000 }), { kind: 'memory' })
  assert.deepEqual(await stop('for i in range(9): await self.llm("x")'), { kind: 'operator-calls' })
  assert.equal((await stop('def f(n): return f(n + 1)\nf(0)')).kind, 'raised')
  assert.equal(await resultOf('return 1'), 1)
})

test('waiting for operators takes nothing off any limit, however long it is', async () => {
  const program = workflow('a = await self.custom("a", "x")\nb = await self.custom("b", "y")\nreturn a["response"]')
  const slowly = (call: OperatorCall) => later(echo(call), 700)
  const result = await sandbox.runWorkflow(program, slowly, { ...limits, cpuMs: 600, wallMs: 600 })
  assert.deepEqual(result, { kind: 'returned', value: 'a', stdout: '' })
})

test('tokens and dollars of operators are counted here, failed calls too, whatever the program says they were', async () => {
  const forging = `
self.llm.cost_manager.record = lambda reply: None
self.llm.cost_manager.total_cost = -100.0
for i in range(9):
    try:
        await self.llm("x")
    except RuntimeError: pass`
  const spend = async (change: Partial<SandboxLimits>, perform: Perform = echo) => {
    let calls = 0
    const counted: Perform = (call, signal) => {
      calls += 1
      return perform(call, signal)
    }
    const result = await sandbox.runWorkflow(workflow(forging), counted, { ...limits, ...change })
    return [result, calls]
  }
  assert.deepEqual(await spend({ maxOperatorTokens: 44 }), [{ kind: 'spend', limit: 'tokens' }, 3])
  assert.deepEqual(await spend({ maxOperatorCostUsd: 0.0015 }), [{ kind: 'spend', limit: 'cost' }, 2])
  const failing = async () => ({ kind: 'failed', message: 'no', costUsd: 1, inputTokens: 0, outputTokens: 0 }) as const
  assert.deepEqual(await spend({ maxOperatorCostUsd: 1.5 }, failing), [{ kind: 'spend', limit: 'cost' }, 2])
  const [enough] = await spend({ maxOperatorTokens: 135, maxOperatorCostUsd: 0.0095 })
  assert.equal((enough as WorkflowResult).kind, 'returned')
})

test('a loop in C is killed, and the other runs of that process go on where they were', async () => {
  const slow = sandbox.runWorkflow(
    workflow(
      'a = await self.custom("a", "x")\nb = await self.custom("b", "y")\nreturn a["response"] + b["response"], random.random()',
    ),
    (call) => later(echo(call), call.index === 1 ? 10 : 1200),
    limits,
  )
  const code = sandbox.runCode({ code: 'sum(range(10**12))', seed: 1 }, { ...limits, cpuMs: 300 })
  assert.deepEqual(await code, { kind: 'deadline', limit: 'cpu' })
  const result = await slow
  assert.equal(result.kind === 'returned' && Array.isArray(result.value) && result.value[0], 'ab')
})

test('sixteen runs on two interpreters all finish, with the results they have alone', async () => {
  const body = `
first = await self.custom(input=problem, instruction="x")
second = await self.custom(input=first["response"], instruction="y")
return second["response"], random.random()`
  const programs = Array.from({ length: 16 }, (_, index) =>
    workflow(body, { callArgs: { problem: `p${index}` }, seed: index }),
  )
  const slowly = (call: OperatorCall) => later(echo(call), 40 + (call.index % 3) * 10)
  const together = await Promise.all(programs.map((program) => sandbox.runWorkflow(program, slowly, limits)))
  assert.equal(together.filter((result) => result.kind === 'returned').length, 16)
  assert.deepEqual(await sandbox.runWorkflow(programs[11]!, echo, limits), together[11])
})

test('five runs whose operators wait for all five get through two interpreters by replay', async () => {
  const body = `
before = random.random()
reply = await self.custom(input=problem, instruction="x")
return before, reply["response"], random.random()`
  const all = Promise.withResolvers<void>()
  let met = 0
  const meet = async (call: OperatorCall) => {
    met += 1
    if (met === 5) all.resolve()
    await all.promise
    return echo(call)
  }
  const results = await Promise.all([1, 2, 3, 4, 5].map(() => sandbox.runWorkflow(workflow(body), meet, limits)))
  const alone = await sandbox.runWorkflow(workflow(body), echo, limits)
  assert.equal(alone.kind, 'returned')
  for (const result of results) assert.deepEqual(result, alone)
})

test('operators may run code while all interpreters hold workflows', async () => {
  const body = 'return (await self.custom(input="21 * 2", instruction="x"))["response"]'
  const compute = async (call: OperatorCall) => {
    const code = `def solve(): return ${String(call.args['input'])}`
    const result = await sandbox.runCode({ code, call: 'solve', seed: 1 }, limits)
    return returnedReply({ response: result.kind === 'returned' ? result.value : result.kind })
  }
  const results = await Promise.all(
    Array.from({ length: 6 }, () => sandbox.runWorkflow(workflow(body), compute, limits)),
  )
  assert.deepEqual(new Set(results.map((result) => result.kind === 'returned' && result.value)), new Set(['42']))
})

test('an aborted signal ends a run at once and frees its interpreter', async () => {
  const controller = new AbortController()
  const signals: AbortSignal[] = []
  const hanging = [1, 2, 3, 4].map(() =>
    sandbox.runWorkflow(
      workflow('await self.llm("x")'),
      (_, signal) => {
        signals.push(signal)
        if (signals.length === 2) setImmediate(() => controller.abort(new Error('stop')))
        return new Promise(() => undefined)
      },
      limits,
      controller.signal,
    ),
  )
  for (const result of await Promise.all(hanging)) assert.deepEqual(result, { kind: 'aborted', message: 'stop' })
  assert.ok(signals.every((signal) => signal.aborted))
  assert.equal(await resultOf('return 1'), 1)
})

test('operators are data: what is not declared does not exist', async () => {
  const program = workflow('return hasattr(operator, "Test"), hasattr(operator, "Review")', {
    operators: fixtureOperators,
  })
  const result = await sandbox.runWorkflow(program, echo, limits)
  assert.deepEqual(result.kind === 'returned' && result.value, [false, true])
})
