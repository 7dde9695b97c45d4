/** The thread that a reward function of one's own runs in: it can throw or hang without harm to the run. */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { OwnReward, RewardReply, RewardRequest } from './own-reward.ts'

const port = parentPort
if (port === null) throw new Error('this module runs in a worker thread')

const say = (reply: RewardReply): void => port.postMessage(reply)
const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : `threw ${String(error)}`

try {
  const own = (await import(pathToFileURL((workerData as { path: string }).path).href)) as Partial<OwnReward>
  const { reward } = own
  if (typeof reward !== 'function') say({ kind: 'refused', message: 'it exports no function `reward`' })
  else {
    port.on('message', async ({ id, input }: RewardRequest) => {
      try {
        say({ kind: 'values', id, values: await reward(input) })
      } catch (error) {
        say({ kind: 'threw', id, message: messageOf(error) })
      }
    })
    say({ kind: 'ready', parts: own.parts })
  }
} catch (error) {
  say({ kind: 'refused', message: messageOf(error) })
}
