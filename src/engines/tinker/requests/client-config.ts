/** What a server asks of its clients, where it asks: sizes of requests and how many samples may wait. */
import { clientConfigReply, sdkVersion } from '../../../tinker/index.ts'
import type { WaitContext } from './retry-policy.ts'

export interface ClientSettings {
  readonly chunkData: number | undefined
  readonly chunkBytes: number | undefined
  readonly samplesInFlight: number | undefined
}

const none: ClientSettings = { chunkData: undefined, chunkBytes: undefined, samplesInFlight: undefined }

/** Older servers have no such endpoint: everything is then undefined. */
export async function readClientSettings({ transport, notify }: WaitContext): Promise<ClientSettings> {
  const exchange = await transport.exchange({
    path: '/client/config',
    body: JSON.stringify({ sdk_version: sdkVersion }),
    timeoutMs: 10_000,
  })
  if (exchange.kind !== 'response' || exchange.status !== 200) return none
  const reply = clientConfigReply.safeParse(exchange.json)
  if (!reply.success) return none
  if (reply.data.pjwt_auth_enabled === true) {
    notify({ kind: 'warning', message: `${transport.baseUrl} asks for short-lived tokens; the key itself is sent` })
  }
  return {
    chunkData: reply.data.fwdbwd_max_chunk_len,
    chunkBytes: reply.data.fwdbwd_max_chunk_bytes_count,
    samplesInFlight: reply.data.sample_max_concurrent_requests,
  }
}
