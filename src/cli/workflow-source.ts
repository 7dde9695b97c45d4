/** What the `workflow` commands are pointed at: a path, or a line in the arrow language. */
import { existsSync } from 'node:fs'
import type { ProblemType } from '../core/problem.ts'
import type { PythonAnalyzer } from '../python/analysis/index.ts'
import {
  datasetOf,
  type LoadedWorkflow,
  loadWorkflow,
  readSource,
  type WorkflowSource,
} from '../workflows/dialects/index.ts'
import { optionError } from './option-values.ts'

/** A text that is not an existing path and does not look like a path is a line in the arrow language. */
export function sourceAt(pathOrText: string, roots: readonly string[] = []): WorkflowSource {
  const isPath = /[/\\]|\.\w{1,5}$|^~/.test(pathOrText) && !/->|→|=>/.test(pathOrText)
  if (pathOrText.trim() === '') {
    throw optionError('the workflow is empty.', 'Give the path of a program, or a line: "AnswerGenerate -> Review".')
  }
  if (isPath || existsSync(pathOrText)) return readSource(pathOrText, roots)
  return { file: 'workflow', text: pathOrText, folder: '.', isLine: true }
}

const codeSets = /humaneval|mbpp|livecode|code/i
const questionSets = /hotpot|drop|squad|qa|mmlu|wiki/i

/** Type by option, else by the data set of the workspace, else by a hint. */
export function loadAt(
  pathOrText: string,
  {
    type,
    hint = 'math',
    root = [],
  }: {
    readonly type?: ProblemType | undefined
    readonly hint?: ProblemType
    /** Further folders whose files the program may import. */
    readonly root?: readonly string[] | undefined
  },
  analyzer: PythonAnalyzer,
): { readonly workflow: LoadedWorkflow; readonly source: WorkflowSource; readonly type: ProblemType } {
  const source = sourceAt(pathOrText, root)
  // Its own folder in the workspace, not any word in the path.
  const place = datasetOf(source.file) ?? source.text.match(/workspace\.(\w+)\.workflows/)?.[1] ?? ''
  const guessed = codeSets.test(place) ? 'code' : questionSets.test(place) ? 'qa' : hint
  const chosen = type ?? guessed
  return { workflow: loadWorkflow(source, chosen, analyzer), source, type: chosen }
}
