/** Settings that a resume changed, with the step from which they hold. */

import type { ConfigVersion } from '../core/run-events.ts'
import type { RunReader } from '../runs/index.ts'
import type { Block } from './document.ts'
import type { Words } from './words.ts'

export interface ReportedChange extends Pick<ConfigVersion, 'changes'> {
  readonly fromStep: number
}

export function changesOf(run: RunReader): ReportedChange[] {
  return run
    .configHistory()
    .filter(({ changes }) => changes.length > 0)
    .map(({ step, changes }) => ({ fromStep: step + 1, changes }))
}

export function changeBlocks(reported: readonly ReportedChange[], words: Words): Block[] {
  if (reported.length === 0) return []
  const items = reported.map(({ fromStep, changes }) => {
    const list = changes.map(({ key, from, to, isForced }) =>
      words.settingChange(key, JSON.stringify(to), JSON.stringify(from), isForced),
    )
    return words.changesFrom(fromStep, list.join(words.listSeparator))
  })
  return [
    { kind: 'paragraph', text: words.changed },
    { kind: 'list', items },
  ]
}
