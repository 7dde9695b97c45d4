/**
 * Finds the program in what a person points at: a file, a round's folder, a workspace (its best round by `results.json`,
 * else its newest), or any folder with one program in it.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { missingPath } from '../../core/inputs/missing-path.ts'
import { bestRound, readRounds } from './rounds.ts'

export interface WorkflowSource {
  readonly file: string
  readonly text: string
  /** Where imports are looked for. */
  readonly folder: string
  /** What may be read: files below these folders, after links. Default the folder alone. */
  readonly roots?: readonly string[]
  /** A line in the arrow language, and no file. */
  readonly isLine?: boolean
}

/** More than any program; a file of this size is something else. */
const maxBytes = 1_000_000

/**
 * @param roots further folders whose files the program may import.
 * @throws BatonError when there is nothing at the path, or nothing that can be a workflow.
 */
export function readSource(path: string, roots: readonly string[] = []): WorkflowSource {
  const file = fileAt(path)
  const size = statSync(file).size
  if (size > maxBytes) throw sourceError('too-large', `${file} is ${size} bytes long: no workflow is.`, pointHint)
  const text = readText(file).replace(/^\uFEFF/, '')
  refuseOtherKinds(file, text)
  const folder = resolve(dirname(file))
  return { file, text, folder, roots: [workspaceOf(path, folder), ...roots.map((root) => resolve(root))] }
}

/**
 * The workspace that was named: the folder itself where that is above the program's, else what belongs to a program in its
 * place: the `workflows` folder around its round, or the folder that holds it and a `template`.
 */
function workspaceOf(path: string, folder: string): string {
  const named = statSync(path).isFile() ? folder : resolve(path)
  if (named !== folder) return named
  const parent = dirname(folder)
  const around = [parent, dirname(parent)].find((candidate) => /^workflows(?:_test)?$/.test(basename(candidate)))
  if (around !== undefined) return around
  const isRound = /^round_\d+$/.test(basename(folder)) || isFile(join(parent, 'template', 'operator.py'))
  return isRound ? parent : folder
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw sourceError(
      'unreadable',
      `${file} cannot be read: ${reason}.`,
      'Check that it is a file and that you may read it.',
    )
  }
}

function missing(path: string): BatonError {
  const folder = dirname(path)
  const hasFolder = existsSync(folder)
  const names = hasFolder
    ? readdirSync(folder)
        .filter((name) => /\.(?:py|txt|md)$/.test(name))
        .sort()
    : []
  const { message, hint } = missingPath(path, path, { hasFolder, names })
  return sourceError('not-found', message, hint.startsWith('Did you mean') ? hint : `${hint} ${pointHint}`)
}

/** Files that hold no program by their kind: data, settings, pictures, weights. */
const otherKinds =
  /\.(?:jsonl|json|ndjson|csv|tsv|ya?ml|toml|lock|gz|zip|tar|png|jpe?g|gif|svg|html?|pdf|sqlite|safetensors|npy|pt|onnx)$/i

function refuseOtherKinds(file: string, text: string): void {
  const kind = otherKinds.exec(file)?.[0]
  const isBinary = text.includes('\0')
  if (kind === undefined && !isBinary && text.trim() !== '') return
  const what = kind !== undefined ? `is a ${kind} file` : isBinary ? 'is a binary file' : 'is empty'
  const isProblems = /^\.(?:jsonl|ndjson|gz)$/i.test(kind ?? '')
  const hint = isProblems ? `Problems are checked with: npx baton data audit ${file}` : pointHint
  throw sourceError('no-workflow', `${file} ${what} and holds no workflow.`, hint)
}

const pointHint = 'Point at a graph.py, at its folder, or at a workspace with round folders.'

function fileAt(path: string): string {
  if (!existsSync(path)) throw missing(path)
  if (statSync(path).isFile()) return path
  const graph = join(path, 'graph.py')
  if (isFile(graph)) return graph
  const rounds = roundsFolder(path)
  if (rounds !== null) return join(rounds, `round_${bestRound(readRounds(rounds))}`, 'graph.py')
  const programs = readdirSync(path).filter(
    (name) => /\.py$/.test(name) && !/^(__init__|prompt\w*|op(erator)?_\w+)\.py$/.test(name),
  )
  const [only] = programs
  if (only !== undefined && programs.length === 1) return join(path, only)
  const named = programs.find((name) => /^(workflow|main)\.py$/.test(name))
  if (named !== undefined) return join(path, named)
  const found =
    programs.length === 0 ? 'no program' : `${programs.length} programs (${programs.slice(0, 4).join(', ')})`
  throw sourceError('no-program', `${path} holds ${found} and no graph.py.`, pointHint)
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile()
}

/** The folder with `round_N` folders: the path itself, its `workflows`, or the one data set below `workspace`. */
export function roundsFolder(path: string): string | null {
  const candidates = [path, join(path, 'workflows'), join(path, 'workflows_test')]
  for (const parent of [path, join(path, 'workspace')])
    if (existsSync(parent) && statSync(parent).isDirectory())
      candidates.push(
        ...readdirSync(parent, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map((entry) => join(parent, entry.name, 'workflows')),
      )
  return candidates.find((candidate) => existsSync(candidate) && readRounds(candidate).length > 0) ?? null
}

/** Name of the data set, from `.../<set>/workflows/...`; null elsewhere. */
export function datasetOf(file: string): string | null {
  const parts = file.split(/[\\/]/)
  const at = parts.findLastIndex((part) => /^workflows(_test)?$/.test(part))
  return at > 0 ? (parts[at - 1] ?? null) : null
}

export function sourceError(code: string, message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'dataset', code: `workflow-${code}`, hint })
}
