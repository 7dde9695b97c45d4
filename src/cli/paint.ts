/** Colours where the stream is a terminal and NO_COLOR is not set. */
import type { WriteStream } from 'node:tty'
import picocolors from 'picocolors'

export type Paint = ReturnType<typeof picocolors.createColors>

export function paint(stream: Pick<WriteStream, 'isTTY'>): Paint {
  const isForced = process.env['FORCE_COLOR'] !== undefined && process.env['FORCE_COLOR'] !== '0'
  const isRefused = (process.env['NO_COLOR'] ?? '') !== ''
  return picocolors.createColors(!isRefused && (isForced || stream.isTTY === true))
}
