/** What an aborted run says: the message of the signal's reason. */
export function abortMessage(signal: AbortSignal | undefined): string {
  const reason: unknown = signal?.reason
  return reason instanceof Error ? reason.message : String(reason ?? 'aborted')
}
