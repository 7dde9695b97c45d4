/** A run, kept up to date by its events: steps are drawn at once, what needs the whole run is asked for again. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { PageEvent, RowState, RunPage, StepSeries } from '../../../src/ui-server/api.ts'
import { type Connection, useStream } from '../live.ts'
import { type Loaded, useJson } from '../requests.ts'

export interface Activity {
  readonly label: string
  readonly done: number
  readonly total: number | null
}

export interface LiveRun {
  readonly loaded: Loaded<RunPage>
  readonly reload: () => void
  readonly connection: Connection
  readonly activity: Activity | null
}

/** Several events in a row ask once. */
const againMs = 400

export function useRun(name: string, language: string): LiveRun {
  const { loaded, reload } = useJson<RunPage>(`/api/runs/${encodeURIComponent(name)}?lang=${language}`)
  const [fresh, setFresh] = useState<readonly StepSeries[]>([])
  const [state, setState] = useState<RowState | null>(null)
  const [activity, setActivity] = useState<Activity | null>(null)
  const pending = useRef<Activity | null>(null)
  const frame = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const page = loaded.kind === 'ready' ? loaded.value : null
  const cursor = page?.cursor ?? 0

  const askAgain = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(reload, againMs)
  }, [reload])
  useEffect(() => () => clearTimeout(timer.current), [])

  const connection = useStream(
    page === null ? null : (lastId) => `/api/runs/${encodeURIComponent(name)}/live?after=${lastId ?? cursor}`,
    name,
    {
      step: (data) => {
        const { series } = data as Extract<PageEvent, { kind: 'step' }>
        setFresh((before) => [...before, series])
        askAgain()
      },
      rollout: (data) => {
        pending.current = data as Activity
        // One drawing a frame, however many come.
        if (frame.current !== 0) return
        frame.current = requestAnimationFrame(() => {
          frame.current = 0
          setActivity(pending.current)
        })
      },
      evaluation: askAgain,
      other: askAgain,
      state: (data) => {
        setState(data as RowState)
        if ((data as RowState).state !== 'running') setActivity(null)
      },
    },
  )
  const live = useMemo(() => (page === null ? null : withSteps(page, fresh, state)), [page, fresh, state])
  return {
    loaded: live === null ? loaded : { kind: 'ready', value: live },
    reload,
    connection,
    activity,
  }
}

/** Steps that came since the page was read; one that it has already is the same. */
function withSteps(page: RunPage, fresh: readonly StepSeries[], state: RowState | null): RunPage {
  const last = page.series.steps.at(-1) ?? 0
  const added = fresh.filter(({ steps }) => (steps[0] ?? 0) > last)
  const { steps, metrics } = page.series
  const names = new Set([...Object.keys(metrics), ...added.flatMap((series) => Object.keys(series.metrics))])
  return {
    ...page,
    ...(state === null ? {} : { state }),
    steps: added.at(-1)?.steps[0] ?? page.steps,
    series:
      added.length === 0
        ? page.series
        : {
            steps: [...steps, ...added.flatMap((series) => series.steps)],
            metrics: Object.fromEntries(
              [...names].map((name) => [
                name,
                [
                  ...(metrics[name] ?? steps.map(() => null)),
                  ...added.map((series) => series.metrics[name]?.[0] ?? null),
                ],
              ]),
            ),
          },
  }
}
