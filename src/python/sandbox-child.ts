/**
 * The sandbox process: interpreters in slots, requests in, outcomes out. Started by `interpreter-process.ts` with no
 * environment, no file writing, no child processes, no code from strings.
 *
 * Arguments: path of the snapshot, number of workflow slots. Beside those slots there are one interpreter for code and
 * candidates and one for tests, so that a workflow that waits for an operator never keeps the operator's own code out.
 */
import { readFileSync } from 'node:fs'
import { closeNetwork } from './interpreter/close-network.ts'
import type { EntryPoint } from './interpreter/harness-sources.ts'
import type { BaseImage } from './interpreter/heap-image.ts'
import { Stop } from './interpreter/import-firewall.ts'
import { createInterpreter, type Interpreter } from './interpreter/interpreter.ts'
import { compilePython } from './interpreter/make-snapshot.ts'
import { type CallBudget, type Peer, threadCpuMs } from './interpreter/own-imports.ts'
import { readLoadReport } from './load-report.ts'
import type { Ended, Numbered, Response, RunLimits } from './wire.ts'

// The time zone of the machine is none of a program's business.
process.env.TZ = 'UTC'
const snapshotPath = process.argv[2] ?? ''
const workflowSlots = Number(process.argv[3])
const codeSlot = workflowSlots
const testSlot = workflowSlots + 1
/** An interpreter whose heap grew by more is thrown away: WebAssembly memory cannot shrink. */
const maxGrowthBytes = 64_000_000

interface Slot {
  interpreter: Interpreter | undefined
  /** CPU time of the run that occupies the slot, since its fresh start. */
  usedMs: number
  /** The workflow run whose state it holds. */
  run: number | undefined
}

const slots: Slot[] = Array.from({ length: workflowSlots + 2 }, () => ({
  interpreter: undefined,
  usedMs: 0,
  run: undefined,
}))
const wasm = await compilePython()
const snapshot: Uint8Array = readFileSync(snapshotPath)
let base: BaseImage | undefined

function send(response: Response): void {
  process.stdout.write(`${JSON.stringify(response)}\n`)
}

async function bootSlot(slot: Slot): Promise<Interpreter> {
  const interpreter = await createInterpreter({ wasm, snapshot }, base)
  base = interpreter.base
  slot.interpreter = interpreter
  return interpreter
}

function slotAt(index: number): Slot {
  const slot = slots[index]
  if (slot === undefined) throw new Error(`no slot ${index}`)
  return slot
}

/** An interpreter in its first state. */
async function freshInterpreter(index: number, seed: number, id: number): Promise<Interpreter> {
  const slot = slotAt(index)
  if (
    slot.interpreter !== undefined &&
    slot.interpreter.heapBytes() > slot.interpreter.base.heapBytes + maxGrowthBytes
  ) {
    slot.interpreter = undefined
    globalThis.gc?.()
  }
  let interpreter = slot.interpreter
  if (interpreter === undefined) {
    send({ kind: 'busy', id })
    interpreter = await bootSlot(slot)
    send({ kind: 'resumed', id })
  }
  interpreter.restore(seed)
  slot.usedMs = 0
  slot.run = undefined
  return interpreter
}

function budgetOf(limits: RunLimits, usedMs = 0): CallBudget {
  return {
    cpuMs: limits.cpuMs - usedMs,
    heapBytes: Math.max(limits.memoryMb * 1e6, base?.heapBytes ?? 0),
    // A character takes up to six bytes of JSON; the parent checks the exact length.
    maxOutputBytes: limits.maxOutputChars * 6 + 200_000,
  }
}

function callIn(
  interpreter: Interpreter,
  entry: EntryPoint,
  {
    request,
    budget,
    peer,
  }: { readonly request: object; readonly budget: CallBudget; readonly peer?: Peer | undefined },
): Ended {
  const outcome = interpreter.call(entry, JSON.stringify(request), budget, peer)
  return outcome.kind === 'value' ? { ...outcome, refused: interpreter.refused() } : outcome
}

async function advance(request: Numbered & { kind: 'advance' }): Promise<Ended> {
  const slot = slotAt(request.slot)
  const interpreter = request.isFresh
    ? await freshInterpreter(request.slot, request.seed, request.id)
    : slot.interpreter
  if (request.isFresh) {
    slot.run = request.run
    slot.usedMs = request.usedMs
  }
  const usedBeforeMs = slot.usedMs
  if (interpreter === undefined || slot.run !== request.run) {
    throw new Error(`slot ${request.slot} does not hold the state of run ${request.run}`)
  }
  const reports: string[] = []
  const messages = request.messages.values()
  let isBlocked = false
  const value = (): Ended => ({
    kind: 'value',
    text: JSON.stringify(reports),
    refused: interpreter.refused(),
    ...(isBlocked ? { isBlocked, usedMs: slot.usedMs - usedBeforeMs } : {}),
  })
  /** The program waits for a reply in the middle of a step. */
  const peer = (report: Uint8Array): Uint8Array => {
    reports.push(Buffer.from(report).toString())
    const next = messages.next()
    if (!next.done) return Buffer.from(JSON.stringify(next.value))
    isBlocked = true
    throw new Stop({ kind: 'deadline' })
  }
  for (const message of messages) {
    const startMs = threadCpuMs()
    const ended = callIn(interpreter, 'step', { request: message, budget: budgetOf(request.limits, slot.usedMs), peer })
    slot.usedMs += threadCpuMs() - startMs
    if (isBlocked) {
      slot.run = undefined
      return value()
    }
    if (ended.kind !== 'value') return ended
    reports.push(ended.text)
  }
  return value()
}

async function check(request: Numbered & { kind: 'check' }): Promise<Ended> {
  const { code, entryPoint, seed, limits } = request
  const budget = budgetOf(limits)
  let usedMs = 0
  const load = { code, entryPoint, seed, maxOutputChars: limits.maxOutputChars }
  let definitionsOnly = false
  const loadCandidate = async (): Promise<[Interpreter, Ended]> => {
    const interpreter = await freshInterpreter(codeSlot, seed, request.id)
    const startMs = threadCpuMs()
    const ended = callIn(interpreter, 'loadCandidate', { request: { ...load, definitionsOnly }, budget })
    usedMs += threadCpuMs() - startMs
    if (ended.kind === 'value' || definitionsOnly) return [interpreter, ended]
    // Examples of use that never end, print too much or kill the interpreter.
    definitionsOnly = true
    const again = await loadCandidate()
    return again[1].kind === 'value' && readLoadReport(again[1].text) !== null ? again : [again[0], ended]
  }
  let [candidate, loaded] = await loadCandidate()
  const first = loaded
  if (loaded.kind !== 'value') return loaded
  const report = readLoadReport(loaded.text)
  if (report === null) return loaded
  let tester = await freshInterpreter(testSlot, seed, request.id)
  send({ kind: 'loaded', id: request.id })
  for (const test of request.tests) {
    if (usedMs > request.totalMs) {
      send({ kind: 'test', id: request.id, ended: { kind: 'deadline' }, usedMs })
      continue
    }
    const startMs = threadCpuMs()
    let candidateEnd: Ended | undefined
    let testerEnd: Ended | undefined
    const peer = (message: Uint8Array): Uint8Array => {
      const left = () => ({ ...budget, cpuMs: budget.cpuMs - (threadCpuMs() - startMs) })
      /** The candidate calls a function that the test passed to it. */
      const back = (asked: Uint8Array): Uint8Array => {
        const answer = tester.call('answerCandidate', Buffer.from(asked).toString(), left(), peer)
        if (answer.kind === 'value') return Buffer.from(answer.text)
        testerEnd = answer
        throw new Stop({ kind: 'deadline' })
      }
      const outcome = candidate.call('callCandidate', Buffer.from(message).toString(), left(), back)
      if (outcome.kind === 'value') return Buffer.from(outcome.text)
      candidateEnd = outcome
      // Ends the test too; `candidateEnd` says why.
      throw new Stop({ kind: 'deadline' })
    }
    const message = { ...load, test, ...report }
    const outcome = tester.call('runTest', JSON.stringify(message), budget, peer)
    const ended: Ended = outcome.kind === 'value' ? { ...outcome, refused: [] } : (testerEnd ?? candidateEnd ?? outcome)
    usedMs += threadCpuMs() - startMs
    send({ kind: 'test', id: request.id, ended, usedMs })
    if (outcome.kind !== 'value' && candidateEnd !== undefined) [candidate, loaded] = await loadCandidate()
    // What a candidate's values did to the tests' interpreter, they did to this test.
    tester = await freshInterpreter(testSlot, seed, request.id)
    if (outcome.kind !== 'value') send({ kind: 'loaded', id: request.id })
  }
  return first
}

async function perform(request: Numbered): Promise<Ended> {
  switch (request.kind) {
    case 'advance':
      return advance(request)
    case 'check':
      return check(request)
    case 'code': {
      const interpreter = await freshInterpreter(codeSlot, request.seed, request.id)
      const { code, call, seed, limits } = request
      const message = { code, call, seed, maxOutputChars: limits.maxOutputChars }
      return callIn(interpreter, 'runCode', { request: message, budget: budgetOf(limits) })
    }
    case 'compile': {
      const interpreter = await freshInterpreter(codeSlot, 0, request.id)
      const message = { code: request.code, seed: 0, maxOutputChars: request.limits.maxOutputChars }
      return callIn(interpreter, 'compileCode', { request: message, budget: budgetOf(request.limits) })
    }
  }
}

process.stdout.on('error', () => process.exit(0))

// Requests wait for the boot: two boots of one slot at once would leave it to the one that ends last.
let queue = bootSlot(slotAt(0)).then(() => {
  closeNetwork()
  send({ kind: 'ready' })
})
let pending = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (chunk: string) => {
  const lines = (pending + chunk).split('\n')
  pending = lines.pop() ?? ''
  for (const line of lines) {
    const request = JSON.parse(line) as Numbered
    queue = queue.then(async () => send({ kind: 'done', id: request.id, ended: await perform(request) }))
  }
})
process.stdin.on('end', () => process.exit(0))
