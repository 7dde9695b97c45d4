/** The live page as a process beside the one that trains. */

import { fork } from 'node:child_process'
import { siblingModule } from '../core/sibling-module.ts'

/** Where the page is unless another port is asked for. */
export const uiPort = 4600

export type LivePage =
  | { readonly kind: 'open'; readonly url: string; readonly close: () => void }
  /** Why there is none: nothing that a training depends on. */
  | { readonly kind: 'failed'; readonly reason: string }

/** @param root folder of the runs. */
export function openLivePage(root: string): Promise<LivePage> {
  const child = fork(siblingModule(import.meta.url, './ui-child'), [root, String(uiPort)], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const close = (): void => {
    if (child.connected) child.disconnect()
  }
  return new Promise((resolve) => {
    const failed = (reason: string): void => resolve({ kind: 'failed', reason })
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code) => failed(`its process ended (${code})`))
    child.once('message', (message: { readonly url?: string; readonly reason?: string }) => {
      if (message.url === undefined) return failed(message.reason ?? '')
      // It keeps nothing alive: its parent ends when the training does.
      child.unref()
      child.channel?.unref()
      resolve({ kind: 'open', url: message.url, close })
    })
  })
}
