/** Events as the page is sent them: what it draws at once, and of the rest the fact that it happened. */
import type { RecordedEvent } from '../core/run-events.ts'
import type { PageEvent } from './api.ts'
import { seriesOf } from './series.ts'

export function pageEvent(event: RecordedEvent): PageEvent {
  const { kind, at } = event
  switch (kind) {
    case 'step':
      return { kind, at, step: event.record.step, series: seriesOf([event.record]) }
    case 'rollout': {
      const { label, done, total } = event
      return { kind, at, label, done, total }
    }
    case 'evaluation':
      return { kind, at, label: event.record.label, step: event.record.step }
    case 'waiting':
      return { kind, at, reason: event.reason ?? event.state }
    case 'notice':
      return { kind, at, level: event.level, message: event.message }
    default:
      return { kind: 'other', at, name: kind === 'unknown' ? event.name : kind }
  }
}
