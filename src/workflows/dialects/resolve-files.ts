/**
 * The files that a program's imports mean, found from its folder: by the whole dotted path under a folder above it, or by the
 * last part of the name beside it (`...round_7.prompt` is the `prompt.py` next to `graph.py`, whatever the data set is
 * called in the import). Reads Python files below the workspace only; everything else is the framework's or the library's.
 */
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import type { PythonAnalyzer, PythonModule } from '../../python/analysis/index.ts'
import { allowedModules, deniedModules } from '../contract/index.ts'

export interface WorkflowFile {
  /** As messages name it: relative to the workspace. */
  readonly path: string
  readonly source: string
}

/** By the dotted name that the program imports it under. */
export type WorkflowFiles = Readonly<Record<string, WorkflowFile>>

/** The workflow's folder as a package, within one for the folder around it. */
const workspacePackage = 'baton_workspace'
export const folderPackage = `${workspacePackage}.baton_round`
/** A program has no business above its workspace. */
const maxDots = 3
const maxFiles = 64
const maxBytes = 1_000_000

interface Place {
  readonly folder: string
  readonly module: PythonModule
  /** Dotted package that relative imports start from. */
  readonly package: string
}

export function resolveFiles(module: PythonModule, folder: string, analyzer: PythonAnalyzer): WorkflowFiles {
  const files = new Map<string, WorkflowFile>()
  const queue: Place[] = [{ folder, module, package: folderPackage }]
  for (let place = queue.shift(); place !== undefined && files.size < maxFiles; place = queue.shift()) {
    for (const { name, beside } of importedNames(place)) {
      if (files.has(name)) continue
      const file = beside === null ? fileOf(name, place, folder) : moduleAt(beside.folder, beside.parts)
      if (file === null) continue
      const source = readFileSync(file, 'utf8')
      files.set(name, { path: join(basename(dirname(file)), basename(file)), source })
      queue.push({
        folder: dirname(file),
        module: analyzer.analyze(source),
        package: name.split('.').slice(0, -1).join('.'),
      })
    }
  }
  return Object.fromEntries(files)
}

interface ImportedName {
  readonly name: string
  /** Of a relative import: where it leads from the importing file. */
  readonly beside: { readonly folder: string; readonly parts: readonly string[] } | null
}

/** `a.b` of `import a.b`; of `from a import b` both `a` and `a.b`, since `b` may be a module. */
function importedNames({ module, package: own, folder }: Place): ImportedName[] {
  return module.imports.flatMap(({ module: name, name: imported }) => {
    const whole = absoluteName(name, own)
    const tails = imported === null || imported === '*' ? [[]] : [[], [imported]]
    return tails.flatMap((tail): ImportedName[] => {
      const full = [whole, ...tail].join('.')
      if (!/^[\w.]+$/.test(full)) return []
      const dots = /^\.*/.exec(name)?.[0].length ?? 0
      if (dots === 0) return [{ name: full, beside: null }]
      const parts = [...name.slice(dots).split('.'), ...tail].filter((part) => part !== '')
      const root = join(folder, ...Array.from({ length: dots - 1 }, () => '..'))
      return parts.length === 0 || dots > maxDots ? [] : [{ name: full, beside: { folder: root, parts } }]
    })
  })
}

/** A relative name made whole: `.prompt` in the workflow's own folder is `baton_workspace.baton_round.prompt`. */
export function absoluteName(name: string, package_: string): string {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0
  if (dots === 0) return name
  const base = package_.split('.').slice(0, dots > 1 ? 1 - dots : undefined)
  return [...base, name.slice(dots)].filter((part) => part !== '').join('.')
}

/** The frameworks' own machinery, which is the host's here even where its source is beside the workflow. */
const machinery =
  /(?:^|\.)(?:async_llm|evaluator|logs?|formatter|cost_manager|llm_provider_registry|action_node|model_utils|model_configs|base_llm|benchmark|optimizer)$/

/** The folder's own file first; what the whole dotted path means comes first only where it is beside the folder. */
function fileOf(name: string, { folder }: Place, graphFolder: string): string | null {
  const parts = name.split('.')
  if (machinery.test(name)) return null
  if (allowedModules.has(parts[0] ?? '') || deniedModules.has(parts[0] ?? '')) return null
  const byPath = above(folder).flatMap((root) => moduleAt(root, parts) ?? [])[0] ?? null
  const workspace = dirname(graphFolder)
  if (byPath?.startsWith(workspace + sep)) return byPath
  return byRole(parts, folder) ?? byPath
}

/** Files that a workspace has one of, so that the last part of the name says which is meant. */
const lastParts = /^(?:prompts?|prompt_custom|operators?|operator_an|op_prompt|utils?|config|base)$/

function byRole(parts: readonly string[], folder: string): string | null {
  const last = parts.at(-1) ?? ''
  if (!lastParts.test(last) || parts.length < 2) return null
  const isTemplate = parts.includes('template') || last.startsWith('op')
  const root = dirname(folder)
  const own = [[basename(folder)], [basename(folder), 'template'], ['template']]
  const places = isTemplate ? own.toReversed() : own
  return places.flatMap((place) => moduleAt(root, [...place, last]) ?? [])[0] ?? null
}

/** The folder and those around it, up to where a workspace can begin. */
function above(folder: string): string[] {
  const found = [folder]
  for (let at = folder; dirname(at) !== at && found.length < 6; at = dirname(at)) found.push(dirname(at))
  return found
}

/** `<path>.py` or `<path>/__init__.py` below a folder, no link that leads out of it. */
function moduleAt(root: string, parts: readonly string[]): string | null {
  const path = join(root, ...parts)
  const found = [`${path}.py`, join(path, '__init__.py')].find((file) => existsSync(file) && statSync(file).isFile())
  if (found === undefined || statSync(found).size > maxBytes) return null
  const real = realpathSync(root)
  return realpathSync(found).startsWith(real.endsWith(sep) ? real : real + sep) ? found : null
}
