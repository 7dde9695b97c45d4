import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { rewardInput } from '../testing/reward-input.ts'
import { ownComposition } from './own-composition.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'baton-reward-'))
after(() => rmSync(folder, { recursive: true }))
const { signal } = new AbortController()

let files = 0
function moduleOf(text: string): string {
  files += 1
  const path = join(folder, `reward-${files}.ts`)
  writeFileSync(path, text)
  return path
}

async function open(t: TestContext, path: string, timeoutMs = 60_000) {
  const composition = await ownComposition({ path, timeoutMs, weights: {}, decidedBy: 'scorer' })
  t.after(() => composition.close())
  return composition
}

const parts = 'export const parts = { correctness: { range: [0, 1], weight: 10 } }\n'

test('the module that the page shows is the shipped example, and pays what it says', async (t) => {
  const example = readFileSync(join(root, 'docs/examples/my-reward.ts'), 'utf8')
  assert.ok(readFileSync(join(root, 'docs/rewards.md'), 'utf8').includes(example), 'docs/rewards.md shows another file')
  const { compose, range } = await open(t, join(root, 'docs/examples/my-reward.ts'))
  assert.deepEqual(range, [-2, 10])
  const five = await compose(rewardInput({ operators: Array(5).fill('Custom') }), signal)
  assert.deepEqual(five, {
    failures: [],
    score: {
      kind: 'scored',
      reward: 9,
      parts: [
        { name: 'correctness', value: 10, weight: 10 },
        { name: 'brevity', value: -1, weight: 2 },
      ],
      isCorrect: true,
      verdict: 'true',
      reason: '',
    },
  })
  const failed = await compose(rewardInput({ outcome: 'failed', verdict: 'false' }), signal)
  assert.equal(failed.score.kind === 'scored' && failed.score.reward, -2)
})

test('an exception, a wrong value and a value out of range are failures of the reward: no number, never 0', async (t) => {
  const bodies = {
    'throw new TypeError("no")': ['reward-threw', /TypeError: no/],
    'return { correctness: 2 }': ['reward-not-valid', /correctness is 2, outside its range \[0, 1\]/],
    'return { correctness: NaN }': ['reward-not-valid', /correctness is not a finite number/],
    'return { beauty: 1 }': ['reward-not-valid', /beauty, which is not one of its parts/],
    'return 1': ['reward-not-valid', /must return an object/],
  } as const
  for (const [body, [code, message]] of Object.entries(bodies)) {
    const { compose } = await open(t, moduleOf(`${parts}export function reward() { ${body} }`))
    const { score, failures } = await compose(rewardInput(), signal)
    assert.equal(score.kind, 'unscorable', body)
    assert.deepEqual(
      failures.map((failure) => [failure.boundary, failure.code]),
      [['reward', code]],
    )
    assert.match(failures[0]!.message, message)
  }
})

test('a function that hangs is ended at its deadline, and the next rollout is scored', async (t) => {
  const text = `${parts}export function reward({ reason }) { while (reason === 'hang') {} return { correctness: 1 } }`
  const { compose } = await open(t, moduleOf(text), 2000)
  const [hung, next] = await Promise.all([
    compose(rewardInput({ reason: 'hang' }), signal),
    compose(rewardInput(), signal),
  ])
  assert.deepEqual([hung.score.kind, hung.failures[0]?.code], ['unscorable', 'reward-too-slow'])
  assert.equal(next.score.kind === 'scored' && next.score.reward, 10)
})

test('an answer without a verdict is not given to the function', async (t) => {
  const { compose } = await open(t, moduleOf(`${parts}export function reward() { throw new Error('asked') }`))
  const { score, failures } = await compose(rewardInput({ verdict: 'unscorable', reason: 'no verdict' }), signal)
  assert.deepEqual([score, failures], [{ kind: 'unscorable', reason: 'no verdict' }, []])
})

for (const [text, message] of [
  ['export const parts = {}', /exports no function `reward`/],
  ['export function reward() {}', /exports no `parts`/],
  ['export const parts = { correctness: { range: [1, 0], weight: 1 } }\nexport function reward() {}', /range must be/],
  ['export const parts = { correctness: { range: [0, 1] } }\nexport function reward() {}', /weight must be a number/],
  ['export const parts = { a: { range: [0, 1], weight: 1 } }\nexport function reward() {}', /part correctness/],
  ['export const parts = {', /SyntaxError|Expected|Unexpected/],
  ['import "./no-such-file.ts"', /no-such-file/],
] as const)
  test(`a module is refused before the first step: ${message.source}`, async () => {
    const opening = ownComposition({ path: moduleOf(text), timeoutMs: 1000, weights: {}, decidedBy: 'scorer' })
    await assert.rejects(opening, (error: { code: string; exitCode: number; message: string }) => {
      assert.match(error.message, message)
      return error.code === 'reward-module' && error.exitCode === 2
    })
  })

test('a module that is not there is refused', async () => {
  const opening = ownComposition({ path: '/no/such.ts', timeoutMs: 1000, weights: {}, decidedBy: 'scorer' })
  await assert.rejects(opening, /cannot be read \(ENOENT\)/)
})
