/** Server and proxy in one: answers every request with its path, and passes tunnels on to itself whatever host they name. */
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

export interface RunningProxy {
  readonly url: string
  readonly port: number
  /** Method and target of each request, headers left out. */
  readonly seen: string[]
  close(): void
}

export interface ProxyBehaviour {
  /** Of requests. Default 200. */
  readonly status?: number
  /** Status of a refused tunnel. */
  readonly refuses?: number
  readonly headers?: Readonly<Record<string, string>>
  /** What requests are answered with. Default: their path as JSON. */
  readonly body?: string
}

export async function startProxy({
  status = 200,
  refuses,
  headers = {},
  body,
}: ProxyBehaviour = {}): Promise<RunningProxy> {
  const seen: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(body ?? JSON.stringify({ path: request.url }))
  })
  server.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`)
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses} Refused\r\n\r\n`)
    const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    for (const end of [socket, upstream]) {
      sockets.add(end)
      end.on('error', () => end.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seen,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      server.closeAllConnections()
    },
  }
}
