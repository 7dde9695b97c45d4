/** Live streams of the server. A lost connection is taken up again where it was: nothing is missed. */
import { useEffect, useRef, useState } from 'react'

export type Connection = 'live' | 'lost'

/** The browser tries again by itself unless the server answered with a refusal. */
const againMs = 2000

/**
 * @param address null: not followed.
 * @param handlers by kind of event, called with its data.
 */
export function useStream(
  address: ((lastId: string | null) => string) | null,
  key: string,
  handlers: Readonly<Record<string, (data: unknown) => void>>,
): Connection {
  const [connection, setConnection] = useState<Connection>('live')
  const latest = useRef({ address, handlers })
  latest.current = { address, handlers }
  const isFollowed = address !== null
  const names = Object.keys(handlers).join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is followed
  useEffect(() => {
    if (!isFollowed) return
    let source: EventSource | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastId: string | null = null
    const open = (): void => {
      source = new EventSource(latest.current.address?.(lastId) ?? '')
      source.onopen = () => setConnection('live')
      source.onerror = () => {
        setConnection('lost')
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(open, againMs)
      }
      for (const name of names.split(' ')) {
        source.addEventListener(name, (event) => {
          if (event.lastEventId !== '') lastId = event.lastEventId
          latest.current.handlers[name]?.(JSON.parse(event.data))
        })
      }
    }
    open()
    return () => {
      clearTimeout(timer)
      source?.close()
    }
  }, [key, isFollowed, names])
  return connection
}
