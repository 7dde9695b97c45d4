/**
 * The best workflow for each family and difficulty of the shipped problems, found on training problems: the choices of an
 * oracle that reads the problem's label where the policy reads its words. `recipes/quickstart/best-workflows.ts` makes the
 * file.
 */
import { z } from 'zod'
import type { Problem } from '../core/problem.ts'

const trial = z.strictObject({
  workflow: z.string(),
  /** Attempts with a verdict. */
  attempts: z.int().min(1),
  accuracy: z.number().min(0).max(1),
  /** Mean over the attempts; calls are those of the operators to the executor. */
  reward: z.number(),
  calls: z.number().min(0),
})

const workflowTable = z.strictObject({
  version: z.literal(1),
  /** Of the training problems. */
  problems: z.string(),
  /** Of the simulator's skills for these problems. */
  skills: z.string(),
  /** `rewards.callPrice` of the trials. */
  callPrice: z.number(),
  seed: z.int(),
  /** Training problems that were used, attempts at each, and candidates that met all of them. */
  trial: z.strictObject({ problems: z.int(), repeats: z.int(), finalists: z.int() }),
  /** Problems that were tried together: `math reasoning 3`, and which families they come from. */
  groups: z.array(
    z.strictObject({
      name: z.string(),
      families: z.array(z.string()).min(1),
      difficulty: z.int(),
      /** Training problems in it. */
      problems: z.int().min(1),
      candidates: z.int().min(1),
      /** Those that met every problem, by mean reward: the first is the choice. */
      finalists: z.array(trial).min(1),
      /** Of the choice. */
      program: z.string(),
    }),
  ),
})

export type WorkflowTable = z.infer<typeof workflowTable>

/** @throws ZodError or SyntaxError where the text is not such a table. */
export function parseWorkflowTable(text: string): WorkflowTable {
  return workflowTable.parse(JSON.parse(text))
}

/** The table's choice for a problem; null for a family or difficulty that was not tried. */
export function chosenWorkflow(
  table: WorkflowTable,
  { source, difficulty }: Pick<Problem, 'source' | 'difficulty'>,
): { readonly name: string; readonly program: string } | null {
  const group = table.groups.find((each) => each.difficulty === difficulty && each.families.includes(source))
  const [choice] = group?.finalists ?? []
  return group === undefined || choice === undefined ? null : { name: choice.workflow, program: group.program }
}
