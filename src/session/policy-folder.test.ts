import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Config, loadConfig } from '../config/index.ts'
import { policyFolder } from './policy-kinds.ts'

function configured(...set: string[]): Config {
  return loadConfig({ preset: 'tiny', set, environment: {} }).config
}

test('a folder is taken where there is one, a frozen policy needs none', async () => {
  assert.match(await policyFolder(configured(), {}), /models.conductor$/)
  const served = configured('policy.engine=tinker', 'policy.tinker.baseModel=conductor')
  assert.match(await policyFolder(served, {}), /models.conductor$/)
  const frozen = configured('policy.engine=frozen', 'policy.frozen.baseUrl=http://127.0.0.1:9', 'policy.frozen.model=m')
  assert.equal(await policyFolder(frozen, {}), '')
})

test("a hub's name fetches the tokenizer of a served model once, with the token; the embedded engine needs a folder", async (t) => {
  const cache = mkdtempSync(join(tmpdir(), 'baton-cache-'))
  const asked: string[] = []
  const hub = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    if (request.url?.includes('/tokenizer')) response.end('{}')
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    hub.close()
    rmSync(cache, { recursive: true })
  })
  const environment = {
    HF_ENDPOINT: `http://127.0.0.1:${(hub.address() as AddressInfo).port}`,
    HF_TOKEN: 'hf_x',
    XDG_CACHE_HOME: cache,
  }
  const served = configured('policy.engine=tinker', 'policy.tinker.baseModel=m', 'policy.model=owner/small')
  const folder = await policyFolder(served, environment)
  assert.ok(existsSync(join(folder, 'tokenizer.json')))
  assert.equal(asked[0], '/owner/small/resolve/main/tokenizer.json Bearer hf_x')
  await policyFolder(served, environment)
  assert.equal(asked.filter((line) => line.includes('/tokenizer.json')).length, 1)
  await assert.rejects(policyFolder(configured('policy.model=owner/small'), environment), /does not exist/)
})
