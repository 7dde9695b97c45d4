/**
 * A limit on time spent waiting, which can be paused, and which no stall of this process uses up: time is counted in
 * slices, and a slice counts for no more than its length, however late the machine lets it end.
 */

export interface WaitTimer {
  start(): void
  pause(): void
}

const longestSliceMs = 250

export function createWaitTimer(limitMs: number, onEnd: () => void): WaitTimer {
  let leftMs = limitMs
  let timer: NodeJS.Timeout | undefined
  let sliceMs = 0
  let sliceStart = 0

  function start(): void {
    if (timer !== undefined) return
    sliceMs = Math.min(leftMs, longestSliceMs)
    sliceStart = performance.now()
    timer = setTimeout(() => {
      timer = undefined
      leftMs -= sliceMs
      if (leftMs > 0) start()
      else onEnd()
    }, sliceMs)
  }

  function pause(): void {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    leftMs -= Math.min(performance.now() - sliceStart, sliceMs)
  }

  return { start, pause }
}
