/** Completions of a JSONL file. What is asked alike is one problem, however many rows answer it. */
import { comparableText } from '../../core/comparable-text.ts'
import { BatonError } from '../../core/failure.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import { type CompletionPrompt, type CompletionRow, loadCompletions } from '../../datasets/index.ts'
import { fingerprint } from '../../runs/index.ts'
import { bestAttempts, type ImitatedProblem, type ImitatedSource, type ImitationTask } from './imitated.ts'

/** @param path as the configuration names it. @param file where it is. */
export async function attemptsOfFile(path: string, file: string, task: ImitationTask): Promise<ImitatedSource> {
  const loaded = await loadCompletions(file, { skipBadRows: task.skipBadRows })
  const known = new Map(task.train.map((problem) => [problem.id, problem]))
  const groups = Map.groupBy(loaded.rows, ({ asked }) => JSON.stringify(asked))
  const found = [...groups.values()].map((rows) => problemOf(rows, { path, known, task }))
  const problems = found.filter(({ problem }) => !task.isMeasured(comparableText(problemText(problem))))
  const measured = found.length - problems.length
  const notes = [
    ...(loaded.skipped.length === 0 ? [] : [`${path}: ${loaded.skipped.length} bad rows left out`]),
    ...(measured === 0 ? [] : [`${path}: ${measured} problems are left out, the policy is measured on them`]),
  ]
  return { problems, fingerprint: loaded.fingerprint, notes }
}

function problemOf(
  rows: readonly CompletionRow[],
  {
    path,
    known,
    task,
  }: { readonly path: string; readonly known: ReadonlyMap<string, Problem>; readonly task: ImitationTask },
): ImitatedProblem {
  const [{ asked, line }] = rows as [CompletionRow]
  const attempts = bestAttempts(
    rows.map(({ completion, reward }) => ({ text: completion, sampled: null, reward })),
    task.perProblem,
  )
  if (asked.kind !== 'problem') return { problem: ownProblem(asked, path), asked, attempts }
  const problem = known.get(asked.problemId)
  if (problem !== undefined) return { problem, asked: null, attempts }
  throw new BatonError(`${path} line ${line}: data.train has no problem ${asked.problemId}.`, {
    boundary: 'dataset',
    code: 'unknown-problem',
    hint: 'Set data.train to the file with this problem, or give the row a prompt of its own.',
  })
}

/** A row with a prompt of its own belongs to no dataset: it is known by what it asks. */
function ownProblem(asked: Exclude<CompletionPrompt, { kind: 'problem' }>, path: string): Problem {
  const question = asked.kind === 'text' ? asked.text : (asked.messages.at(-1)?.content ?? '')
  const id = `row-${fingerprint(JSON.stringify(asked)).slice(-12)}`
  return { id, type: 'math', source: path, question, answer: '', difficulty: 1 }
}
