/**
 * The one terminal line that is redrawn while something runs. It is always narrower than the terminal, because a line
 * that wraps cannot be cleared. If the stream is not a terminal, or is a dumb one, nothing is drawn; whole lines are
 * printed.
 */
import { headOf } from './text-width.ts'

export interface LiveLine {
  /** Whether there is a line to draw over. */
  readonly isLive: boolean
  /** Columns of the terminal; infinite without one. */
  width(): number
  /**
   * @param render gives the text for a width; it is called when the line is drawn, and any excess is cut.
   * @param options.everyMs draws at most so often; `isLast` draws at once.
   */
  draw(render: (width: number) => string, options?: { readonly everyMs?: number; readonly isLast?: boolean }): void
  clear(): void
  /** A whole line that stays, in place of the moving one. */
  print(text: string): void
}

type Terminal = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>

export function createLiveLine(stream: Terminal, now: () => number = Date.now): LiveLine {
  const isTerminal = stream.isTTY === true
  const isLive = isTerminal && process.env['TERM'] !== 'dumb'
  const width = (): number => (isTerminal ? stream.columns || 80 : Number.POSITIVE_INFINITY)
  let drawnAt = Number.NEGATIVE_INFINITY
  const clear = (): void => {
    if (isLive) stream.write('\r\u001b[2K')
  }
  return {
    isLive,
    width,
    clear,
    draw(render, { everyMs = 100, isLast = false } = {}) {
      if (!isLive || (!isLast && now() - drawnAt < everyMs)) return
      drawnAt = now()
      clear()
      const text = render(width() - 1)
      stream.write(text.includes('\u001b') ? text : headOf(text, width() - 1))
    },
    print(text) {
      clear()
      stream.write(`${text}\n`)
    },
  }
}
