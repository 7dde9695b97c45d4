import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadCompletions } from './load-completions.ts'

function fileOf(t: TestContext, rows: readonly unknown[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-completions-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'rows.jsonl')
  writeFileSync(path, rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'))
  return path
}

test('messages, prompt and completion in both forms, and problems by id are read', async (t) => {
  const user = { role: 'user', content: 'Q' }
  const answer = { role: 'assistant', content: 'A' }
  const path = fileOf(t, [
    { messages: [{ role: 'system', content: 'S' }, user, answer] },
    { prompt: 'Q', completion: 'A', reward: 2.5 },
    { prompt: [user], completion: [answer] },
    { problemId: 'p1', completion: 'A' },
  ])
  const { rows } = await loadCompletions(path, { skipBadRows: false })
  assert.deepEqual(
    rows.map(({ asked, completion, reward }) => [asked.kind, completion, reward]),
    [
      ['messages', 'A', 1],
      ['text', 'A', 2.5],
      ['messages', 'A', 1],
      ['problem', 'A', 1],
    ],
  )
  assert.equal(rows[0]?.asked.kind === 'messages' && rows[0].asked.messages.length, 2)
})

for (const [name, row, expected] of [
  [
    'a conversation that ends with the user',
    { messages: [{ role: 'user', content: 'Q' }] },
    /does not end with an answer/,
  ],
  ['an answer to nothing', { messages: [{ role: 'assistant', content: 'A' }] }, /does not end with an answer/],
  ['messages that are none', { messages: 'Q' }, /not a list of messages/],
  ['content in parts', { messages: [{ role: 'user', content: [{ text: 'Q' }] }] }, /not a list of messages/],
  ['an empty completion', { prompt: 'Q', completion: ' ' }, /"completion" is empty/],
  ['a completion of nothing', { completion: 'A' }, /neither prompt nor problemId/],
  ['a problem', { id: '1', question: 'Q', answer: 'A' }, /no messages and no completion/],
  ['a reward in words', { prompt: 'Q', completion: 'A', reward: 'high' }, /"reward" is not a number/],
  ['half a row', '{"prompt": ', /is not JSON/],
] as const) {
  test(`${name} is refused with its line, or left out and counted`, async (t) => {
    const path = fileOf(t, [{ prompt: 'Q', completion: 'A' }, row])
    await assert.rejects(loadCompletions(path, { skipBadRows: false }), (error: Error) => {
      assert.match(error.message, expected)
      assert.match(error.message, /line 2/)
      return true
    })
    const { rows, skipped } = await loadCompletions(path, { skipBadRows: true })
    assert.deepEqual([rows.length, skipped.map(({ line }) => line)], [1, [2]])
  })
}
