/** What all pages of a run share: its name and state, the connection to the server, and the way to its parts. */
import type { ReactNode } from 'react'
import type { RunPage } from '../../../src/ui-server/api.ts'
import { StateBadge, Waiting } from '../parts/states.tsx'
import { addressOf, Link } from '../router.tsx'
import { useWords } from '../words/index.ts'
import { DemonstrationsPage } from './demonstrations.tsx'
import { GroupPage } from './group.tsx'
import { JudgePage } from './judge.tsx'
import { RolloutPage } from './rollout.tsx'
import { RolloutsPage } from './rollouts.tsx'
import { RunOverview } from './run.tsx'
import { type LiveRun, useRun } from './use-run.ts'
import { WorkflowsPage } from './workflows.tsx'

export interface RunFrameProps {
  readonly name: string
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  readonly isDark: boolean
}

export function RunFrame({ name, rest, query, isDark }: RunFrameProps): ReactNode {
  const words = useWords()
  const live = useRun(name, words.language)
  return (
    <Waiting loaded={live.loaded} reload={live.reload}>
      {(page) => (
        <>
          <RunHead page={page} live={live} rest={rest} />
          <Part name={name} rest={rest} query={query} isDark={isDark} page={page} live={live} />
        </>
      )}
    </Waiting>
  )
}

function RunHead({
  page,
  live,
  rest,
}: {
  readonly page: RunPage
  readonly live: LiveRun
  readonly rest: readonly string[]
}): ReactNode {
  const words = useWords()
  const isRunning = page.state.state === 'running'
  const connection = live.connection === 'lost' ? 'lost' : isRunning ? 'live' : 'done'
  const isWorkflows = page.kind === 'training' && page.environment === 'workflows'
  const tabs = [
    ['overview', []],
    ...(page.kind === 'training' ? ([['rollouts', ['rollouts']]] as const) : []),
    ...(isWorkflows
      ? ([
          ['workflows', ['workflows']],
          ['judge', ['judge']],
        ] as const)
      : ([['demonstrations', ['demonstrations']]] as const)),
  ] as const
  return (
    <>
      <div className="run-head">
        <h1 tabIndex={-1}>{page.name}</h1>
        <StateBadge state={page.state} />
        <span className={`connection ${connection}`} role="status">
          {words.live[connection]}
        </span>
        <span className="tags">
          {[...page.tags, words.run.seed(page.seed)].map((tag) => (
            <span key={tag} className="tag">
              {tag}
            </span>
          ))}
        </span>
      </div>
      <nav className="tabs" aria-label={words.tabs.label}>
        {tabs.map(([tab, parts]) => (
          <Link
            key={tab}
            to={addressOf(['run', page.name, ...parts])}
            aria-current={(rest[0] ?? 'overview') === tab ? 'page' : undefined}
          >
            {words.tabs[tab]}
          </Link>
        ))}
      </nav>
    </>
  )
}

function Part({
  name,
  rest,
  query,
  isDark,
  page,
  live,
}: RunFrameProps & { readonly page: RunPage; readonly live: LiveRun }): ReactNode {
  const words = useWords()
  const [part, label, step, position, rollout] = rest
  if (part === undefined) return <RunOverview page={page} activity={live.activity} isDark={isDark} />
  if (part === 'rollouts' && label !== undefined && step !== undefined && position !== undefined) {
    const at = { name, label: label === '-' ? '' : label, step, position }
    return rollout === undefined ? <GroupPage {...at} /> : <RolloutPage {...at} rollout={rollout} />
  }
  if (part === 'rollouts') return <RolloutsPage name={name} query={query} />
  if (part === 'workflows') return <WorkflowsPage name={name} query={query} />
  if (part === 'judge') return <JudgePage name={name} query={query} isDark={isDark} page={page} />
  if (part === 'demonstrations') return <DemonstrationsPage name={name} />
  return <p>{words.notFound}</p>
}
