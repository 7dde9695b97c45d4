/** The image of an interpreter's heap, and how it is put back. */
import type { EntryPoint } from './harness-sources.ts'

/** A stretch of the heap; the gaps between stretches are zeros. */
interface Segment {
  readonly start: number
  readonly bytes: Uint8Array
}

export interface BaseImage {
  readonly segments: readonly Segment[]
  /** Size of the heap, and where the part that was ever given out ends. */
  readonly heapBytes: number
  readonly breakAt: number
  readonly stackPointer: number
  readonly openFiles: ReadonlySet<number>
  readonly functions: Readonly<Record<EntryPoint, number>>
}

/** Shorter runs of zeros are copied along: a call each would cost more. */
const gapBytes = 65_536
const zeros = new Uint8Array(gapBytes)

/** Cuts the heap, a third of which is unused stack, into stretches between runs of zeros. */
export function findSegments(heap: Uint8Array): Segment[] {
  const segments: Segment[] = []
  let start = -1
  const blocks = heap.length / gapBytes
  for (let block = 0; block <= blocks; block += 1) {
    const bytes = heap.subarray(block * gapBytes, (block + 1) * gapBytes)
    const isUsed = block < blocks && Buffer.compare(bytes, zeros) !== 0
    if (isUsed && start < 0) start = block * gapBytes
    if (!isUsed && start >= 0) {
      segments.push({ start, bytes: heap.slice(start, block * gapBytes) })
      start = -1
    }
  }
  return segments
}

/** After a call that was cut short: every byte as in the image. */
export function restoreHeap(heap: Uint8Array, { segments }: BaseImage): void {
  let end = 0
  for (const { start, bytes } of segments) {
    heap.fill(0, end, start)
    heap.set(bytes, start)
    end = start + bytes.length
  }
  heap.fill(0, end)
}

/** After calls that returned: the dead part of the stack, and memory that was never given out, stay as they are. */
export function restoreUsedHeap(heap: Uint8Array, image: BaseImage, breakAt: number): void {
  let end = 0
  for (const { start, bytes } of image.segments) {
    // The stack grows down from its pointer, into the gap before the stretch that holds it.
    const isStack = start <= image.stackPointer && image.stackPointer < start + bytes.length
    if (!isStack) heap.fill(0, end, start)
    heap.set(bytes, start)
    end = start + bytes.length
  }
  if (breakAt > image.breakAt) heap.fill(0, image.breakAt, breakAt)
}
