/**
 * The attack suite: programs that try to leave the sandbox, stay in it, or starve it. Each must end in a classified stop,
 * a Python exception or a harmless value; then a probe must find the interpreter as it was. Part of what pins the exact
 * version of Pyodide.
 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type CodeResult, createSandbox } from './index.ts'
import { limits } from './sandbox-fixture.ts'

const sandbox = await createSandbox({ processes: 1, interpretersPerProcess: 1 })
after(() => sandbox.close())

const attackLimits = { ...limits, cpuMs: 300, maxOutputChars: 10_000 }

const probe = `
import builtins, math, os, sys
def solve():
    state = [math.pi > 3.1, len([1]), hasattr(builtins, "pwned"), sys.getrecursionlimit() < 10000, "js" in globals()]
    state += [os.getcwd(), sorted(os.environ.get(name, "") for name in ("PATH", "SECRET")), os.path.exists("/tmp/left")]
    return state`
const clean = "[True, 1, False, True, False, '/home/pyodide', ['', '/'], False]"

/** How a run ended: the kind of stop, the type of the exception, or the value. */
function ending(result: CodeResult): string {
  if (result.kind === 'raised') return result.error.type
  if (result.kind === 'returned') return result.value
  return result.kind === 'violation' ? `violation ${result.what}` : result.kind
}

const attacks: readonly (readonly [name: string, code: string, ...endings: string[]])[] = [
  // Ways into JavaScript.
  ['js.process', 'import js\nx = js.process.env', 'violation JsProxy_GetAttr_js'],
  ['js constructor', 'import js\nx = js.Object.constructor("return 1")()', 'violation JsProxy_GetAttr_js'],
  ['run_js', 'from pyodide.code import run_js\nx = run_js("1")', 'violation JsProxy_GetAttr_js'],
  [
    'pyodide_js',
    'import pyodide_js\nx = pyodide_js.constructor.constructor("return 1")()',
    'violation JsProxy_GetAttr_js',
  ],
  ['to_js', 'from pyodide.ffi import to_js\nx = to_js([1]).constructor', 'violation JsvArray_New'],
  [
    'create_proxy',
    'from pyodide.ffi import create_proxy\nx = create_proxy(print).constructor',
    'violation pyproxy_new_ex',
  ],
  ['mountNodeFS', 'import pyodide_js\npyodide_js.mountNodeFS("/mnt", "/etc")', 'violation JsProxy_GetAttr_js'],
  ['_pyodide_core', 'import _pyodide_core\nx = _pyodide_core.jsnull.constructor', 'AttributeError'],
  [
    'proxies by the collector',
    'import gc\nfor o in gc.get_objects():\n    if "JsProxy" in type(o).__name__: o.constructor\ndef solve(): return "none"',
    'none',
  ],
  ['run_sync', 'from pyodide.ffi import run_sync\nasync def f(): pass\nx = run_sync(f())', 'violation JsvError_Check'],
  [
    'old event loop',
    'from pyodide.webloop import WebLoop\nWebLoop().call_later(1, print)',
    'violation create_once_callable',
  ],
  ['micropip', 'import pyodide_js\nx = pyodide_js.loadPackage("numpy")', 'violation JsProxy_GetAttr_js'],
  [
    'http through pyodide',
    'from pyodide.http import open_url\nopen_url("http://127.0.0.1")',
    'violation JsProxy_GetAttr_js',
  ],
  // Native code.
  [
    'ctypes script',
    'import ctypes\nx = ctypes.CDLL(None).emscripten_run_script_string(b"1")',
    'violation ffi_closure_alloc_js',
  ],
  ['ctypes call', 'import ctypes\nx = ctypes.pythonapi.Py_GetVersion()', 'violation ffi_closure_alloc_js'],
  ['ctypes memory', 'import ctypes\nctypes.memset(0, 65, 30000000)', 'violation ffi_closure_alloc_js'],
  ['dlopen', 'import _ctypes\n_ctypes.dlopen("/tmp/x.so", 2)', 'violation ffi_closure_alloc_js'],
  [
    'extension module',
    'import importlib.machinery as m\nm.ExtensionFileLoader("x", "/tmp/x.so").create_module(m.ModuleSpec("x", None, origin="/tmp/x.so"))',
    'violation _dlopen_js',
  ],
  [
    'bad bytecode',
    'f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 200))\nf()',
    // What the interpreter does with it is undefined, and differs from one process to the next.
    'violation _abort_js',
    'crashed',
    'deadline',
  ],
  ['segfault', 'import faulthandler\nfaulthandler._sigsegv()', 'violation _abort_js'],
  // Processes.
  ['os.system', 'import os\ndef solve(): return os.system("id")', '-1'],
  ['os.popen', 'import os\nos.popen("id").read()', 'OSError'],
  ['subprocess', 'import subprocess\nsubprocess.check_output(["id"])', 'OSError'],
  ['fork', 'import os\nos.fork()', 'OSError'],
  ['exec', 'import os\nos.execv("/bin/sh", ["sh"])', 'OSError'],
  ['spawn', 'import os\nos.posix_spawn("/bin/sh", ["sh"], {})', 'AttributeError'],
  ['thread', 'import threading\nthreading.Thread(target=print).start()', 'RuntimeError'],
  ['kill', 'import os\nos.kill(os.getppid(), 9)', 'PermissionError'],
  [
    'kill self',
    'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)',
    'violation _emscripten_runtime_keepalive_clear',
  ],
  ['exit', 'import os\nos._exit(0)', 'violation proc_exit'],
  ['abort', 'import os\nos.abort()', 'violation _abort_js'],
  // Network.
  ['socket', 'import socket\nsocket.socket().connect(("127.0.0.1", 22))', 'violation socket'],
  ['socketpair', 'import socket\nsocket.socketpair()', 'violation socket'],
  [
    'urllib',
    'import urllib.request\nurllib.request.urlopen("http://127.0.0.1/", timeout=1)',
    'violation getaddrinfo',
    'deadline',
  ],
  ['names', 'import socket\nsocket.gethostbyname("localhost")', 'violation getaddrinfo'],
  // Files.
  ['host file', 'open("/etc/passwd").read()', 'FileNotFoundError'],
  [
    'project file',
    'import os\ndef solve(): return [n for n in os.listdir("/") if n in ("work", "root", "proc")]',
    "['proc']",
  ],
  ['proc', 'open("/proc/1/environ").read()', 'FileNotFoundError'],
  ['write', 'open("/tmp/left", "w").write("a")', 'violation open-for-write'],
  ['append to a module', 'import os\nopen(os.__file__, "a").write("a")', 'violation open-for-write'],
  ['mkdir', 'import os\nos.mkdir("/tmp/left")', 'violation mkdirat'],
  ['temporary file', 'import tempfile\ntempfile.NamedTemporaryFile()', 'violation open-for-write'],
  ['symlink', 'import os\nos.symlink("/etc", "/tmp/left")', 'violation symlinkat'],
  ['unlink', 'import os\nos.unlink("/lib/python314.zip")', 'violation unlinkat'],
  ['chdir', 'import os\nos.chdir("/tmp")\ndef solve(): return "moved"', 'violation __syscall_chdir'],
  ['terminal', 'def solve(): return open("/dev/tty").read() + open("/dev/stdin").read()', ''],
  ['the channel', 'import os\ndef solve(): return os.read(0, 1000)', "b''"],
  [
    'closing the standard files',
    'import os\nfor fd in range(100):\n    try: os.close(fd)\n    except OSError: pass',
    'None',
  ],
  [
    'environment',
    'import os\ndef solve(): return [name for name in os.environ if name not in ("HOME", "LANG", "LD_LIBRARY_PATH", "LOGNAME", "PATH", "PWD", "PYTHONHASHSEED", "PYTHONINSPECT", "USER", "_", "PYTHONUNBUFFERED", "PYTHONPLATLIBDIR")]',
    '[]',
  ],
  [
    'signals',
    'import signal\nsignal.setitimer(signal.ITIMER_REAL, 1)\nsignal.signal(signal.SIGINT, print)',
    'AttributeError',
  ],
  // Starving.
  ['loop', 'while True: pass', 'deadline'],
  ['stubborn loop', 'while True:\n    try:\n        while True: pass\n    except BaseException: pass', 'deadline'],
  ['iterator loop', 'import itertools\nfor _ in itertools.count(): pass', 'deadline'],
  [
    'loop in an exit handler',
    'import atexit, sys\nclass L:\n    def __del__(self):\n        while True: pass\nx = L()\ndel x',
    'deadline',
  ],
  ['slow regular expression', 'import re\nre.match("(a+)+$", "a" * 40 + "b")', 'deadline'],
  ['big power', 'x = 10 ** (10 ** 8)', 'deadline', 'memory'],
  ['sleep', 'import time\nfor _ in range(10): time.sleep(10 ** 6)\ndef solve(): return "slept"', 'slept'],
  ['list', 'x = [0] * 10 ** 9', 'memory'],
  ['text doubling', 'x = "a"\nwhile True: x += x', 'memory'],
  [
    'memory, caught',
    'x = []\nwhile True:\n    try: x.append(bytearray(1 << 24))\n    except MemoryError: pass',
    'deadline',
  ],
  ['print', 'print("x" * 10 ** 7)', 'output'],
  ['print flood', 'while True: print("x" * 1000)', 'output'],
  [
    'print past a replaced stdout',
    'import os, sys\nsys.stdout = sys.__stdout__\nwhile True: os.write(1, b"x" * 10000)',
    'output',
  ],
  ['big value', 'def solve(): return "x" * 10 ** 7', 'output'],
  ['recursion', 'def f(n): return f(n + 1)\nf(0)', 'RecursionError'],
  [
    'recursion limit',
    'import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(n): return f(n + 1)\nf(0)',
    'RecursionError',
    'deadline',
  ],
  ['deep nesting', 'x = []\nfor i in range(100000): x = [x]\nrepr(x)', 'RecursionError'],
  ['deep source', 'eval("+".join(["1"] * 100000))', 'RecursionError'],
  ['open files', 'import os\nfiles = []\nwhile True: files.append(os.open("/dev/null", 0))', 'OSError'],
  // Leaving something behind.
  ['monkeypatch', 'import builtins, math\nbuiltins.pwned = 1\nmath.pi = 3\nbuiltins.len = lambda x: 0', 'None'],
  [
    'harness',
    'import sys\nfor name in [n for n in sys.modules if n.startswith("_baton")]: sys.modules[name].__dict__.clear()',
    'violation the program changed the code that runs it',
  ],
  ['modules', 'import sys\nsys.modules.clear()', 'None'],
  [
    'finalizer',
    'import gc\nclass A:\n    def __del__(self): import builtins; builtins.pwned = 1\nx = A()\nx.self = x',
    'None',
  ],
  [
    'frozen objects',
    'import gc\ngc.unfreeze()\ngc.collect()\nfor o in gc.get_objects():\n    if type(o) is dict: o.clear()',
    'violation the program changed the code that runs it',
    'crashed',
  ],
]

for (const [name, code, ...endings] of attacks) {
  test(`attack "${name}" gets nowhere and leaves nothing`, async () => {
    const call = code.includes('def solve') ? { call: 'solve' } : {}
    const result = await sandbox.runCode({ code, seed: 1, ...call }, attackLimits)
    assert.ok(endings.includes(ending(result)), JSON.stringify(result).slice(0, 300))
    const after = await sandbox.runCode({ code: probe, call: 'solve', seed: 1 }, attackLimits)
    assert.deepEqual(after, { kind: 'returned', value: clean, stdout: '' })
  })
}
