/** `baton show RUN --events`: what happened in a run, in order, as the terminal showed it; with `--since` from there on. */
import { plannedStepsOf, type RunReader } from '../../runs/index.ts'
import { createProgress } from '../progress.ts'
import { commandOf, type ShowRequest } from './request.ts'
import type { ShowWords } from './words-english.ts'

/** @returns the events for programs, all of them. */
export function eventsView(run: RunReader, { since = 0, limit }: ShowRequest): object {
  return { view: 'events', events: run.since(since, limit === undefined ? {} : { limit }) }
}

/** Momentary activity (rollouts, waits) is left out. */
export function printEvents(run: RunReader, request: ShowRequest, words: ShowWords): void {
  const { folder, since = 0, limit } = request
  const totalSteps = plannedStepsOf(run) ?? 0
  const progress = createProgress({ stream: process.stdout, now: Date.now, totalSteps })
  const events = run.since(since, limit === undefined ? {} : { limit })
  for (const event of events) if (event.kind !== 'rollout' && event.kind !== 'waiting') progress(event)
  const next = commandOf({ folder, since: events.at(-1)?.id ?? since, hasEvents: true })
  process.stdout.write(`\n${words.eventsSince}\n  ${next}\n`)
}
