/** Opens a server for a Hono application, and reads the bodies that it is sent. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'

export interface OpenServer {
  readonly port: number
  close(): Promise<void>
}

export interface ServerPlace {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Whether the thread does nothing else: then its `Request` and `Response` become Hono's, which halves the time of a request. */
  readonly isOwnThread?: boolean
}

/** Clients keep connections for some seconds; one that is closed just as it is used again costs them an attempt. */
const keepAliveTimeout = 65_000

/** @param fetch of a Hono application. Rejects with the error of the system where it cannot listen. */
export async function openServer(
  fetch: Parameters<typeof getRequestListener>[0],
  { host, port, isOwnThread = false }: ServerPlace,
): Promise<OpenServer> {
  const listener = getRequestListener(fetch, { overrideGlobalObjects: isOwnThread })
  const server = createServer({ keepAliveTimeout }, listener)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/**
 * The whole body, read off the socket: through a `Request` it would take twice the time.
 * @returns null when it is longer than `largest` bytes; rejects when the client goes away.
 */
export async function readBody(message: IncomingMessage, largest: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= largest) chunks.push(chunk)
  }
  return size > largest ? null : Buffer.concat(chunks)
}
