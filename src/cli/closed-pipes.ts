/**
 * The reader of the output may stop reading (`baton train | head`). This affects only the output: the rest of it is
 * dropped, and the command continues to its end with its own exit code, because a run, a report or a server does more
 * than print.
 */

/** Errors of a stream (a pipe or a terminal) that no one reads any more. */
const closedCodes = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'EOF', 'EIO'])

const watched = new WeakSet<NodeJS.WritableStream>()

export function dropOutputOnceClosed(streams: readonly NodeJS.WriteStream[]): void {
  for (const stream of streams.filter((one) => !watched.has(one))) {
    watched.add(stream)
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (!closedCodes.has(error.code ?? '')) throw error
      stream.write = dropped
    })
  }
}

const dropped: NodeJS.WriteStream['write'] = (_text: unknown, ...rest: readonly unknown[]): boolean => {
  const done = rest.at(-1)
  if (typeof done === 'function') process.nextTick(done)
  return true
}
