/**
 * Audit of splits before anything is trained on them: what leaks from one split into another, and what cannot be scored.
 * Texts are compared after normalisation (case, punctuation, white space; for near-duplicates word order as well);
 * paraphrases are not found.
 */
import { comparableWords } from '../core/comparable-text.ts'
import { type Problem, problemText } from '../core/problem.ts'

export type AuditKind =
  | 'duplicate-id'
  | 'duplicate-across-splits'
  | 'near-duplicate-across-splits'
  | 'duplicate-within-split'
  | 'empty-answer'
  | 'missing-context'
  | 'missing-tests'
  /** A public test that is also among the hidden ones: what the workflow sees decides its score. */
  | 'public-test-hidden'

export interface AuditFinding {
  readonly kind: AuditKind
  readonly split: string
  readonly id: string
  /** The problem it is a duplicate of. */
  readonly other?: { readonly split: string; readonly id: string }
  /** One sentence for a person. */
  readonly message: string
}

export interface AuditReport {
  readonly version: 1
  /** Number of problems in each split. */
  readonly problems: Readonly<Record<string, number>>
  readonly counts: Readonly<Record<AuditKind, number>>
  readonly findings: readonly AuditFinding[]
  readonly isClean: boolean
}

const kinds: readonly AuditKind[] = [
  'duplicate-id',
  'duplicate-across-splits',
  'near-duplicate-across-splits',
  'duplicate-within-split',
  'empty-answer',
  'missing-context',
  'missing-tests',
  'public-test-hidden',
]

interface Place {
  readonly split: string
  readonly id: string
}

function bare(source: string): string {
  return source.replaceAll(/\s+/g, '')
}

/** Public tests that a hidden test holds, white space and the name `candidate` aside. */
function leakedTests(problem: Problem): string[] {
  const name = problem.entryPoint ?? ''
  const hidden = (problem.hiddenTests ?? []).map((test) => bare(test).replaceAll('candidate(', `${name}(`))
  return (problem.publicTests ?? []).filter((test) => hidden.some((one) => one.includes(bare(test))))
}

function ownFaults(split: string, problem: Problem): AuditFinding[] {
  const { id } = problem
  const found: AuditFinding[] = []
  const add = (kind: AuditKind, message: string): void => {
    found.push({ kind, split, id, message })
  }
  if (problem.answer.trim() === '') add('empty-answer', `${id} has no reference answer.`)
  if (problem.type === 'qa' && (problem.context ?? '').trim() === '')
    add('missing-context', `${id} has no context to read the answer from.`)
  if (problem.type === 'code' && ((problem.hiddenTests ?? []).length === 0 || (problem.entryPoint ?? '') === '')) {
    add('missing-tests', `${id} has no hidden tests or no entry point: it cannot be scored.`)
  }
  for (const test of leakedTests(problem))
    add('public-test-hidden', `${id}: a public test decides the score as well: ${test.slice(0, 80)}`)
  return found
}

/** @param splits by name, e.g. `{ train, validation, test }`. Findings come in the order of the splits and problems. */
export function auditSplits(splits: Readonly<Record<string, readonly Problem[]>>): AuditReport {
  const findings: AuditFinding[] = []
  const texts = new Map<string, Place>()
  const bags = new Map<string, Place>()
  const ids = new Map<string, Place>()
  for (const [split, problems] of Object.entries(splits)) {
    for (const problem of problems) {
      const here: Place = { split, id: problem.id }
      const list = comparableWords(problemText(problem))
      const text = list.join(' ')
      const bag = list.sort().join(' ')
      const sameId = ids.get(problem.id)
      const sameText = texts.get(text)
      const sameBag = bags.get(bag)
      if (sameId !== undefined)
        findings.push({ kind: 'duplicate-id', ...here, other: sameId, message: `The id ${problem.id} is used twice.` })
      if (sameText !== undefined) {
        const kind = sameText.split === split ? 'duplicate-within-split' : 'duplicate-across-splits'
        findings.push({
          kind,
          ...here,
          other: sameText,
          message: `${problem.id} (${split}) has the text of ${sameText.id} (${sameText.split}).`,
        })
      } else if (sameBag !== undefined && sameBag.split !== split) {
        findings.push({
          kind: 'near-duplicate-across-splits',
          ...here,
          other: sameBag,
          message: `${problem.id} (${split}) has the words of ${sameBag.id} (${sameBag.split}) in another order.`,
        })
      }
      ids.set(problem.id, sameId ?? here)
      texts.set(text, sameText ?? here)
      bags.set(bag, sameBag ?? here)
      findings.push(...ownFaults(split, problem))
    }
  }
  const counts = Object.fromEntries(
    kinds.map((kind) => [kind, findings.filter((one) => one.kind === kind).length]),
  ) as Record<AuditKind, number>
  const problems = Object.fromEntries(Object.entries(splits).map(([split, list]) => [split, list.length]))
  return { version: 1, problems, counts, findings, isClean: findings.length === 0 }
}
