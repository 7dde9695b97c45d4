/** The models that a training server offers. */
import { serverCapabilitiesReply } from '../../tinker/index.ts'
import { TinkerError } from './requests/tinker-error.ts'
import { createTinkerTransport, type TinkerTransportOptions } from './requests/transport.ts'

export interface ServerModels {
  readonly models: readonly { readonly name: string; readonly contextLength: number | null }[]
}

/** What the server lists. @throws TinkerError where it is not reached or is none of the protocol. */
export async function listModels(options: TinkerTransportOptions): Promise<ServerModels> {
  const transport = createTinkerTransport(options)
  try {
    const exchange = await transport.exchange({ method: 'GET', path: '/get_server_capabilities', timeoutMs: 20_000 })
    if (exchange.kind !== 'response') {
      throw new TinkerError(`${transport.baseUrl} does not answer: ${exchange.message}`, { kind: 'unreachable' })
    }
    if (exchange.status === 401 || exchange.status === 403) {
      throw new TinkerError(`${transport.baseUrl} refuses the key (${exchange.status})`, { kind: 'authentication' })
    }
    const reply = serverCapabilitiesReply.safeParse(exchange.json)
    if (exchange.status !== 200 || !reply.success) {
      throw new TinkerError(
        `${transport.baseUrl} is no server of the Tinker protocol: get_server_capabilities was answered ${exchange.status}`,
        {
          kind: 'reply',
          hint: 'Give the address without /api/v1, e.g. http://127.0.0.1:10610.',
        },
      )
    }
    const models = reply.data.supported_models.flatMap(({ model_name: name, max_context_length: length }) =>
      name == null ? [] : [{ name, contextLength: length ?? null }],
    )
    return { models }
  } finally {
    await transport.close()
  }
}
