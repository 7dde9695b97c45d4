/**
 * Server-sent events: what happens in a run, each event with its number. A reader that comes back says which one it saw
 * last (`Last-Event-ID`, which browsers send by themselves) and misses nothing. The journal is looked at again and again:
 * the run may be written by another process.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { runStateOf, stateKinds } from '../runs/index.ts'
import type { RunListItem } from './api.ts'
import type { HeldRun, OpenRuns } from './open-runs.ts'
import { pageEvent } from './page-events.ts'
import type { RunLister } from './run-list.ts'

/** Between two looks at a run, and at the list of them. */
const lookMs = 250
const listMs = 1000
/** Looking whether a run is held by a process takes its lock for a moment: not at every look. */
const stateEvery = 8
/** Browsers ask again after so long when the connection is lost. */
const retryMs = 1000
/** A comment now and then finds connections that nobody reads. */
const aliveEvery = 60
/** Events read at once, so that a long history does not hold up others. */
const batch = 500

/** Calls `look` again and again until the reader or the server is gone, or it returns false. */
function watch(
  c: Context,
  { signal, everyMs }: { readonly signal: AbortSignal; readonly everyMs: number },
  look: (stream: SSEStreamingApi, round: number) => Promise<'more' | 'wait' | 'end'>,
): Response {
  const gone = AbortSignal.any([signal, c.req.raw.signal])
  return streamSSE(c, async (stream) => {
    await stream.write(`retry: ${retryMs}\n\n`)
    for (let round = 0; !gone.aborted && !stream.aborted; round++) {
      const next = await look(stream, round)
      if (next === 'end') return
      if (round % aliveEvery === aliveEvery - 1) await stream.write(': alive\n\n')
      if (next === 'wait') await pause(everyMs, undefined, { signal: gone }).catch(() => undefined)
    }
  })
}

/** @param after the cursor: events after it are sent. */
export function followRun(
  c: Context,
  runs: OpenRuns,
  { name, after, signal }: { readonly name: string; readonly after: number; readonly signal: AbortSignal },
): Response {
  let cursor = after
  let state = ''
  return watch(c, { signal, everyMs: lookMs }, async (stream, round) => {
    const opened = runs.open(name)
    if (opened === null) return 'end'
    const events = opened.run.since(cursor, { limit: batch })
    for (const event of events) {
      cursor = event.id
      const sent = pageEvent(event)
      await stream.writeSSE({ id: String(event.id), event: sent.kind, data: JSON.stringify(sent) })
    }
    if (events.length === batch) return 'more'
    if (round % stateEvery === 0 || events.some(({ kind }) => kind === 'run-begin' || kind === 'run-end')) {
      const now = stateText(opened)
      if (now !== state) await stream.writeSSE({ event: 'state', data: now })
      state = now
    }
    return 'wait'
  })
}

function stateText({ run, folder }: HeldRun): string {
  return JSON.stringify(runStateOf(folder, run.since(0, { kinds: stateKinds })))
}

/** The rows that changed, and the names of all: what is no longer among them is gone. */
export function followList(c: Context, list: RunLister, signal: AbortSignal): Response {
  const sent = new Map<string, RunListItem>()
  let names = ''
  return watch(c, { signal, everyMs: listMs }, async (stream) => {
    const runs = list()
    const changed = runs.filter((item) => sent.get(item.name) !== item)
    for (const item of runs) sent.set(item.name, item)
    const all = JSON.stringify(runs.map(({ name }) => name))
    if (changed.length > 0 || all !== names) {
      names = all
      await stream.writeSSE({ event: 'runs', data: JSON.stringify({ changed, names: runs.map(({ name }) => name) }) })
    }
    return 'wait'
  })
}
