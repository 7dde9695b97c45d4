/**
 * Whoever reads the output may stop reading (`baton train | head`). That changes nothing but the output: what follows is
 * dropped, and the command goes on to its end with its own exit code, as a run, a report or a server is more than its lines.
 */

/** Errors of a stream that nobody reads any more: its pipe, its terminal. */
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
