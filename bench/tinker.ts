/**
 * The Tinker client against a server in another process that answers at once: CPU time of a sample at 512 in flight,
 * beside the same two requests by undici alone; and the time that a batch of 64 x 2,048 tokens takes to encode and its
 * result to decode. Run as `tinker.ts serve`, it is that server.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import type { SampleRequest, Tokenizer } from '../src/engines/index.ts'
import { createTinkerEngine, knownProfiles, type ServerProfile } from '../src/engines/tinker/index.ts'
import {
  type Datum,
  decodeForwardBackwardOutput,
  encodeForwardBackwardOutput,
  encodeForwardBackwardRequest,
  encodeSampleResponse,
  forwardBackwardRequestText,
  jsonType,
  protobufType,
} from '../src/tinker/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const inFlight = 512
const samples = 4096
const repetitions = 5
const promptLength = 512
const completionLength = 256
/** The server answers a poll after this long, so that as many as allowed wait. */
const latencyMs = 100

export async function tinkerBench(): Promise<BenchRow[]> {
  return [...(await sampleRows()), ...codecRows()]
}

async function sampleRows(): Promise<BenchRow[]> {
  const server = fork(import.meta.filename, ['serve'])
  const [port] = (await once(server, 'message')) as [number]
  const baseUrl = `http://127.0.0.1:${port}`
  const tokenizer = { vocabularySize: 1000, endOfTextId: 1, padId: 0 } as Tokenizer
  const engine = await createTinkerEngine({
    baseUrl,
    baseModel: 'bench',
    tokenizer,
    contextLength: 4096,
    profile: knownProfiles['baton'] as ServerProfile,
    loraRank: 8,
    seed: 1,
    samplesInFlight: inFlight,
  })
  const pool = new Pool(baseUrl, { connections: inFlight })
  const prompt = Array.from({ length: promptLength }, (_, i) => i)
  const requests = Array.from({ length: samples }, (_, i): SampleRequest => ({ prompt, count: 1, key: ['bench', i] }))
  const ours = async (): Promise<unknown> => engine.sample(requests, { maxTokens: 256, temperature: 1, topP: 1 })
  const body = JSON.stringify({ prompt: { chunks: [{ type: 'encoded_text', tokens: prompt }] }, sampling_params: {} })
  const send = async (path: string, text: string): Promise<void> => {
    const headers = { 'content-type': jsonType, accept: protobufType }
    const response = await pool.request({ path: `/api/v1${path}`, method: 'POST', headers, body: text })
    await response.body.arrayBuffer()
  }
  const bare = async (): Promise<unknown> => {
    let left = samples
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1
        await send('/asample', body)
        await send('/retrieve_future', '{"request_id":"sample"}')
      }
    }
    return Promise.all(Array.from({ length: inFlight }, worker))
  }
  try {
    await ours()
    await bare()
    const rounds: { ours: number; bare: number }[] = []
    for (let i = 0; i < repetitions; i++) rounds.push({ ours: await cpuMs(ours), bare: await cpuMs(bare) })
    const of = (who: 'ours' | 'bare'): number => median(rounds.map((both) => both[who])) / samples
    return [
      {
        name: `Tinker client, CPU time of a sample, ${inFlight} in flight`,
        value: of('ours'),
        unit: 'ms',
        baseline: `aim: under 1; its two requests by undici alone ${of('bare').toFixed(3)}`,
        note: `median of ${repetitions} times ${samples.toLocaleString('en-US')} samples of ${promptLength} + ${completionLength} tokens`,
      },
    ]
  } finally {
    await engine.close()
    await pool.destroy()
    server.kill()
  }
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

function codecRows(): BenchRow[] {
  const length = 2048
  const data = Array.from({ length: 64 }, (_, i): Datum => {
    const float32 = (value: number) => ({
      dtype: 'float32' as const,
      data: Float32Array.from({ length }, (_, t) => value * (t % 7)),
      shape: [length],
    })
    const tokens = Int32Array.from({ length }, (_, t) => (t * 31 + i) % 150_000)
    return {
      model_input: { chunks: [{ type: 'encoded_text', tokens }] },
      loss_fn_inputs: {
        target_tokens: { dtype: 'int64', data: tokens, shape: [length] },
        logprobs: float32(-0.1),
        advantages: float32(0.5),
      },
    }
  })
  const request = { model_id: 'm', seq_id: 1, data, loss_fn: 'ppo', loss_fn_config: { clip_low_threshold: 0.8 } }
  const output = encodeForwardBackwardOutput({
    loss_fn_output_type: 'x',
    loss_fn_outputs: data.map(({ loss_fn_inputs: inputs }) => ({ logprobs: inputs['logprobs'] as never })),
    metrics: { 'loss:sum': 1 },
  })
  const note = 'median of 51'
  const bytes = encodeForwardBackwardRequest(request).length
  return [
    {
      name: '64 x 2,048 tokens encoded as protobuf',
      value: medianMs(() => encodeForwardBackwardRequest(request)),
      unit: 'ms',
      baseline: `aim: under 30; as JSON ${medianMs(() => forwardBackwardRequestText(request)).toFixed(1)}`,
      note: `${note}, ${(bytes / 1e6).toFixed(2)} MB`,
    },
    {
      name: '64 x 2,048 log-probs decoded from protobuf',
      value: medianMs(() => decodeForwardBackwardOutput(output)),
      unit: 'ms',
      note,
    },
  ]
}

function medianMs(work: () => unknown): number {
  const times = Array.from({ length: 51 }, () => {
    const startedAt = performance.now()
    work()
    return performance.now() - startedAt
  })
  return median(times)
}

function serve(): void {
  const tokens = Int32Array.from({ length: completionLength }, (_, t) => 2 + (t % 900))
  const logprobs = Float32Array.from({ length: completionLength }, (_, t) => -0.1 * (1 + (t % 9)))
  const sample = encodeSampleResponse({
    sequences: [{ stop_reason: 'length', tokens, logprobs }],
    prompt_logprobs: null,
    topk_prompt_logprobs: null,
    prompt_cache_hit_tokens: 0,
  })
  const replies: Readonly<Record<string, object>> = {
    create_session: { session_id: 's' },
    create_model: { request_id: 'create_model' },
    save_weights_for_sampler: { request_id: 'sampler' },
    asample: { request_id: 'sample' },
  }
  const results: Readonly<Record<string, object>> = {
    create_model: { model_id: 'm' },
    sampler: { path: null, sampling_session_id: 'x' },
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      const name = (request.url ?? '').slice('/api/v1/'.length)
      const json = (value: object): void => void response.setHeader('content-type', jsonType).end(JSON.stringify(value))
      if (name !== 'retrieve_future') return json(replies[name] ?? {})
      const { request_id: id } = JSON.parse(Buffer.concat(chunks).toString()) as { request_id: string }
      if (id !== 'sample') return json(results[id] ?? {})
      setTimeout(() => response.setHeader('content-type', protobufType).end(sample), latencyMs)
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.once('disconnect', () => process.exit(0))
}

if (process.argv[1] === import.meta.filename && process.argv[2] === 'serve') serve()
