import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consensusJudge } from './consensus.ts'
import { createJudge } from './judge.ts'
import { createFakeChatModel, fakeLlmError } from './testing/fake-chat-model.ts'

const request = { question: 'Who won?', reference: 'Ann', prediction: 'It was Ann', key: ['k'] }
const { signal } = new AbortController()

async function voted(replies: readonly (string | Error)[], votes = 3) {
  const model = createFakeChatModel((_, i) => replies[i] ?? 'Hard to say.')
  const grade = await consensusJudge(createJudge({ model, attempts: 1 }), votes).grade(request, signal)
  const seeds = new Set(model.calls.map(({ options }) => options.seed))
  return { ...grade, asked: model.calls.length, seeds: seeds.size }
}

test('what more than half say is the verdict, and no vote is bought that cannot change it', async () => {
  const split = await voted(['True', 'False', 'True'])
  assert.deepEqual([split.verdict, split.asked, split.seeds, split.calls], ['true', 3, 3, 3])
  const agreed = await voted(['False', 'False', 'True'])
  assert.deepEqual([agreed.verdict, agreed.asked], ['false', 2])
  assert.match(agreed.reason, /0 of 2 votes say true, 2 false/)
  assert.ok(Math.abs(agreed.costUsd - 0.002) < 1e-12)
})

test('votes without a verdict count for neither: no majority is no verdict', async () => {
  const unclear = await voted(['True', 'Hard to say.', 'False'])
  assert.deepEqual([unclear.verdict, unclear.failure?.boundary], ['unscorable', 'judge'])
  assert.equal((await voted(['Hard to say.', 'Hard to say.', 'True'])).asked, 2, 'a third vote could not decide')
  assert.equal((await voted(['True', fakeLlmError('timeout'), 'True'])).verdict, 'true')
})

test('one vote is the judge itself, and the gate asks nothing', async () => {
  const judge = createJudge({ model: createFakeChatModel(() => 'True'), attempts: 1 })
  assert.equal(consensusJudge(judge, 1), judge)
  const gated = await consensusJudge(judge, 5).grade({ ...request, prediction: '' }, signal)
  assert.deepEqual([gated.verdict, gated.calls], ['false', 0])
})
