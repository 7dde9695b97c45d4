/**
 * Programs that leave something behind for the next: patched builtins and modules, hooks, handlers, a changed harness. Each
 * harms its own run at the most; the interpreter that follows is in its first state.
 */
import { after, test } from 'node:test'
import { type Attack, limits, openArena } from './arena.ts'

const arena = await openArena()
after(() => arena.close())

const attacks: readonly Attack[] = [
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
  [
    'builtins patched',
    'import builtins\nbuiltins.abs = lambda x: 999\nbuiltins.__import__ = None\nbuiltins.print = None',
    'None',
  ],
  [
    'json patched',
    'import json\njson.dumps = lambda *a, **k: "null"\njson.loads = lambda *a, **k: {}',
    'violation the program changed the code that runs it',
  ],
  [
    'encoder patched',
    'import json\njson.encoder.JSONEncoder.encode = lambda s, o: "{}"\njson.JSONDecoder.decode = None',
    'violation the program changed the code that runs it',
  ],
  ['random frozen', 'import random\nrandom.random = lambda: 0.5\nrandom.Random.seed = lambda *a: None', 'None'],
  [
    'asyncio patched',
    'import asyncio\nasyncio.BaseEventLoop._run_once = lambda s: None\nasyncio.Task = None\nasyncio.run = None',
    'None',
  ],
  ['time patched', 'import time\ntime.sleep = time.time = lambda *a: 0', 'None'],
  [
    'import hook',
    'import sys\nclass F:\n    def find_spec(s, *a): raise ImportError("gone")\nsys.meta_path.insert(0, F())',
    'None',
  ],
  ['path hook', 'import sys\nsys.path_hooks.clear()\nsys.path.clear()\nsys.path_importer_cache.clear()', 'None'],
  [
    'a property of int',
    'import gc\nfor k in list(vars(int)): pass\nd = gc.get_referents(int.__dict__)[0]\nd["real"] = property(lambda s: 7)',
    'None',
  ],
  [
    'a method of str',
    'import gc\nd = gc.get_referents(str.__dict__)[0]\nd["upper"] = lambda s: "pwned"\ndef solve(): return "a".upper()',
    'pwned',
  ],
  ['trace function', 'import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)', 'None'],
  [
    'monitoring',
    'import sys\nm = sys.monitoring\nm.use_tool_id(0, "x")\nm.set_events(0, m.events.LINE)\nm.register_callback(0, m.events.LINE, lambda *a: None)',
    'None',
  ],
  ['audit hook', 'import sys\nsys.addaudithook(lambda *a: None)', 'None'],
  ['exit handlers', 'import atexit\natexit.register(lambda: 1 / 0)', 'None'],
  [
    'excepthook',
    'import sys\nsys.excepthook = sys.unraisablehook = sys.displayhook = None\nraise ValueError',
    'ValueError',
  ],
  ['recursion limit lowered', 'import sys\nsys.setrecursionlimit(30)', 'None'],
  ['recursion limit raised', 'import sys\nsys.setrecursionlimit(10 ** 9)', 'None'],
  ['collector off', 'import gc\ngc.disable()\ngc.set_threshold(1)\ngc.unfreeze()\ngc.callbacks.append(print)', 'None'],
  ['integer limits', 'import sys\nsys.set_int_max_str_digits(700)\nsys.setswitchinterval(100)', 'None'],
  ['decimal context', 'import decimal\ndecimal.getcontext().prec = 1\ndecimal.DefaultContext.prec = 1', 'None'],
  [
    'locale and time zone',
    'import locale, os, time\nos.environ["TZ"] = "Asia/Tokyo"\ntry: locale.setlocale(locale.LC_ALL, "C")\nexcept locale.Error: pass',
    'None',
  ],
  ['environment written', 'import os\nos.environ["PATH"] = "/evil"\nos.putenv("SECRET", "1")', 'None'],
  ['warnings as errors', 'import warnings\nwarnings.simplefilter("error")', 'None'],
  ['interned text', 'import sys\nfor i in range(1000): sys.intern(f"left{i}")', 'None'],
  [
    'registries',
    'import copyreg, codecs, abc\ncopyreg.pickle(int, print)\ncodecs.register(lambda n: None)\nabc.ABC.register(int)',
    'None',
  ],
  ['context variables', 'import contextvars\nv = contextvars.ContextVar("left")\nv.set(1)', 'None'],
  ['weak references', 'import weakref\nclass A: pass\nx = A()\nweakref.finalize(x, print, "left")', 'None'],
  [
    'garbage with a finalizer that resurrects',
    'kept = []\nclass A:\n    def __del__(self): kept.append(self)\nA()',
    'None',
  ],
  [
    'a task left running',
    'import asyncio\nloop = asyncio.new_event_loop()\nasync def f():\n    await asyncio.sleep(1)\n    import builtins\n    builtins.pwned = 1\nt = loop.create_task(f())',
    'None',
  ],
  [
    'code of the harness replaced',
    'import _baton.session as s\ns.to_text.__code__ = (lambda m: "{}").__code__\ns.raised.__code__ = (lambda *a: {}).__code__',
    'violation the program changed the code that runs it',
  ],
  [
    'harness by frames',
    'import sys\nf = sys._getframe()\nwhile f.f_back: f = f.f_back\nf.f_globals["session"].to_text = lambda m: \'{"kind": "returned", "value": "forged", "stdout": ""}\'',
    'forged',
  ],
  ['report by an exception', 'class E(BaseException):\n    def __str__(self): raise E\nraise E()', 'E'],
  [
    'value that lies',
    'class S(str):\n    def __str__(self): return self\n    def __class__(self): return int\ndef solve(): return S("x")',
    'x',
  ],
  ['name that lies', 'class E(Exception): pass\nE.__name__ = "MemoryError"\nraise E', 'memory'],
]

for (const attack of attacks) {
  test(`attack "${attack[0]}" gets nowhere and leaves nothing`, () =>
    arena.withstand(attack, { ...limits, cpuMs: 3000 }))
}

test('the probe that finds an interpreter clean finds these unclean', async () => {
  const patches = [
    'import math\nmath.pi = 3',
    'builtins.left = 1',
    'import json\njson.left = 1',
    'sys.modules["left"] = sys',
    'import _baton.session as s\ns.raised.__code__ = (lambda *a: {}).__code__',
    'gc.get_referents(str.__dict__)[0]["upper"] = None',
    'sys.setrecursionlimit(999)',
    'os.environ["LEFT"] = "1"',
    'sys.setprofile(lambda *a: None)',
  ]
  for (const patch of patches) await arena.assertNotices(patch)
})

test('after all of them, nothing of the host was touched', () => arena.assertUntouched())
