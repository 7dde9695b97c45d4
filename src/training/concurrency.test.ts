import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapConcurrently } from './concurrency.ts'

test('results keep the order of the items whatever finishes first', async () => {
  const results = await mapConcurrently([3, 1, 2], 3, async (n) => {
    await new Promise((resolve) => setTimeout(resolve, n))
    return n * 10
  })
  assert.deepEqual(results, [30, 10, 20])
})

test('never more than the limit are under way', async () => {
  let underWay = 0
  let most = 0
  await mapConcurrently(Array.from({ length: 20 }), 4, async () => {
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
  })
  assert.equal(most, 4)
})

test('a rejection starts nothing more and is rethrown after those under way have settled', async () => {
  const settled: number[] = []
  await assert.rejects(
    mapConcurrently([0, 1, 2, 3, 4, 5], 2, async (n) => {
      await new Promise((resolve) => setImmediate(resolve))
      if (n === 0) throw new Error('first')
      settled.push(n)
    }),
    /first/,
  )
  assert.deepEqual(settled, [1])
})
