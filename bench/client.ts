/**
 * The LLM client against a server in another process that answers after 50 ms: calls a second at 256 in flight and the
 * CPU time of a call, beside the same requests by undici alone. Run as `client.ts serve`, it is that server.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pool } from 'undici'
import { type ChatModel, createChatModel } from '../src/llm/index.ts'
import { createRun } from '../src/runs/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const inFlight = 256
const latencyMs = 50
const calls = 8192
const repetitions = 3
/** About 1 kB each way. */
const question = 'A train leaves at nine and a second one at ten; they meet before noon. '.repeat(14)
const answer = JSON.stringify({
  id: 'bench',
  object: 'chat.completion',
  created: 0,
  model: 'bench',
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: question } }],
  usage: { prompt_tokens: 250, completion_tokens: 250, total_tokens: 500 },
})

interface Round {
  readonly callsPerSecond: number
  readonly cpuMsPerCall: number
}

export async function clientBench(): Promise<BenchRow[]> {
  const server = fork(import.meta.filename, ['serve'])
  const [port] = (await once(server, 'message')) as [number]
  const baseUrl = `http://127.0.0.1:${port}/v1`
  const model = createChatModel({ baseUrl, model: 'bench', concurrency: inFlight })
  const root = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  const run = createRun({ root, resolvedYaml: '', origin: { configHash: '', seed: 1, datasets: {}, argv: [] } })
  const journaled = createChatModel({ baseUrl, model: 'bench', concurrency: inFlight, cache: run.calls })
  const pool = new Pool(new URL(baseUrl).origin, { connections: inFlight })
  let seed = 0
  const ask = async (of: ChatModel): Promise<void> => {
    seed += 1
    await of.generate([{ role: 'user', content: question }], { purpose: 'bench', seed })
  }
  const ours = () => ask(model)
  const kept = () => ask(journaled)
  const bare = async (): Promise<void> => {
    seed += 1
    const body = JSON.stringify({ model: 'bench', messages: [{ role: 'user', content: question }], seed })
    const response = await pool.request({ path: '/v1/chat/completions', method: 'POST', body })
    await response.body.json()
  }
  try {
    await round(ours)
    await round(kept)
    await round(bare)
    const rounds: { ours: Round; kept: Round; bare: Round }[] = []
    for (let i = 0; i < repetitions; i++)
      rounds.push({ ours: await round(ours), kept: await round(kept), bare: await round(bare) })
    const of = (who: 'ours' | 'kept' | 'bare', figure: keyof Round): number =>
      median(rounds.map((both) => both[who][figure]))
    const note = `median of ${repetitions} times ${calls.toLocaleString('en-US')} calls, 1 kB each way`
    const most = (inFlight / latencyMs) * 1000
    return [
      {
        name: `client, ${inFlight} in flight, ${latencyMs} ms latency`,
        value: of('ours', 'callsPerSecond'),
        unit: 'calls/s',
        baseline: `aim: 3,000; the latency allows ${most.toLocaleString('en-US')}; undici alone ${Math.round(of('bare', 'callsPerSecond')).toLocaleString('en-US')}`,
        note,
      },
      {
        name: 'client, CPU time of a call',
        value: of('ours', 'cpuMsPerCall'),
        unit: 'ms',
        baseline: `aim: at most 0.25; undici alone ${of('bare', 'cpuMsPerCall').toFixed(3)}`,
        note,
      },
      {
        name: 'client, CPU time of a call noted and kept in the journal',
        value: of('kept', 'cpuMsPerCall'),
        unit: 'ms',
        note,
      },
    ]
  } finally {
    await model.close()
    await journaled.close()
    run.close()
    rmSync(root, { recursive: true })
    await pool.destroy()
    server.kill()
  }
}

async function round(call: () => Promise<void>): Promise<Round> {
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  let left = calls
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1
      await call()
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  return { callsPerSecond: calls / seconds, cpuMsPerCall: (cpu.user + cpu.system) / 1000 / calls }
}

function serve(): void {
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () => {
      setTimeout(() => response.end(answer), latencyMs)
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit(0))
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve') serve()
