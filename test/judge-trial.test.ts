/** A training tries its judge before its first step: a judge that calls everything true stops it, and is not asked again. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startCommandLine } from '../src/cli/testing/command-line.ts'
import { openRun } from '../src/runs/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-trial-'))
const commands = startCommandLine()
let asked = 0
const server = createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    response.setHeader('content-type', 'application/json')
    if (request.method === 'GET') return response.end(JSON.stringify({ data: [{ id: 'always-true' }] }))
    if (body.includes('Reference answer')) asked += 1
    const message = { role: 'assistant', content: 'True' }
    response.end(
      JSON.stringify({
        choices: [{ index: 0, message, finish_reason: 'stop' }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    )
  })
})
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => {
  commands.close()
  server.close()
  rmSync(folder, { recursive: true })
})

test('it stops with the figures before the first step, keeps the calls, and names the fix', async () => {
  const judge = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const set = [`llm.judge.baseUrl=${judge}`, 'llm.judge.model=always-true', 'run.name=tried', `run.folder=${folder}`]
  const train = ['train', '--preset', 'tiny', ...set.flatMap((setting) => ['--set', setting])]
  const { code, stderr } = await commands.run(folder, train)
  assert.equal(code, 2, stderr)
  const text = stderr.replace(/\s+/g, ' ')
  assert.match(text, /always-true says the same to right and to wrong answers/)
  assert.match(text, /called 16 of 16 wrong answers true \(limit 25 %\) and 0 of 16 right answers false/)
  assert.match(text, /llm\.judge\.model|judge\.trial/)
  assert.equal(asked, 32)
  const resumed = await commands.run(folder, ['train', '--resume', join(folder, 'tried')])
  assert.equal(resumed.code, 2)
  assert.equal(asked, 32, 'what the journal holds is not bought again')
  const run = openRun(join(folder, 'tried'))
  const trials = run.since(0, { kinds: ['judge-trial'] })
  run.close()
  const [trial] = trials
  assert.ok(trial?.kind === 'judge-trial')
  assert.deepEqual(trial.wrong, { asked: 16, true: 16, false: 0, unscorable: 0 })
})
