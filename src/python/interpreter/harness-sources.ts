/** The Python side of the sandbox (`../harness/*.py`): which modules, in which order, and which functions the host calls. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const moduleNames = ['session', 'loop', 'shims', 'workflow', 'code', 'values', 'remote', 'passed', 'check'] as const

/** Host-callable functions: each takes one text and returns one text. */
export const entryPoints = {
  step: ['_baton.workflow', 'step'],
  runCode: ['_baton.code', 'run_code'],
  compileCode: ['_baton.code', 'compile_code'],
  loadCandidate: ['_baton.check', 'load_candidate'],
  callCandidate: ['_baton.check', 'call_candidate'],
  runTest: ['_baton.check', 'run_test'],
  answerCandidate: ['_baton.check', 'answer_candidate'],
} as const satisfies Record<string, readonly [module: string, name: string]>

export type EntryPoint = keyof typeof entryPoints

/** Imported into the snapshot, so that a program's own import of them costs nothing. */
const preloaded = [
  'abc, array, ast, asyncio, base64, bisect, calendar, cmath, collections, collections.abc, contextlib, copy, dataclasses',
  'datetime, decimal, enum, fractions, functools, hashlib, heapq, inspect, io, itertools, json, keyword, linecache, math',
  'numbers, operator, random, re, statistics, string, struct, textwrap, threading, time, traceback, typing, unicodedata',
  'concurrent.futures, warnings',
].join(', ')

export function harnessSources(): readonly (readonly [name: string, source: string])[] {
  const folder = join(import.meta.dirname, '..', 'harness')
  return moduleNames.map((name) => [name, readFileSync(join(folder, `${name}.py`), 'utf8')])
}

/** Python that builds the package `_baton` in memory and exercises it once, so that its caches are warm. */
export function installScript(sources: ReturnType<typeof harnessSources>): string {
  return `
import gc, json, sys, types
import ${preloaded}
package = types.ModuleType('_baton')
package.__path__ = []
sys.modules['_baton'] = package
for name, source in json.loads(${JSON.stringify(JSON.stringify(sources))}):
    module = types.ModuleType('_baton.' + name)
    module.__package__ = '_baton'
    sys.modules[module.__name__] = module
    exec(compile(source, f'<baton/{name}.py>', 'exec'), module.__dict__)
    setattr(package, name, module)
package.loop.install()
del package, module, name, source
gc.collect()
gc.freeze()
`
}
