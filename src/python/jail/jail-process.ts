/**
 * One Python in the jail, for one run: asked in lines of JSON, killed when it passes a limit or is no longer needed. What it
 * says is untrusted.
 */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { abortMessage } from '../abort-message.ts'
import { type EntryPoint, entryPoints, harnessSources } from '../interpreter/harness-sources.ts'
import { tampered } from '../read-python-reply.ts'
import type { SandboxLimits, SandboxStop } from '../sandbox.ts'
import { createWaitTimer } from '../wait-timer.ts'
import type { JailCommand } from './jail-command.ts'

/** A text that a harness function returned, or why there is none. */
export type JailAnswer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'stop'; readonly stop: SandboxStop }

export interface JailProcess {
  /** @param onPeer answers what tests ask of the candidate, or a workflow of its operators; null ends the run. */
  call(entry: EntryPoint, request: object, onPeer?: (text: string) => Promise<string | null>): Promise<JailAnswer>
  kill(): void
}

/** A workflow has virtual time and an event loop of ours; code has the system's. */
export type JailPurpose = 'code' | 'workflow'

const usedModules: Readonly<Record<JailPurpose, ReadonlySet<string>>> = {
  code: new Set(['session', 'code', 'values', 'remote', 'passed', 'check']),
  workflow: new Set(['session', 'loop', 'shims', 'workflow']),
}
const hostSource = readFileSync(join(import.meta.dirname, 'host.py'), 'utf8')
/** Address space that a Python with NumPy reserves without using it. */
const reservedBytes = 768e6
/** Of wall time to CPU time, before a program that does nothing is ended. */
const wallPerCpu = 10

function startMessage(purpose: JailPurpose, { cpuMs, memoryMb }: SandboxLimits): object {
  const cpuSeconds = Math.ceil(cpuMs / 1000)
  const bytes = memoryMb * 1e6 + reservedBytes
  return {
    purpose,
    sources: harnessSources().filter(([name]) => usedModules[purpose].has(name)),
    limits: {
      RLIMIT_CPU: [cpuSeconds, cpuSeconds + 1],
      RLIMIT_AS: [bytes, bytes],
      RLIMIT_FSIZE: [0, 0],
      RLIMIT_NOFILE: [64, 64],
      RLIMIT_CORE: [0, 0],
    },
  }
}

export function startJailProcess(
  jail: JailCommand,
  limits: SandboxLimits,
  {
    signal,
    purpose = 'code',
  }: { readonly signal: AbortSignal | undefined; readonly purpose?: JailPurpose | undefined },
): JailProcess {
  const child = spawn(jail.command, [...jail.args, '-c', hostSource], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
  const [stdin, stdout, stderr, filterEnd] = child.stdio as unknown as [Writable, Readable, Readable, Writable]
  const maxLineChars = limits.maxOutputChars * 8 + 400_000
  let ended: SandboxStop | undefined
  let pending = ''
  let complaint = ''
  const lines: string[] = []
  let wake = (): void => undefined

  function end(stop: SandboxStop): void {
    ended ??= stop
    child.kill('SIGKILL')
    wake()
  }

  const onAbort = (): void => end({ kind: 'aborted', message: abortMessage(signal) })
  signal?.addEventListener('abort', onAbort, { once: true })
  const wallMs = Math.min(limits.wallMs, wallPerCpu * limits.cpuMs)
  const timer = createWaitTimer(wallMs, () => end({ kind: 'deadline', limit: 'wall' }))
  for (const stream of [stdin, filterEnd]) stream.on('error', () => undefined)
  filterEnd.end(jail.filter)
  stdout.setEncoding('utf8')
  stdout.on('data', (chunk: string) => {
    const parts = (pending + chunk).split('\n')
    pending = parts.pop() ?? ''
    if (pending.length > maxLineChars || parts.some((line) => line.length > maxLineChars))
      return end({ kind: 'output' })
    lines.push(...parts)
    wake()
  })
  stderr.setEncoding('utf8')
  stderr.on('data', (chunk: string) => {
    complaint = (complaint + chunk).slice(-500)
  })
  child.on('error', (error) => end({ kind: 'crashed', message: error.message }))
  child.on('close', (code) => {
    signal?.removeEventListener('abort', onAbort)
    timer.pause()
    // 128 and the signal: 24 is the soft limit of CPU time, 9 the hard one.
    const isDeadline = code === 128 + 24 || code === 128 + 9
    end(
      isDeadline
        ? { kind: 'deadline', limit: 'cpu' }
        : { kind: 'crashed', message: complaint.trim() || `exit code ${code}` },
    )
  })

  async function nextLine(): Promise<{ kind: string; text: string } | null> {
    while (lines.length === 0) {
      if (ended !== undefined) return null
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    try {
      const { kind, text } = JSON.parse(lines.shift() ?? '')
      return { kind: String(kind), text: String(text) }
    } catch {
      return { kind: 'unreadable', text: '' }
    }
  }

  const say = (message: object): void => {
    if (ended === undefined) stdin.write(`${JSON.stringify(message)}\n`)
  }
  const stopped = (): JailAnswer => ({ kind: 'stop', stop: ended ?? tampered })

  say(startMessage(purpose, limits))
  const ready = nextLine()
  return {
    kill: () => end({ kind: 'aborted', message: 'the run is over' }),
    async call(entry, request, onPeer) {
      if ((await ready)?.kind !== 'ready') return stopped()
      const [module, name] = entryPoints[entry]
      timer.start()
      try {
        say({ module, name, text: JSON.stringify(request) })
        for (;;) {
          const line = await nextLine()
          if (line === null) return stopped()
          if (line.kind === 'value') return { kind: 'text', text: line.text }
          if (line.kind === 'output') return { kind: 'stop', stop: { kind: 'output' } }
          if (line.kind !== 'peer' || onPeer === undefined) return { kind: 'stop', stop: tampered }
          timer.pause()
          const reply = await onPeer(line.text)
          timer.start()
          if (reply === null) return stopped()
          say({ text: reply })
        }
      } finally {
        timer.pause()
      }
    },
  }
}
