/** The list of runs: what each is about, how far it is, where it goes; two of them lead to their comparison. */
import { type ReactNode, useMemo, useState } from 'react'
import type { ListChange, RunList, RunListItem } from '../../../src/ui-server/api.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { bytes, dollars, minute, percent, reward } from '../format.ts'
import { useStream } from '../live.ts'
import { RateText } from '../parts/rate.tsx'
import { StateBadge, Waiting } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { useJson } from '../requests.ts'
import { addressOf, go, Link } from '../router.tsx'
import { useWords } from '../words/index.ts'

export function RunsPage(): ReactNode {
  const { loaded, reload } = useJson<RunList>('/api/runs')
  return (
    <Waiting loaded={loaded} reload={reload}>
      {(list) => <Runs list={list} />}
    </Waiting>
  )
}

function Runs({ list }: { readonly list: RunList }): ReactNode {
  const words = useWords()
  const [runs, setRuns] = useState(list.runs)
  const [filter, setFilter] = useState('')
  const [picked, setPicked] = useState<readonly string[]>([])
  useStream(() => '/api/live', 'runs', {
    runs: (data) => {
      const { changed, names } = data as ListChange
      setRuns((before) => {
        const known = new Map([...before, ...changed].map((run) => [run.name, run]))
        return names.flatMap((name) => known.get(name) ?? [])
      })
    },
  })
  const shown = useMemo(() => {
    const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean)
    return runs
      .filter((run) => wanted.every((word) => haystack(run).includes(word)))
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))
  }, [runs, filter])
  const pick = (name: string): void =>
    setPicked((before) =>
      before.includes(name) ? before.filter((each) => each !== name) : [...before, name].slice(-2),
    )
  const { list: say } = words

  return (
    <>
      <h1 tabIndex={-1}>{say.title}</h1>
      {runs.length === 0 ? (
        <div className="empty-page">
          <p>{say.empty}</p>
          <pre>npm start</pre>
        </div>
      ) : (
        <>
          <p className="note">{say.intro(list.folder)}</p>
          <div className="toolbar">
            <input
              type="search"
              value={filter}
              placeholder={say.filter}
              aria-label={say.filter}
              onChange={(event) => setFilter(event.target.value)}
            />
            <button
              type="button"
              className="primary"
              disabled={picked.length !== 2}
              onClick={() => go(addressOf(['compare'], { a: picked[0], b: picked[1] }))}
            >
              {say.compare(picked.length)}
            </button>
          </div>
          {shown.length === 0 && <p className="empty">{say.noMatch}</p>}
          <Table
            label={say.title}
            columns={[
              { title: '' },
              { title: say.columns.name },
              { title: say.columns.state },
              { title: say.columns.progress, isNumber: true },
              { title: say.columns.reward },
              { title: say.columns.training },
              { title: say.columns.accuracy },
              { title: say.columns.cost, isNumber: true },
              { title: say.columns.begun },
            ]}
            rows={shown.map((run) => ({
              key: run.name,
              className: picked.includes(run.name) ? 'picked' : '',
              cells: [
                <input
                  key="pick"
                  type="checkbox"
                  checked={picked.includes(run.name)}
                  aria-label={say.pick(run.name)}
                  onChange={() => pick(run.name)}
                />,
                <div key="name" className="run-name">
                  {run.kind === 'serve' || run.state.state === 'damaged' ? (
                    run.name
                  ) : (
                    <Link to={addressOf(['run', run.name])}>{run.name}</Link>
                  )}
                  <span className="tags">
                    {[
                      ...run.tags,
                      ...(run.kind === null || run.kind === 'training' ? [] : [words.kinds[run.kind] ?? run.kind]),
                    ].map((tag) => (
                      <span key={tag} className="tag">
                        {tag}
                      </span>
                    ))}
                  </span>
                </div>,
                <span key="state">
                  <StateBadge state={run.state} />
                  {run.warnings > 0 && <span className="badge warning">{say.warnings(run.warnings)}</span>}
                </span>,
                <Progress key="progress" run={run} />,
                <Sparkline key="reward" points={run.reward} format={reward} />,
                <Sparkline key="training" points={run.training} format={percent} range={[0, 1]} />,
                <div key="accuracy">
                  <RateText rate={run.accuracy ?? undefined} />
                  {run.accuracy !== null && <div className="muted small">{run.accuracy.what}</div>}
                </div>,
                <div key="cost">
                  {dollars(run.costUsd)}
                  <div className="muted small nowrap">{bytes(run.sizeBytes)}</div>
                </div>,
                <span key="begun" className="nowrap">
                  {minute(run.createdAt)}
                </span>,
              ],
            }))}
          />
        </>
      )}
    </>
  )
}

function haystack({ name, tags, state, kind }: RunListItem): string {
  return [name, ...tags, state.state, kind ?? ''].join(' ').toLowerCase()
}

function Progress({ run }: { readonly run: RunListItem }): ReactNode {
  const words = useWords()
  if (run.step === null) return words.none
  if (run.plannedSteps === null || run.plannedSteps === 0) return run.step
  return (
    <div className="progress-cell">
      <span>
        {run.step}/{run.plannedSteps}
      </span>
      <span className="bar">
        <span style={{ width: `${Math.min(100, (100 * run.step) / run.plannedSteps)}%` }} />
      </span>
    </div>
  )
}
