/** The judge against a server that loses answers: what comes out after the retries of client and judge. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChatModel } from '../src/llm/index.ts'
import { createJudge } from '../src/rewards/index.ts'
import { startSimulator } from '../src/simulation/index.ts'

const asked = 2000

for (const [name, attempts, faults] of [
  ['13 % empty replies', 4, { emptyContent: 0.13 }],
  ['13 % empty replies and a client that does not try again', 1, { emptyContent: 0.13 }],
  ['replies that are empty or reasoning alone', 4, { emptyContent: 0.08, nullContent: 0.05 }],
] as const)
  test(`with ${name} at least 99.5 % of the answers are judged, and none that is not counts as wrong`, async () => {
    const simulator = await startSimulator({ skill: 1, latencyMs: 0, faults, seed: 7, model: 'simulator' })
    const model = createChatModel({ baseUrl: simulator.baseUrl, model: 'simulator', boundary: 'judge', attempts })
    try {
      const judge = createJudge({ model, attempts: 3, maxTokens: 1024 })
      const { signal } = new AbortController()
      const grades = await Promise.all(
        Array.from({ length: asked }, (_, i) => {
          const request = {
            question: `What is ${i} + 1?`,
            reference: `${i + 1}`,
            prediction: `It is ${i + 1}.`,
            key: [i],
          }
          return judge.grade(request, signal)
        }),
      )
      const failed = grades.filter(({ verdict }) => verdict === 'unscorable')
      assert.ok(failed.length <= 0.005 * asked, `${failed.length} of ${asked}: ${failed[0]?.reason}`)
      // The simulated judge errs in 1 of 100.
      const wrong = grades.filter(({ verdict }) => verdict === 'false').length
      assert.ok(wrong < 0.03 * asked, `${wrong} wrong`)
      assert.ok(failed.every(({ failure }) => failure !== null))
    } finally {
      await model.close()
      await simulator.close()
    }
  })
