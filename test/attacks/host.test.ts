/**
 * Ways out of the sandbox: JavaScript, native code, processes, the network, files, the environment. Each ends in a stop, a
 * Python exception or a harmless value, and leaves the interpreter in its first state. Part of what pins the exact version
 * of Pyodide.
 */
import { after, test } from 'node:test'
import { type Attack, any, limits, openArena } from './arena.ts'

const arena = await openArena()
after(() => arena.close())

const attacks: readonly Attack[] = [
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
  ['bad bytecode', 'f = lambda: 0\nf.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 200))\nf()', any],
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

  // More ways into JavaScript and native code.
  ['run_js by module', 'import pyodide.code\npyodide.code.run_js("process.exit()")', 'violation JsProxy_GetAttr_js'],
  ['jsmodule import hook', 'import importlib\nimportlib.import_module("js.process")', 'violation JsProxy_GetAttr_js'],
  [
    'register_js_module',
    'from _pyodide._importhook import register_js_module\nregister_js_module("x", {})',
    'TypeError',
  ],
  ['JsProxy by class', 'import _pyodide_core as c\ncls = c.JsProxy\nobject.__new__(cls).x', 'AttributeError'],
  [
    'js through globals of pyodide',
    'import pyodide.ffi, _pyodide_core\nx = [getattr(v, "constructor") for v in vars(_pyodide_core).values() if type(v).__name__ == "JsProxy"]\ndef solve(): return str(len(x))',
    '0',
  ],
  [
    'eval_code with proxies',
    'from pyodide.code import eval_code\ndef solve(): return str(eval_code("__import__(\'js\').process"))',
    'violation JsProxy_GetAttr_js',
  ],
  ['future of pyodide', 'from pyodide.webloop import PyodideFuture\nPyodideFuture().then(print)', 'None'],
  [
    'destroy proxies',
    'from pyodide.ffi import destroy_proxies, to_js\ndestroy_proxies(to_js([[1]]))',
    'violation JsvArray_New',
  ],
  ['node file system', 'import pyodide_js\npyodide_js.FS.readFile("/etc/passwd")', 'violation JsProxy_GetAttr_js'],
  ['unpack an archive', 'import pyodide_js\npyodide_js.unpackArchive(b"", "zip")', 'violation JsProxy_GetAttr_js'],
  ['indexedDB', 'import js\njs.indexedDB.open("x")', 'violation JsProxy_GetAttr_js'],
  ['cffi', 'import cffi', 'ModuleNotFoundError'],
  ['ctypes address', 'import ctypes\nctypes.string_at(0, 100)', 'violation ffi_closure_alloc_js'],
  [
    'ctypes cast',
    'import ctypes\nctypes.cast(id(1), ctypes.POINTER(ctypes.c_long)).contents.value = 3',
    'violation ffi_closure_alloc_js',
  ],
  ['ctypes callback', 'import ctypes\nctypes.CFUNCTYPE(None)(print)()', 'violation ffi_closure_alloc_js'],
  [
    'ctypes array out of bounds',
    'import ctypes\n(ctypes.c_char * (2 ** 31 - 1)).from_address(0)',
    'violation ffi_closure_alloc_js',
  ],
  [
    'memory view of everything',
    'import ctypes\nctypes.pythonapi.PyMemoryView_FromMemory(0, 1 << 30, 0x200)',
    'violation ffi_closure_alloc_js',
  ],
  [
    'imp of a shared object',
    'import _imp, importlib.machinery as m\n_imp.create_dynamic(m.ModuleSpec("x", None, origin="/tmp/x.so"))',
    'violation _dlopen_js',
  ],
  [
    'unmarshalled code',
    'import marshal, types\nf = types.FunctionType(marshal.loads(marshal.dumps((lambda: 0).__code__)).replace(co_code=b"\\x64\\xff" * 64, co_stacksize=0), {})\nf()',
    any,
  ],
  ['constants out of range', 'import types\nc = (lambda: 0).__code__\nexec(c.replace(co_consts=(), co_names=()))', any],
  [
    'stack of size zero',
    'def f(*a): return [a, [a, [a, [a, [a]]]]]\nf.__code__ = f.__code__.replace(co_stacksize=0)\nfor i in range(1000): f(*range(50))',
    any,
  ],
  ['garbage of marshal', 'import marshal\nmarshal.loads(b"\\xe3" + b"\\xff" * 200)', 'ValueError'],
  [
    'lying length',
    'class L:\n    def __len__(self): return 2 ** 31 - 1\n    def __getitem__(self, i): return i\nlist(reversed(L()))',
    'memory',
  ],
  [
    'mutating sort',
    'x = list(range(1000))\nclass K:\n    def __lt__(s, o):\n        x.clear()\n        return True\nx[:] = [K() for _ in range(1000)]\nx.sort()',
    'None',
  ],
  ['mutating buffer', 'b = bytearray(64)\nm = memoryview(b)\nb.extend(b"x" * 100000)', 'BufferError'],
  // More processes.
  ['multiprocessing', 'import multiprocessing\nmultiprocessing.Process(target=print).start()', 'ModuleNotFoundError'],
  [
    'process pool',
    'from concurrent.futures import ProcessPoolExecutor\nProcessPoolExecutor().submit(print).result()',
    'NotImplementedError',
  ],
  ['pty', 'import pty\npty.spawn("sh")', 'violation open-for-write'],
  [
    'subprocess of asyncio',
    'import asyncio\nasyncio.run(asyncio.create_subprocess_shell("id"))',
    'NotImplementedError',
  ],
  ['platform', 'import platform\ndef solve(): return platform.processor() + platform.node()', 'emscripten'],
  ['os.fork in a loop', 'import os\nn = 0\nwhile n < 100:\n    try: os.fork()\n    except OSError: n += 1', 'None'],
  ['kill the group', 'import os\nos.killpg(1, 9)', 'PermissionError'],
  ['signal itself', 'import signal\nsignal.raise_signal(9)', 'violation _emscripten_runtime_keepalive_clear'],
  ['interrupt', 'import _thread\n_thread.interrupt_main()', 'KeyboardInterrupt'],
  ['breakpoint', 'breakpoint()', 'SystemExit'],
  ['quit', 'quit()', 'SystemExit'],
  // More network.
  [
    "the host's server",
    'import socket\nsocket.create_connection(("127.0.0.1", HOST_PORT), 1)',
    'violation getaddrinfo',
  ],
  [
    'http.client',
    'import http.client\nc = http.client.HTTPConnection("127.0.0.1", HOST_PORT, timeout=1)\nc.request("GET", "/")',
    'violation getaddrinfo',
  ],
  [
    'streams of asyncio',
    'import asyncio\nasync def f(): await asyncio.open_connection("127.0.0.1", HOST_PORT)\nasyncio.run(f())',
    'violation socket',
  ],
  ['raw socket', 'import _socket\n_socket.socket(2, 3, 1)', 'violation socket'],
  ['a server', 'import socketserver\nsocketserver.TCPServer(("127.0.0.1", 0), None)', 'violation socket'],
  [
    'open_url',
    'from pyodide.http import pyfetch\nasync def f(): return await pyfetch("http://127.0.0.1:HOST_PORT")\nimport asyncio\nasyncio.run(f())',
    'violation JsProxy_GetAttr_js',
  ],
  ['resolver', 'import socket\nsocket.getaddrinfo("example.org", 80)', 'violation getaddrinfo'],
  // More files and the environment.
  ["the host's secret", 'def solve(): return open("HOST_FILE").read()', 'FileNotFoundError'],
  ['up the tree', 'def solve(): return open("../" * 30 + "HOST_FILE").read()', 'FileNotFoundError'],
  [
    'by a descriptor',
    'import os\ndef solve(): return [os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd")]',
    'OSError',
  ],
  [
    'scandir of the host',
    'import os\ndef solve(): return sorted(e.name for e in os.scandir("/home"))',
    "['pyodide', 'web_user']",
  ],
  ['open for writing', 'import os\nos.open("/tmp/left", os.O_CREAT | os.O_RDWR)', 'violation open-for-write'],
  ['truncate', 'import os\nos.truncate(os.__file__, 0)', 'violation truncate64'],
  ['rename', 'import os\nos.rename("/lib", "/left")', 'violation renameat'],
  ['chmod', 'import os\nos.chmod("/home", 0)', 'violation chmod'],
  ['hard link', 'import os\nos.link("/lib", "/tmp/left")', 'AttributeError'],
  ['fifo', 'import os\nos.mkfifo("/tmp/left")', 'AttributeError'],
  ['sqlite file', 'import sqlite3\nsqlite3.connect("/tmp/left").execute("create table x (a)")', 'OperationalError'],
  ['shelve', 'import shelve\nshelve.open("/tmp/left")', 'ModuleNotFoundError'],
  [
    'zip extraction',
    'import io, zipfile\nz = zipfile.ZipFile(io.BytesIO(), "w")\nz.writestr("../../tmp/left", "x")\nz.extractall("/")',
    'violation open-for-write',
  ],
  ['mmap', 'import mmap\nmmap.mmap(-1, 1 << 20).write(b"x")', 'None'],
  [
    'shared memory',
    'from multiprocessing import shared_memory\nshared_memory.SharedMemory("left", True, 100)',
    'ModuleNotFoundError',
  ],
  ['compiled files', 'import py_compile, os\npy_compile.compile(os.__file__, "/tmp/left")', 'NotADirectoryError'],
  [
    'secret of the environment',
    'import os\ndef solve(): return os.environ.get("BATON_ATTACK_SECRET", "none") + str(os.getenvb(b"BATON_ATTACK_SECRET"))',
    'noneNone',
  ],
  [
    'environment by the C library',
    'import posix\ndef solve(): return str(b"BATON_ATTACK_SECRET" in posix.environ or "BATON_ATTACK_SECRET" in posix.environ)',
    'False',
  ],
  [
    'arguments of the process',
    'import sys\ndef solve(): return str([a for a in sys.argv + sys.orig_argv if "/" in a and "python" not in a])',
    '[]',
  ],
  ['login', 'import os\nos.getlogin()', 'None'],
  ['setuid', 'import os\nos.setuid(0)', 'PermissionError'],
  ['clock of the host', 'import time\ndef solve(): return time.strftime("%Y-%m-%d", time.gmtime())', '2026-01-01'],
  ['entropy of the host', 'import os\nx = os.urandom(8)\ndef solve(): return x.hex()', 'eb36542c10c79456'],
  [
    'descriptors of the harness',
    'import os\nfor fd in range(3, 200):\n    for act in (lambda: os.read(fd, 10), lambda: os.write(fd, b"1")):\n        try: act()\n        except OSError: pass',
    'output',
  ],
  ['descriptor of the peer', 'import os\nos.write(77, b"{}")\ndef solve(): return str(os.read(77, 10))', 'OSError'],
  [
    'descriptor of the clock',
    'import os, time\nfor text in (b"9" * 400, b"-5", b"nan", b"1e400", b"0x10"):\n    os.write(78, text)\ndef solve(): return str(time.time() < 1e12)',
    'True',
  ],
  ['descriptor of the overflow', 'import os\nos.write(79, b"x")', 'output'],
]

for (const attack of attacks) {
  test(`attack "${attack[0]}" gets nowhere and leaves nothing`, () =>
    arena.withstand(attack, { ...limits, cpuMs: 3000 }))
}

test('after all of them, nothing of the host was touched', () => arena.assertUntouched())
