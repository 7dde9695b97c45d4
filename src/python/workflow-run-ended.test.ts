import assert from 'node:assert/strict'
import { test } from 'node:test'
import { echo, limits, workflow } from './testing/sandbox-fixture.ts'
import { type Advance, runWorkflowOn } from './workflow-run.ts'

const call = { index: 1, operator: 'Custom', args: { input: '2+2', instruction: 'think' } }
const asksOnce = JSON.stringify([JSON.stringify({ calls: [call], cancelled: [], end: null })])

test('a workflow that was ended from outside asks nothing more and leaves no timer behind', async () => {
  const controller = new AbortController()
  const timers = (): string[] => process.getActiveResourcesInfo().filter((type) => type === 'Timeout')
  const before = timers()
  const asked: number[] = []
  // The program's step is over only after the end.
  const stepped = Promise.withResolvers<void>()
  const advance: Advance = async () => {
    controller.abort(new Error('stopped by the user'))
    await new Promise(setImmediate)
    stepped.resolve()
    return { kind: 'text', text: asksOnce, refused: [], isReplay: false }
  }
  const result = await runWorkflowOn(advance, {
    program: workflow('return await self.custom(input=problem, instruction="think")'),
    perform: (asking) => {
      asked.push(asking.index)
      return echo(asking)
    },
    limits,
    signal: controller.signal,
  })
  assert.deepEqual(result, { kind: 'aborted', message: 'stopped by the user' })
  await stepped.promise
  await new Promise(setImmediate)
  assert.deepEqual(asked, [])
  assert.deepEqual(timers(), before)
})
