import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { FacetsPage, RolloutList, RunList, RunPage } from './api.ts'
import { type RunningUi, startUi } from './index.ts'
import { makeRun, rolloutOf, stepAt } from './testing/made-run.ts'

const place = mkdtempSync(join(tmpdir(), 'baton-ui-'))
const root = join(place, 'runs')
mkdirSync(root)
const server: RunningUi = await startUi({ root, port: 0 })
after(async () => {
  await server.close()
  rmSync(place, { recursive: true })
})

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Without the help of `fetch`, which tidies addresses and chooses the Host header itself. */
function ask(path: string, { headers = {}, method = 'GET', port = server.port } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (reply) => {
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.on('end', () =>
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text: Buffer.concat(parts).toString() }),
      )
    })
    asked.on('error', reject)
    asked.end()
  })
}

const json = async <Value>(path: string): Promise<Value> => JSON.parse((await ask(path)).text) as Value

interface Sent {
  readonly id: string
  readonly event: string
  readonly data: { readonly kind?: string; readonly step?: number }
}

/** Reads a live stream until `isEnough`. */
async function follow(path: string, isEnough: (all: readonly Sent[]) => boolean, headers = {}): Promise<Sent[]> {
  const sent: Sent[] = []
  const asked = request({ host: '127.0.0.1', port: server.port, path, headers })
  asked.end()
  const [reply] = (await once(asked, 'response')) as [AsyncIterable<Buffer>]
  let rest = ''
  try {
    for await (const part of reply) {
      const blocks = (rest + part.toString()).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? ''
        if (field('event') !== '') {
          sent.push({ id: field('id'), event: field('event'), data: JSON.parse(field('data')) })
        }
      }
      if (isEnough(sent)) return sent
    }
    return sent
  } finally {
    asked.destroy()
  }
}

const stepsOf = (sent: readonly Sent[]): (number | undefined)[] =>
  sent.filter(({ event }) => event === 'step').map(({ data }) => data.step)

test('a stream begins behind its cursor, and one that is taken up again misses nothing and repeats nothing', async () => {
  const store = makeRun(root, 'cursor')
  for (const step of [1, 2, 3]) store.recordStep(stepAt(step))
  const first = await follow('/api/runs/cursor/live', (all) => stepsOf(all).length === 3)
  assert.deepEqual(stepsOf(first), [1, 2, 3])
  const last = first.findLast(({ event }) => event === 'step')
  for (const step of [4, 5]) store.recordStep(stepAt(step))
  const again = await follow('/api/runs/cursor/live?after=0', (all) => stepsOf(all).length === 2, {
    'Last-Event-ID': last?.id,
  })
  assert.deepEqual(stepsOf(again), [4, 5], 'the header of a browser that comes back counts, not its first cursor')
  const page = await json<RunPage>('/api/runs/cursor')
  store.recordStep(stepAt(6))
  const after5 = await follow(`/api/runs/cursor/live?after=${page.cursor}`, (all) => stepsOf(all).length === 1)
  assert.deepEqual([page.series.steps, stepsOf(after5)], [[1, 2, 3, 4, 5], [6]], 'page and stream fit together')
  store.close()
})

test('a run that another process writes is followed while it is written', async () => {
  makeRun(root, 'elsewhere').close()
  const script = `
    import { openRun } from ${JSON.stringify(join(import.meta.dirname, '..', 'runs', 'index.ts'))}
    const run = openRun(${JSON.stringify(join(root, 'elsewhere'))})
    for (let step = 1; step <= 200; step++) run.recordStep({ version: 1, step, metrics: { reward: step } })
    run.event({ kind: 'run-end', state: 'complete' })
    run.close()`
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
  const done = once(writer, 'exit')
  const sent = await follow('/api/runs/elsewhere/live', (all) => stepsOf(all).length === 200)
  assert.deepEqual(
    stepsOf(sent),
    Array.from({ length: 200 }, (_, i) => i + 1),
  )
  assert.deepEqual((await done)[0], 0)
  const state = await follow('/api/runs/elsewhere/live', (all) => all.some(({ event }) => event === 'state'))
  assert.deepEqual(state.find(({ event }) => event === 'state')?.data, { state: 'complete' })
})

test('the list says what there is, and its stream what changes', async () => {
  const store = makeRun(root, 'listed')
  store.recordStep(stepAt(1, 2.5))
  const { runs } = await json<RunList>('/api/runs')
  const listed = runs.find(({ name }) => name === 'listed')
  assert.deepEqual([listed?.step, listed?.plannedSteps, listed?.reward], [1, 10, { steps: [1], values: [2.5] }])
  assert.deepEqual(listed?.tags, ['workflows', 'embedded', 'grpo', 'simulator'])
  type Change = { changed: { name: string; step: number }[] }
  const has = (all: readonly Sent[], step: number): boolean =>
    all.some(({ data }) =>
      (data as unknown as Change).changed.some((run) => run.name === 'listed' && run.step === step),
    )
  const followed = follow('/api/live', (all) => {
    if (has(all, 1) && store.lastStep() === 1) store.recordStep(stepAt(2))
    return has(all, 2)
  })
  assert.ok(has(await followed, 2))
  store.close()
})

test('requests that name another machine are refused: a page elsewhere cannot read the runs', async () => {
  const fine = [`127.0.0.1:${server.port}`, `localhost:${server.port}`, `[::1]:${server.port}`, 'localhost']
  for (const host of fine) assert.equal((await ask('/api/runs', { headers: { Host: host } })).status, 200, host)
  const bad = [
    'evil.example',
    `evil.example:${server.port}`,
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '0.0.0.0',
  ]
  for (const host of [...bad, '192.168.1.7', 'evil@localhost']) {
    const answer = await ask('/api/runs', { headers: { Host: host } })
    assert.ok([400, 421].includes(answer.status), `${host}: ${answer.status}`)
    assert.doesNotMatch(answer.text, /listed|cursor/)
  }
})

test('no name of a run leads out of the folder', async () => {
  makeRun(place, 'outside').close()
  makeRun(root, 'inside').close()
  symlinkSync(join(place, 'outside'), join(root, 'link'))
  assert.equal((await ask('/api/runs/inside')).status, 200)
  for (const name of [
    ...['..%2Foutside', '%2e%2e%2foutside', '..', '%2e%2e', '.', '%2Fetc', 'inside%2F..%2F..%2Foutside'],
    ...['..%5Coutside', 'inside%00', 'link', 'nothing', '%ff', 'inside%2Fcheckpoints'],
  ]) {
    const { status, text } = await ask(`/api/runs/${name}`)
    assert.ok([400, 404].includes(status), `${name}: ${status} ${text.slice(0, 80)}`)
  }
})

test('runs are only read, nothing is loaded from elsewhere, and no frame holds the page', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    assert.equal((await ask('/api/runs', { method })).status, 405, method)
  }
  for (const path of ['/', '/app.js', '/api/runs', '/api/nothing']) {
    const { headers } = await ask(path)
    const policy = String(headers['content-security-policy'])
    assert.match(policy, /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/, path)
    assert.doesNotMatch(policy, /unsafe|http|\*/)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['access-control-allow-origin'], undefined)
  }
})

test('addresses of the page lead to the page, files that are not there are not found', async () => {
  for (const path of ['/', '/run/cursor', '/compare?a=x', '/run/a.b/rollouts']) {
    assert.match((await ask(path)).text, /<div id="root">/, path)
  }
  assert.equal((await ask('/missing.js')).status, 404)
  const { headers } = await ask('/app.js')
  const again = await ask('/app.js', { headers: { 'If-None-Match': headers['etag'] as string } })
  assert.deepEqual([again.status, again.text], [304, ''])
})

test('rollouts are found by what they are about and how they ended', async () => {
  const store = makeRun(root, 'search')
  const failure = { boundary: 'sandbox', code: 'timeout', message: 'too long' } as const
  store.recordRollout(rolloutOf({ step: 1, rollout: 0, reward: 10, operators: ['Programmer', 'Review'] }))
  store.recordRollout(rolloutOf({ step: 1, rollout: 1, reward: -5, failures: [failure], operators: ['Custom'] }))
  store.recordRollout(rolloutOf({ step: 2, rollout: 0, reward: null, type: 'qa' }))
  const found = async (query: string): Promise<string[]> => {
    const { rollouts, total } = await json<RolloutList>(`/api/runs/search/rollouts?${query}`)
    assert.equal(total, rollouts.length)
    return rollouts.map(({ step, rollout }) => `${step}/${rollout}`)
  }
  assert.deepEqual(await found(''), ['2/0', '1/0', '1/1'])
  assert.deepEqual(await found('order=lowest'), ['1/1', '1/0', '2/0'])
  assert.deepEqual(await found('step=1&verdict=true'), ['1/0'])
  assert.deepEqual(await found('verdict=unscorable'), ['2/0'])
  assert.deepEqual(await found('failure=unscorable'), ['2/0'])
  assert.deepEqual(await found('failure=sandbox%2Ftimeout'), ['1/1'])
  assert.deepEqual(await found('operator=Review'), ['1/0'])
  assert.deepEqual(await found('least=-5&most=9.5'), ['1/1'])
  assert.deepEqual(await found('type=qa'), ['2/0'])
  assert.deepEqual(await found('problem=p1&type=qa'), [])
  assert.deepEqual(await found(`operator=${encodeURIComponent("x' OR 1=1 --")}`), [])
  const { failureNames, ...facets } = await json<FacetsPage>('/api/runs/search/facets?lang=zh')
  assert.deepEqual(facets.types, [
    { value: 'math', rollouts: 2 },
    { value: 'qa', rollouts: 1 },
  ])
  assert.deepEqual(
    facets.operators.map(({ value }) => value),
    ['Custom', 'Programmer', 'Review'],
  )
  assert.match(failureNames['sandbox/timeout'] ?? '', /\p{Script=Han}/u)
  store.close()
  for (const query of ['step=x', 'verdict=maybe', 'order=random', 'least=a', 'offset=-1', 'step=1e99']) {
    assert.equal((await ask(`/api/runs/search/rollouts?${query}`)).status, 400, query)
  }
  assert.equal((await ask('/api/runs/search/rollout?step=9')).status, 404)
})

test('a group shows how each advantage came about, with the settings of its step', async () => {
  const store = makeRun(root, 'group')
  store.recordRollout(rolloutOf({ rollout: 0, reward: 10 }))
  store.recordRollout(rolloutOf({ rollout: 1, reward: -5 }))
  store.close()
  interface Group {
    group: { mean: number }
    members: { derivation: { kind: string; advantage: number; divisor: { epsilon: number } } }[]
  }
  const { group, members } = await json<Group>('/api/runs/group/group?step=1&position=0')
  assert.equal(group.mean, 2.5)
  assert.deepEqual(
    members.map(({ derivation }) => [
      derivation.kind,
      derivation.divisor.epsilon,
      Number(derivation.advantage.toFixed(2)),
    ]),
    [
      ['relative', 0.0001, 0.71],
      ['relative', 0.0001, -0.71],
    ],
  )
})

test('a taken port is named, or another one is taken where none was asked for', async () => {
  await assert.rejects(startUi({ root, port: server.port }), /cannot listen at 127\.0\.0\.1/)
  const other = await startUi({ root, port: server.port, isPortFlexible: true })
  assert.notEqual(other.port, server.port)
  await other.close()
})
