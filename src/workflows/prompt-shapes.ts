/**
 * What the operators' prompts hold besides the problem: measured on the operators themselves, so that an operator whose
 * prompt changes is measured again. Prompts of the program's own (Custom, `self.llm`) are not known before a policy
 * writes them.
 */
import type { JsonObject } from '../core/json.ts'
import type { Problem } from '../core/problem.ts'
import type { Sandbox, SandboxLimits } from '../python/sandbox.ts'
import type { Operator, OperatorSession } from './operators/operator.ts'
import { programmer } from './operators/programmer.ts'
import { review } from './operators/review.ts'
import { revise } from './operators/revise.ts'
import { scEnsemble } from './operators/sc-ensemble.ts'

export interface OperatorPrompt {
  readonly name: string
  /** UTF-8, of everything but the problem and earlier answers. */
  readonly templateBytes: number
  /** Answers of the model that it holds. */
  readonly earlierAnswers: number
}

/** Candidates of an ensemble: as many as AFlow's workflows vote on. */
export const ensembleCandidates = 5

/** The longest prompts for each number of earlier answers. */
export async function operatorPrompts(): Promise<OperatorPrompt[]> {
  const solutions = Array<string>(ensembleCandidates).fill('')
  return [
    await promptOf('Programmer', programmer, { args: { problem: '', analysis: '' }, earlierAnswers: 0 }),
    await promptOf('Review', review, { args: { problem: '', solution: '' }, earlierAnswers: 1 }),
    await promptOf('Revise', revise, { args: { problem: '', solution: '', feedback: '' }, earlierAnswers: 2 }),
    await promptOf('ScEnsemble', scEnsemble, { args: { problem: '', solutions }, earlierAnswers: ensembleCandidates }),
  ]
}

async function promptOf(
  name: string,
  operator: Operator,
  { args, earlierAnswers }: { readonly args: JsonObject; readonly earlierAnswers: number },
): Promise<OperatorPrompt> {
  let asked = ''
  const enough = new Error('asked')
  const session: OperatorSession = {
    problem: nothing,
    sandbox: {} as Sandbox,
    limits: {} as SandboxLimits,
    seed: 0,
    signal: new AbortController().signal,
    ask: async (prompt) => {
      asked = prompt
      throw enough
    },
    noteMalformed: () => undefined,
    violate: () => undefined,
  }
  await operator(args, session).catch((error: unknown) => {
    if (error !== enough) throw error
  })
  return { name, templateBytes: Buffer.byteLength(asked), earlierAnswers }
}

const nothing: Problem = { id: '', type: 'math', source: '', question: '', answer: '', difficulty: 1 }
