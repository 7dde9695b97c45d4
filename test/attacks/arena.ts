/**
 * Where attacks are tried: a sandbox with things on the host that an escape would touch (a secret in the environment, a
 * file, a server, the processes), and a probe that tells an interpreter in its first state from one that is not.
 */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type CodeResult,
  createSandbox,
  type Sandbox,
  type SandboxLimits,
  type SandboxOptions,
} from '../../src/python/index.ts'

export const limits: SandboxLimits = {
  cpuMs: 60,
  wallMs: 10_000,
  memoryMb: 80,
  maxOutputChars: 10_000,
  maxOperatorCalls: 20,
}

/** Its name, the program (`solve` is called where there is one), and every ending that it may have. */
export type Attack = readonly [name: string, code: string, ...endings: string[]]

/** Stands for every classified ending: what the interpreter does is undefined and may differ from process to process. */
export const any = '*'

/** How a run ended: the kind of stop with what was denied, the type of the exception, or the value. */
function ending(result: CodeResult): string {
  if (result.kind === 'raised') return result.error.type
  if (result.kind === 'returned') return result.value
  return result.kind === 'violation' ? `violation ${result.what}` : result.kind
}

/** Every name of every module and built-in type with the address of what it stands for, and what a program looks at first. */
const probe = `
import builtins, gc, os, sys, types
def shape(names): return hash((tuple(names), tuple(map(id, names.values()))))
def solve():
    modules = {name: module for name, module in sys.modules.items() if type(module) is types.ModuleType and name != "program"}
    state = [hash(tuple(sys.modules)), [shape(vars(module)) for module in modules.values()]]
    state += [shape(vars(kind)) for kind in vars(builtins).values() if isinstance(kind, type)]
    state += [id(value.__code__) for name in modules if name.startswith("_baton") for value in vars(modules[name]).values() if type(value) is types.FunctionType]
    state += [sys.getrecursionlimit(), sys.gettrace(), sys.getprofile(), gc.isenabled(), gc.get_threshold(), len(gc.get_objects())]
    return repr(state + [os.getcwd(), sorted(os.environ.items()), sys.path, len(sys.meta_path), os.listdir("/tmp")])
`

export interface Arena {
  readonly sandbox: Sandbox
  /** Runs it: an ending that it may have, or a deadline on a slow machine, no secret in what came out, a clean interpreter after. */
  withstand(attack: Attack, limits: SandboxLimits): Promise<void>
  /** Fails unless the interpreters for code are in their first state. */
  assertClean(): Promise<void>
  /** Fails if the probe finds nothing in an interpreter in which this has run. */
  assertNotices(code: string): Promise<void>
  /** Fails if anything of the host was touched. */
  assertUntouched(): void
  close(): Promise<void>
}

/** @throws BatonError where this system has no such sandbox; nothing is left open then. */
export async function openArena(options: SandboxOptions = {}): Promise<Arena> {
  // The secret is in the environment before the sandbox starts: its processes could inherit it.
  const host = await openHost()
  let sandbox: Sandbox | null = null
  try {
    sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1, ...options })
    return await createArena(host, sandbox)
  } catch (error) {
    await sandbox?.close()
    await host.close()
    throw error
  }
}

interface Host {
  readonly secret: string
  readonly file: string
  readonly port: number
  assertUntouched(): void
  close(): Promise<void>
}

async function openHost(): Promise<Host> {
  const secret = 'baton-secret-5316'
  process.env['BATON_ATTACK_SECRET'] = secret
  const folder = mkdtempSync(join(tmpdir(), 'baton-arena-'))
  const file = join(folder, 'secret.txt')
  writeFileSync(file, secret)
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    secret,
    file,
    port: typeof address === 'object' && address !== null ? address.port : 0,
    assertUntouched() {
      assert.equal(connections, 0, 'someone reached the server')
      assert.deepEqual(readdirSync(folder), ['secret.txt'])
      assert.equal(readFileSync(file, 'utf8'), secret)
      assert.ok(!existsSync('/tmp/left'), 'a file was left')
      assert.deepEqual(grandchildren(), [], 'a sandbox process has started another')
    },
    async close() {
      await new Promise((resolve) => server.close(resolve))
      rmSync(folder, { recursive: true })
    },
  }
}

async function createArena(host: Host, sandbox: Sandbox): Promise<Arena> {
  const look = (code = probe) => sandbox.runCode({ code, call: 'solve', seed: 1 }, { ...limits, cpuMs: 5000 })
  const first = await look()
  assert.equal(first.kind, 'returned', JSON.stringify(first))
  async function assertClean(): Promise<void> {
    assert.deepEqual(await look(), first, 'the interpreter is not in its first state')
  }
  return {
    sandbox,
    assertClean,
    async withstand([, code, ...endings], attackLimits) {
      const source = code.replaceAll('HOST_PORT', String(host.port)).replaceAll('HOST_FILE', host.file)
      const call = code.includes('def solve') ? { call: 'solve' } : {}
      const result = await sandbox.runCode({ code: source, seed: 1, ...call }, attackLimits)
      const isExpected = endings.includes(any) || endings.includes(ending(result)) || result.kind === 'deadline'
      assert.ok(isExpected, JSON.stringify(result).slice(0, 300))
      assert.ok(!JSON.stringify(result).includes(host.secret), 'the secret came out')
      await assertClean()
    },
    async assertNotices(code) {
      const dirty = await look(`${probe}\n${code}`)
      assert.equal(dirty.kind, 'returned', JSON.stringify(dirty))
      assert.notDeepEqual(dirty, first)
    },
    assertUntouched: host.assertUntouched,
    async close() {
      await sandbox.close()
      await host.close()
    },
  }
}

/** What our children have started, where the system tells (Linux). */
function grandchildren(): string[] {
  const childrenOf = (id: string): string[] => {
    try {
      return readdirSync(`/proc/${id}/task`).flatMap((task) =>
        readFileSync(`/proc/${id}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
      )
    } catch {
      return []
    }
  }
  return childrenOf(String(process.pid)).flatMap(childrenOf)
}
