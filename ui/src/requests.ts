/** What the page asks its server for. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ApiProblem } from '../../src/ui-server/api.ts'

export type Loaded<Value> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string }
  | { readonly kind: 'ready'; readonly value: Value }

export async function readJson<Value>(address: string, signal: AbortSignal): Promise<Loaded<Value>> {
  try {
    const response = await fetch(address, { signal })
    const body = (await response.json()) as Value | ApiProblem
    if (!response.ok) return { kind: 'failed', ...(body as ApiProblem).error }
    return { kind: 'ready', value: body as Value }
  } catch (error) {
    if (signal.aborted) return { kind: 'loading' }
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error), hint: '' }
  }
}

/** What was shown stays while the same is asked for again; another address begins anew unless `keeps`. */
export function useJson<Value>(
  address: string | null,
  { keeps = false }: { readonly keeps?: boolean } = {},
): { readonly loaded: Loaded<Value>; readonly reload: () => void } {
  const [state, setState] = useState<{ address: string | null; loaded: Loaded<Value> }>({
    address,
    loaded: { kind: 'loading' },
  })
  const [round, setRound] = useState(0)
  const shown = useRef(state)
  shown.current = state
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round asks again
  useEffect(() => {
    if (address === null) return
    const controller = new AbortController()
    if (shown.current.address !== address && !keeps) setState({ address, loaded: { kind: 'loading' } })
    readJson<Value>(address, controller.signal).then((loaded) => {
      if (controller.signal.aborted) return
      // A server that is away for a moment does not empty the page.
      const isLost =
        loaded.kind === 'failed' && shown.current.loaded.kind === 'ready' && shown.current.address === address
      if (!isLost) setState({ address, loaded })
    })
    return () => controller.abort()
  }, [address, round, keeps])
  const reload = useCallback(() => setRound((value) => value + 1), [])
  const isOld = state.address !== address && !keeps
  return { loaded: isOld ? { kind: 'loading' } : state.loaded, reload }
}
