/**
 * The process of one test file, started as `node --test-reporter=<this file> <this file> <test file> <grace in ms>`. It
 * imports the test file and, as the reporter, sends the runner what becomes of each test.
 *
 * Node ends a test process when no handle is open any more. So when the file is loaded and all its tests have ended, a
 * timer begins that keeps nothing alive: if it fires, something else does, and the file has left it open.
 */
import { subscribe } from 'node:diagnostics_channel'
import type { TestEvent } from 'node:test/reporters'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import type { Worker } from 'node:worker_threads'
import type { TestMessage } from './messages.ts'

const [, , testFile = '', graceMs] = process.argv
// The test file finds the arguments that it has when it is run alone.
process.argv.splice(1, 3, testFile)

const handleNames: Readonly<Record<string, string>> = {
  TCPServerWrap: 'server',
  TCPSocketWrap: 'socket',
  PipeWrap: 'pipe',
  ProcessWrap: 'child process',
  Timeout: 'timer',
  Immediate: 'timer',
  MessagePort: 'message port',
  FSEventWrap: 'file watcher',
}

// The process's own output counts as open from the first use on.
void [process.stdout, process.stderr]
const ownHandles = process.getActiveResourcesInfo()
const workers: Worker[] = []
subscribe('worker_threads', (message) => workers.push((message as { worker: Worker }).worker))

interface TestEnd {
  readonly details: { readonly type?: string; readonly error?: Error }
  readonly skip?: string | boolean
}

const openTests = new Set<number>()
let isLoaded = false
let grace: NodeJS.Timeout | undefined

function say(message: TestMessage): void {
  process.send?.(message, undefined, undefined, (error) => {
    if (error !== null) endAll()
  })
}

/** Without its runner the process ends, and what it has started with it. */
function endAll(): void {
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    process.exit(1)
  }
}

/** Kinds with their counts, such as `timer (2)`. */
function openHandles(): string[] {
  const types = process.getActiveResourcesInfo()
  for (const own of ownHandles) types.splice(types.indexOf(own), 1)
  const names = types.map((type) => handleNames[type] ?? type)
  names.push(...workers.filter(({ threadId }) => threadId !== -1).map(() => 'worker'))
  return [...new Set(names)].map((name) => {
    const count = names.filter((other) => other === name).length
    return count === 1 ? name : `${name} (${count})`
  })
}

function restartGrace(): void {
  clearTimeout(grace)
  if (!isLoaded || openTests.size > 0) return
  grace = setTimeout(() => say({ kind: 'left-open', handles: openHandles() }), Number(graceMs))
  grace.unref()
}

function describeError(error: Error & { code?: string }): string {
  return inspect(error.code === 'ERR_TEST_FAILURE' ? (error.cause ?? error) : error)
}

/** A suite is no test: it counts where it is skipped as a whole, or fails by itself, in a hook. */
function isCounted({ details, skip }: Pick<TestEnd, 'details' | 'skip'>): boolean {
  if (details.type !== 'suite' || skip !== undefined) return true
  const { error } = details
  return error !== undefined && !('failureType' in error && error.failureType === 'subtestsFailed')
}

function report(event: TestEvent): void {
  switch (event.type) {
    case 'test:enqueue':
      openTests.add(event.data.testId)
      break
    case 'test:dequeue':
      say({ kind: 'begun', id: event.data.testId, parentId: event.data.parentId, name: event.data.name })
      break
    case 'test:complete':
      openTests.delete(event.data.testId)
      say({ kind: 'ended', id: event.data.testId })
      break
    case 'test:pass': {
      const { testId: id, skip, todo } = event.data
      if (!isCounted(event.data)) break
      const reason = skip ?? todo
      if (reason === undefined) say({ kind: 'passed', id })
      else say({ kind: 'skipped', id, reason: typeof reason === 'string' ? reason : 'no reason given' })
      break
    }
    case 'test:fail': {
      const { testId: id, details } = event.data
      if (isCounted(event.data)) say({ kind: 'failed', id, error: describeError(details.error) })
      break
    }
    case 'test:diagnostic':
      if (!/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(event.data.message)) {
        say({ kind: 'remark', text: event.data.message })
      }
      break
    case 'test:summary':
      say({ kind: 'over' })
      break
  }
  restartGrace()
}

// Node takes a reporter from a default export only.
// biome-ignore lint/style/noDefaultExport: see above
export default async function* reporter(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of events) report(event)
  yield ''
}

process.on('disconnect', endAll)
process.channel?.unref()

await import(pathToFileURL(testFile).href)
isLoaded = true
restartGrace()
