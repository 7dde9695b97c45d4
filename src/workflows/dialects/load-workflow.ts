/**
 * From a text to a program that the sandbox can run, whatever it was written for. Reads and never runs it. A program that is
 * at fault itself still loads; what is wrong with it is reported when it is checked or run.
 */
import { BatonError } from '../../core/failure.ts'
import type { ProblemType } from '../../core/problem.ts'
import type { PythonAnalyzer, PythonModule } from '../../python/analysis/index.ts'
import { parseCompletion } from '../parse/index.ts'
import { arrowProgram, isArrow } from './arrow/index.ts'
import { type Dialect, dialectOf } from './dialect.ts'
import { datasetOf, type WorkflowSource } from './read-source.ts'
import { resolveFiles, type WorkflowFiles } from './resolve-files.ts'

export interface LoadedWorkflow {
  readonly file: string
  readonly dialect: Dialect
  /** Python; lines are those of the file where the file is Python. */
  readonly code: string
  readonly module: PythonModule
  readonly className: string
  /** Files of its folder that it imports. */
  readonly files: WorkflowFiles
  /** Python of the prompt module that a text brings along (`<graph>...</graph><prompt>...</prompt>`); null elsewhere. */
  readonly prompt: string | null
  /** From its place in a workspace; null elsewhere. */
  readonly dataset: string | null
}

/** @throws BatonError when the text holds no program, or an arrow line that is none. */
export function loadWorkflow(source: WorkflowSource, type: ProblemType, analyzer: PythonAnalyzer): LoadedWorkflow {
  const isArrowText = source.isLine === true || isArrow(source.text)
  const code = isArrowText ? arrowProgram(source.text, type) : pythonOf(source, type)
  const module = analyzer.analyze(code)
  const prompt = isArrowText ? null : promptIn(source.text)
  const recognised = isArrowText ? 'arrow' : dialectOf(module)
  return {
    file: source.file,
    dialect: recognised === 'contract' && prompt !== null ? 'aflow' : recognised,
    code,
    module,
    className: 'Workflow',
    files: isArrowText ? {} : resolveFiles(module, source, analyzer),
    prompt,
    dataset: datasetOf(source.file),
  }
}

/** AFlow's optimiser answers with the graph and its prompts in tags. */
function promptIn(text: string): string | null {
  const found = /<\/graph>[\s\S]*?<prompt>([\s\S]*?)<\/prompt>/.exec(text)?.[1]
  return found === undefined ? null : found.replace(fenceLine, '').trim()
}

const fenceLine = /^[ \t]*```[ \t]*\w*[ \t]*$/gm

/** Python unchanged, so that lines keep their numbers; out of tags, fences and prose where it is wrapped in them. */
function pythonOf({ file, text }: WorkflowSource, type: ProblemType): string {
  const normal = text.replace(/\r\n?/g, '\n')
  if (/\.py$/.test(file) && !/<graph>/.test(normal)) return normal.replace(fenceLine, '')
  const parsed = parseCompletion(normal, type)
  if (parsed.kind === 'program') return parsed.code
  const { code, message } = parsed.failure
  throw new BatonError(`${file}: ${message}`, {
    boundary: 'parse',
    code,
    hint: 'A workflow is a Python class, a <graph> text, or a line such as "AnswerGenerate -> Review ? Revise : done".',
  })
}
