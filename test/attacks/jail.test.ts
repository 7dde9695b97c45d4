/** Ways out of the jail in which code with NumPy or SymPy runs on the system's own Python. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { BatonError } from '../../src/core/failure.ts'
import { type Arena, type Attack, any, limits, openArena } from './arena.ts'

/** Null where the system has no bubblewrap that works. */
async function openJail(): Promise<Arena | null> {
  try {
    return await openArena({ systemPython: 'python3' })
  } catch (error) {
    if (error instanceof BatonError && error.code === 'no-jail') return null
    throw error
  }
}

const arena = await openJail()
after(() => arena?.close())
const options = arena === null ? { skip: 'there is no bubblewrap that works, or no python3' } : {}

/** A module that every system's Python has and the interpreter in WebAssembly has not: this brings the code into the jail. */
const inJail = 'import _multiprocessing\n'

const nothingForked = 'PermissionError'

const attacks: readonly Attack[] = [
  ['the jail itself', 'import sys\ndef solve(): return sys.platform', 'linux'],
  ['a file of the host', 'def solve(): return open("HOST_FILE").read()', 'FileNotFoundError'],
  ['the accounts', 'open("/etc/passwd").read()', 'FileNotFoundError'],
  ['other processes', 'import os\ndef solve(): return os.path.exists("/proc/1")', 'False'],
  [
    'the environment',
    'import os\ndef solve(): return [n for n in os.environ if "BATON" in n or "PATH" in n or "KEY" in n]',
    '[]',
  ],
  ['writing at the root', 'open("/left", "w").write("a")', 'OSError'],
  ['writing to the installation', 'import os\nopen(os.__file__, "a").write("a")', 'OSError'],
  ['a temporary file', 'import tempfile\ntempfile.NamedTemporaryFile().write(b"a")', 'FileNotFoundError', 'OSError'],
  ['shared memory', 'f = open("/dev/shm/left", "wb", 0)\nf.write(b"a" * 100)', 'OSError'],
  [
    'a server of the host',
    'import socket\nsocket.create_connection(("127.0.0.1", HOST_PORT), 1)',
    'ConnectionRefusedError',
    'OSError',
  ],
  ['a name of the network', 'import socket\nsocket.getaddrinfo("example.org", 80)', 'gaierror', 'violation '],
  ['a raw socket', 'import socket\nsocket.socket(socket.AF_PACKET, socket.SOCK_RAW)', 'PermissionError'],
  ['a fork', 'import os\nos.fork()', nothingForked],
  [
    'a loop of forks',
    'import os\nn = 0\nfor _ in range(1000):\n    try:\n        os.fork()\n        n += 1\n    except OSError: pass\ndef solve(): return n',
    '0',
  ],
  ['a thread', 'import threading\nthreading.Thread(target=print).start()', 'RuntimeError'],
  ['a subprocess', 'import subprocess\nsubprocess.run(["id"])', nothingForked],
  ['a shell', 'import os\ndef solve(): return os.system("id > /left")', '32512', '-1'],
  [
    'another program in its place',
    'import os\nos.execv("/usr/bin/env", ["env"])',
    'crashed',
    'violation the program changed the code that runs it',
  ],
  [
    'killing the parent',
    'import os, signal\nfor pid in (1, os.getppid()):\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass\ndef solve(): return "alive"',
    'alive',
    'crashed',
  ],
  [
    'system calls by hand',
    'import ctypes\nc = ctypes.CDLL(None, use_errno=True)\ndef solve(): return {c.syscall(n, 0, 0, 0, 0, 0) for n in (NUMBERS)}',
    '{-1}',
  ],
  [
    'a mount',
    'import ctypes\nc = ctypes.CDLL(None)\ndef solve(): return c.mount(b"none", b"/usr", b"tmpfs", 0, None)',
    '-1',
  ],
  ['a namespace', 'import ctypes\nc = ctypes.CDLL(None)\ndef solve(): return c.unshare(0x10000000)', '-1'],
  ['tracing', 'import ctypes\nc = ctypes.CDLL(None)\ndef solve(): return c.ptrace(16, 1, 0, 0)', '-1'],
  [
    'limits raised',
    'import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))',
    'ValueError',
    'PermissionError',
  ],
  ['a crash', 'import ctypes\nctypes.string_at(0)', 'crashed'],
  ['memory', 'x = bytearray(2 ** 33)', 'memory'],
  [
    'a loop that ignores its limit',
    'import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass',
    'deadline',
  ],
  ['output', 'print("x" * 10 ** 7)', 'output'],
  [
    'output past the harness',
    'import os\nwhile True:\n    for fd in range(3, 9):\n        try: os.write(fd, b"x" * 65536)\n        except OSError: pass',
    'output',
    'violation the program changed the code that runs it',
  ],
  [
    'messages',
    'import os\nfor fd in range(3, 9):\n    try: os.write(fd, b\'{"kind": "value", "text": "{}"}\\n\')\n    except OSError: pass',
    'violation the program changed the code that runs it',
  ],
  [
    'the harness',
    'import sys\nfor n in [n for n in sys.modules if n.startswith("_baton")]: sys.modules[n].__dict__.clear()',
    any,
  ],
]

/** clone, fork, vfork, ptrace, mount, unshare, setns, bpf, userfaultfd, io_uring_setup. */
const numbers =
  process.arch === 'arm64' ? '220, 117, 40, 97, 268, 280, 282, 425' : '56, 57, 58, 101, 165, 272, 308, 321, 323, 425'

for (const [name, code, ...endings] of attacks) {
  test(`attack on the jail "${name}" gets nowhere`, options, async () => {
    if (arena === null) return
    const attack = `${inJail}${code.replace('NUMBERS', numbers)}`
    await arena.withstand([name, attack, ...endings], { ...limits, cpuMs: 1000 })
  })
}

test('after all of them, nothing of the host was touched', options, () => {
  assert.ok(arena !== null)
  arena.assertUntouched()
})
