/** `baton ui`: the live page over the runs of a folder, or over one run. */
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isLoopback, startUi, uiPort } from '../ui-server/index.ts'
import { untilStopped } from './interrupt.ts'
import { hostOption, optionError, portOption } from './option-values.ts'
import { uiWords } from './words/ui.ts'

export interface UiCommandOptions {
  readonly host: string
  /** Default: `uiPort`, or a free one where that is taken. */
  readonly port?: string
}

export async function uiCommand(path: string, options: UiCommandOptions): Promise<void> {
  const host = hostOption(options.host)
  const { root, run } = placeOf(path)
  const server = await startUi({
    root,
    host,
    port: options.port === undefined ? uiPort : portOption(options.port),
    isPortFlexible: options.port === undefined,
  })
  const words = uiWords()
  const stopped = untilStopped()
  const lines = [
    words.serving(run === null ? server.url : `${server.url}/run/${encodeURIComponent(run)}`, path),
    ...(isLoopback(host) ? [] : [words.open(host)]),
    words.stop,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  await stopped
  await server.close()
}

/** A run is shown among its neighbours. A folder that is not there yet may come: `runs` before the first training. */
function placeOf(path: string): { readonly root: string; readonly run: string | null } {
  const folder = resolve(path)
  if (existsSync(folder) && !statSync(folder).isDirectory()) {
    throw optionError(`${path} is a file.`, 'Give a folder of runs, such as runs, or one run.')
  }
  if (!existsSync(folder) && path !== 'runs') {
    throw optionError(`there is no folder ${path}.`, 'Give a folder of runs, such as runs, or one run.')
  }
  const isRun = existsSync(join(folder, 'manifest.json'))
  return isRun ? { root: dirname(folder), run: basename(folder) } : { root: folder, run: null }
}
