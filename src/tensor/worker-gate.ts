/**
 * Keeps a thread from being ended inside native code: onnxruntime aborts the whole process when its thread is torn down
 * in the middle of a graph. The worker passes the gate around every native call; the code that ends the process closes
 * the gate first, which waits for the call under way.
 */

const closedSlot = 0
const insideSlot = 1

export type WorkerGate = Int32Array<SharedArrayBuffer>

export function createGate(): WorkerGate {
  return new Int32Array(new SharedArrayBuffer(8))
}

/** Runs `native` unless the gate is closed. Calls must not overlap. */
export async function passGate<T>(gate: WorkerGate, native: () => Promise<T>): Promise<T> {
  Atomics.store(gate, insideSlot, 1)
  try {
    if (Atomics.load(gate, closedSlot) === 1) throw new Error('the process is ending')
    return await native()
  } finally {
    Atomics.store(gate, insideSlot, 0)
    Atomics.notify(gate, insideSlot)
  }
}

/** Blocks until no native call is under way, at most `timeoutMs`; later ones are refused. */
export function closeGate(gate: WorkerGate, timeoutMs: number): void {
  Atomics.store(gate, closedSlot, 1)
  Atomics.wait(gate, insideSlot, 1, timeoutMs)
}
