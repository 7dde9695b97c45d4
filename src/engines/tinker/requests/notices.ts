/** What the client reports while it waits. */
export type Notice =
  | { readonly kind: 'note' | 'warning'; readonly message: string }
  /** The server says why a result is not there yet. */
  | {
      readonly kind: 'queue'
      readonly operation: string
      /** `active`, `paused_capacity`, `paused_rate_limit`, or what the server calls it. */
      readonly state: string
      readonly reason: string | null
      readonly waitedMs: number
    }
