import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { listRuns } from '../runs/testing/list-runs.ts'
import { startSimulator } from '../simulation/index.ts'
import { answerChat } from '../simulation/server/answer-chat.ts'
import { startCommandLine } from './testing/command-line.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-collect-'))
const main = join(import.meta.dirname, 'main.ts')
const children: ChildProcess[] = []
const commands = startCommandLine()
after(() => {
  commands.close()
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

function start(...options: string[]): { child: ChildProcess; ended: Promise<{ code: number | null; text: string }> } {
  const child = spawn(process.execPath, [main, 'demos', 'collect', ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)))
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, text })) }
}

async function run(...options: string[]): Promise<{ code: number | null; text: string }> {
  const { code, stdout, stderr } = await commands.run(folder, ['demos', 'collect', ...options])
  return { code, text: `${stdout}${stderr}` }
}

const small = ['--generated', '30', '--queries', '15', '--pool-size', '10', '--sequences', '6', '--similar', '2']
const sequencesIn = (root: string): string => {
  const [name = ''] = readdirSync(join(folder, root))
  return readFileSync(join(folder, root, name, 'sequences.json'), 'utf8')
}

test('a collection that is killed goes on where it was: nothing but what was in flight is bought twice, and the file is the same', async () => {
  const asked = new Map<string, number>()
  let onEnough: () => void = () => undefined
  const enough = new Promise<void>((resolve) => {
    onEnough = resolve
  })
  const simulator = await startSimulator({
    latencyMs: 10,
    answer: (messages, options) => {
      const key = JSON.stringify(messages)
      asked.set(key, (asked.get(key) ?? 0) + 1)
      if (asked.size >= 30) onEnough()
      return answerChat(messages, options)
    },
  })
  try {
    const concurrency = 2
    const server = ['--server', simulator.baseUrl, '--concurrency', String(concurrency)]
    const first = start(...small, ...server, '--out', join(folder, 'killed'))
    await enough
    first.child.kill('SIGKILL')
    await first.ended
    const [name = ''] = readdirSync(join(folder, 'killed'))
    const states = (): string[] => listRuns(join(folder, 'killed')).map(({ state }) => state.state)
    assert.deepEqual(states(), ['killed'])
    const second = await run('--resume', join(folder, 'killed', name))
    assert.equal(second.code, 0, second.text)
    assert.match(second.text, /90 sequences for 15 queries/)
    assert.deepEqual(states(), ['complete'])
    const answered = [...asked].filter(([key]) => key.includes('image_url'))
    assert.equal(answered.length, 90)
    const twice = answered.filter(([, count]) => count > 1).length
    assert.ok(twice <= concurrency, `${twice} were bought twice`)
    const whole = await run(...small, '--out', join(folder, 'whole'))
    assert.equal(whole.code, 0, whole.text)
    assert.equal(sequencesIn('killed'), sequencesIn('whole'))
  } finally {
    await simulator.close()
  }
})

test('a server that dies ends a collection with exit code 3, what is missing and how to go on; the resume buys that alone', async () => {
  const asked = new Map<string, number>()
  const serve = (port: number, most: number) =>
    startSimulator({
      port,
      answer: (messages, options) => {
        const key = JSON.stringify(messages)
        asked.set(key, (asked.get(key) ?? 0) + 1)
        if (asked.size === most) void dying.close()
        return answerChat(messages, options)
      },
    })
  const dying = await serve(0, 20)
  const server = ['--server', dying.baseUrl, '--concurrency', '2']
  const first = await run(...small, ...server, '--out', join(folder, 'dead'))
  assert.equal(first.code, 3, first.text)
  assert.match(first.text, /error: \d+ of 90 sequences are judged, \d+ are not: \d+ questions in a row had no answer/)
  assert.match(first.text, /\(network\)/)
  assert.match(first.text, /continue with: npx baton demos collect --resume /)
  assert.doesNotMatch(first.text, /demos train|judged {5}/)
  const [name = ''] = readdirSync(join(folder, 'dead'))
  assert.ok(!readdirSync(join(folder, 'dead', name)).includes('sequences.json'))
  const answered = new Set(asked.keys())
  asked.clear()
  const alive = await serve(Number(new URL(dying.baseUrl).port), Number.POSITIVE_INFINITY)
  try {
    const second = await run('--resume', join(folder, 'dead', name))
    assert.equal(second.code, 0, second.text)
    assert.match(second.text, /collected {2}90 sequences/)
    // Two may have been under way as the server died, the probe is asked each time.
    const again = [...asked.keys()].filter((key) => key.includes('image_url') && answered.has(key))
    assert.ok(again.length <= 2, `${again.length} were bought twice`)
  } finally {
    await alive.close()
  }
})

test('bad input ends with exit code 2, what is wrong and the fix, and leaves no run', async () => {
  const out = ['--out', join(folder, 'none')]
  const refused = async (words: RegExp, ...options: string[]): Promise<void> => {
    const { code, text } = await run(...options, ...out)
    assert.equal(code, 2, text)
    assert.match(text, words)
    assert.doesNotMatch(text, /\n {4}at /)
  }
  await Promise.all([
    refused(/too few for 11 shots/, ...small, '--shots', '11'),
    refused(/a pool of 64 was asked for/, '--generated', '30'),
    refused(/nowhere\.json does not exist/, '--questions', 'nowhere.json'),
  ])
  await Promise.all([
    refused(/--resume takes everything from the run \(also given: shots, out\)/, '--resume', folder, '--shots', '3'),
    refused(/plan\.count|--sequences/, ...small, '--sequences', '0'),
    refused(/--encoder magic is not known/, ...small, '--encoder', 'magic'),
  ])
  assert.deepEqual(readdirSync(folder).includes('none') ? readdirSync(join(folder, 'none')) : [], [])
})
