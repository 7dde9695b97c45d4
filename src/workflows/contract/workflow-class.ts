/** The class a completion must hold: its shape, the names it may use without importing them, the modules it may import. */

export const workflowClass = {
  name: 'Workflow',
  /** Parameters after `self`; called with all of them, in this order. */
  init: ['name', 'llm_config', 'dataset'],
  /** Called as `await workflow(problem=..., entry_point=...)`. */
  call: [
    { name: 'problem', defaultValue: null },
    { name: 'entry_point', defaultValue: 'None' },
  ],
  llmAttribute: 'llm',
  llmFactory: 'create_llm_instance',
  llmConfig: 'llm_config',
  operatorModule: 'operator',
  costExpression: 'self.llm.get_usage_summary()["total_cost"]',
} as const

/** What `self.llm` offers besides being awaited with a prompt. `cost_manager` is the older dialect's. */
export const llmAttributes: ReadonlySet<string> = new Set(['get_usage_summary', 'cost_manager', 'config', 'model'])

/** Names a program finds without an import. */
export const providedNames: ReadonlySet<string> = new Set([
  'operator',
  'create_llm_instance',
  'DatasetType',
  'asyncio',
  'Any',
  'Dict',
  'List',
  'Literal',
  'Optional',
])

/** Packages of AFlow's own layout: a program may import from them what it finds anyway. */
export const frameworkModules = /^(workspace|scripts|metagpt)(\.|$)/

/** Standard library modules a program may import. */
export const allowedModules: ReadonlySet<string> = new Set(
  `__future__ abc array ast asyncio base64 bisect calendar cmath collections contextlib copy dataclasses datetime
  decimal difflib enum fractions functools hashlib heapq inspect io itertools json keyword logging math numbers
  operator pprint random re statistics string textwrap time tokenize traceback types typing unicodedata uuid warnings
  zoneinfo`
    .split(/\s+/)
    .filter((name) => name !== ''),
)

/** Modules that reach out of the program: refused by rule, not for want of them. */
export const deniedModules: ReadonlySet<string> = new Set(
  `builtins ctypes fcntl gc http importlib js marshal mmap multiprocessing os pathlib pickle pty pyodide pyodide_js
  resource runpy shutil signal site socket ssl subprocess sys tempfile threading urllib webbrowser _pyodide_core`
    .split(/\s+/)
    .filter((name) => name !== ''),
)

/** Builtins that run text as code, read files or standard input, or rebuild such a way. */
export const deniedBuiltins: ReadonlySet<string> = new Set([
  'eval',
  'exec',
  'compile',
  '__import__',
  'open',
  'input',
  'breakpoint',
  'globals',
  'vars',
])
