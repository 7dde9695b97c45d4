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

/** @param roots folders below which files may be read, their real places after links; the first is the workspace. */
export function resolveFiles(
  module: PythonModule,
  { folder, roots = [folder] }: { readonly folder: string; readonly roots?: readonly string[] | undefined },
  analyzer: PythonAnalyzer,
): WorkflowFiles {
  const bounds = roots.filter((root) => existsSync(root)).map((root) => ({ root, real: realpathSync(root) }))
  const files = new Map<string, WorkflowFile>()
  const queue: Place[] = [{ folder, module, package: folderPackage }]
  for (let place = queue.shift(); place !== undefined && files.size < maxFiles; place = queue.shift()) {
    for (const { name, beside } of importedNames(place)) {
      if (files.has(name)) continue
      const file =
        beside === null
          ? fileOf(name, place, { graphFolder: folder, bounds })
          : moduleAt(beside.folder, beside.parts, bounds)
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
function fileOf(
  name: string,
  { folder }: Place,
  { graphFolder, bounds }: { readonly graphFolder: string; readonly bounds: readonly Bound[] },
): string | null {
  const parts = name.split('.')
  if (machinery.test(name)) return null
  if (allowedModules.has(parts[0] ?? '') || deniedModules.has(parts[0] ?? '')) return null
  const byPath =
    [...above(folder, bounds).map((root) => ({ root, parts })), ...fromWorkspace(parts, bounds)].flatMap(
      (place) => moduleAt(place.root, place.parts, bounds) ?? [],
    )[0] ?? null
  const workspace = dirname(graphFolder)
  if (byPath?.startsWith(workspace + sep)) return byPath
  return byRole(parts, folder, bounds) ?? byPath
}

/** Files that a workspace has one of, so that the last part of the name says which is meant. */
const lastParts = /^(?:prompts?|prompt_custom|operators?|operator_an|op_prompt|utils?|config|base)$/

function byRole(parts: readonly string[], folder: string, bounds: readonly Bound[]): string | null {
  const last = parts.at(-1) ?? ''
  if (!lastParts.test(last) || parts.length < 2) return null
  const isTemplate = parts.includes('template') || last.startsWith('op')
  const root = dirname(folder)
  const own = [[basename(folder)], [basename(folder), 'template'], ['template']]
  const places = isTemplate ? own.toReversed() : own
  const near = places.map((place) => ({ root, parts: [...place, last] }))
  // A template may be for all data sets, one folder further up.
  const further = isTemplate ? [{ root: dirname(root), parts: ['template', last] }] : []
  return [...near, ...further].flatMap((place) => moduleAt(place.root, place.parts, bounds) ?? [])[0] ?? null
}

interface Bound {
  readonly root: string
  readonly real: string
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The folder and those around it, up to the workspace; then the other roots. */
function above(folder: string, bounds: readonly Bound[]): string[] {
  const found: string[] = []
  for (let at = folder; bounds.some(({ root }) => isBelow(at, root)); at = dirname(at)) {
    found.push(at)
    if (dirname(at) === at) break
  }
  return [...new Set([...found, ...bounds.map(({ root }) => root)])]
}

/** `workspace.SET.workflows.round_3.graph` begins above a workspace `workflows`: what follows its name is below it. */
function fromWorkspace(parts: readonly string[], bounds: readonly Bound[]): { root: string; parts: string[] }[] {
  return bounds.flatMap(({ root }) => {
    const at = parts.lastIndexOf(basename(root))
    return at < 0 || at === parts.length - 1 ? [] : [{ root, parts: parts.slice(at + 1) }]
  })
}

/** `<path>.py` or `<path>/__init__.py` below a folder, its real place below one that may be read. */
function moduleAt(root: string, parts: readonly string[], bounds: readonly Bound[]): string | null {
  const path = join(root, ...parts)
  const found = [`${path}.py`, join(path, '__init__.py')].find((file) => existsSync(file) && statSync(file).isFile())
  if (found === undefined || statSync(found).size > maxBytes) return null
  const place = realpathSync(found)
  return bounds.some(({ real }) => isBelow(place, real)) ? found : null
}
