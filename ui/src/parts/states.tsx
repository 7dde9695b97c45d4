/** How a page waits, and what it says when it cannot be shown. */
import type { ReactNode } from 'react'
import type { RowState } from '../../../src/ui-server/api.ts'
import type { Loaded } from '../requests.ts'
import { useWords } from '../words/index.ts'

export function Waiting<Value>({
  loaded,
  reload,
  children,
}: {
  readonly loaded: Loaded<Value>
  readonly reload: () => void
  readonly children: (value: Value) => ReactNode
}): ReactNode {
  const words = useWords()
  if (loaded.kind === 'ready') return children(loaded.value)
  if (loaded.kind === 'loading') {
    return (
      <p className="waiting" role="status">
        {words.loading}
      </p>
    )
  }
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{words.failedToLoad}</strong> {loaded.message}
      </p>
      {loaded.hint !== '' && <p className="note">{loaded.hint}</p>}
      <button type="button" onClick={reload}>
        {words.again}
      </button>
    </div>
  )
}

export function StateBadge({ state }: { readonly state: RowState }): ReactNode {
  const words = useWords()
  const name = words.states[state.state] ?? state.state
  return (
    <span className={`badge state-${state.state}`} title={'message' in state ? state.message : undefined}>
      {'code' in state ? words.why(name, state.code) : name}
    </span>
  )
}

export function VerdictBadge({ verdict }: { readonly verdict: 'true' | 'false' | 'unscorable' }): ReactNode {
  const words = useWords()
  return <span className={`badge verdict-${verdict}`}>{words.rollouts.verdicts[verdict]}</span>
}
