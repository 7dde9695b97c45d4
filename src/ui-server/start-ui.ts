/** Starts the server of the live page. */
import { BatonError } from '../core/failure.ts'
import { listenFix } from '../core/inputs/listening.ts'
import { type OpenServer, openServer } from '../http/open-server.ts'
import { createOpenRuns } from './open-runs.ts'
import { readPageFiles } from './page-files.ts'
import { createRunLister } from './run-list.ts'
import { createUiApp } from './ui-app.ts'

export interface UiOptions {
  /** Folder of the runs. */
  readonly root: string
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** Takes a free port where this one is taken. */
  readonly isPortFlexible?: boolean
}

export interface RunningUi {
  /** `http://127.0.0.1:4600` */
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

export async function startUi({
  root,
  host = '127.0.0.1',
  port,
  isPortFlexible = false,
}: UiOptions): Promise<RunningUi> {
  const ending = new AbortController()
  const runs = createOpenRuns(root)
  const app = createUiApp({ runs, list: createRunLister(runs), files: readPageFiles(), host, signal: ending.signal })
  const listen = (at: number): Promise<OpenServer> => openServer(app.fetch, { host, port: at })
  const server = await listen(port).catch((cause: NodeJS.ErrnoException) => {
    if (isPortFlexible && cause.code === 'EADDRINUSE') return listen(0)
    throw new BatonError(`cannot listen at ${host}:${port} (${cause.message}).`, {
      ...{ boundary: 'config', code: 'ui-listen', hint: listenFix(cause.code ?? ''), cause },
    })
  })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    port: server.port,
    close: async () => {
      ending.abort()
      await server.close()
      runs.close()
    },
  }
}
