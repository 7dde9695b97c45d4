/** The choices of the oracle for a run: the table of best workflows beside the training problems, where it fits. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Config, locateInput } from '../config/index.ts'
import type { Problem } from '../core/problem.ts'
import { chosenWorkflow, parseWorkflowTable, type WorkflowTable } from '../workflows/index.ts'
import type { RunProblems } from './run-problems.ts'

export interface Oracle {
  /** null where no table fits. */
  readonly programOf: ((problem: Problem) => string) | null
  /** Why a table that is there does not fit; null otherwise. */
  readonly note: string | null
}

const none: Oracle = { programOf: null, note: null }

export async function readOracle(config: Config, problems: RunProblems): Promise<Oracle> {
  const path = join(dirname(locateInput('data.train', config.data.train)), 'best-workflows.json')
  // What is best depends on who answers: the table was made with the simulator.
  if (!existsSync(path) || config.llm.executor.baseUrl !== 'simulator' || config.llm.simulator.skill !== 1) return none
  let table: WorkflowTable
  try {
    table = parseWorkflowTable(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    return {
      programOf: null,
      note: `no oracle: ${path} is not a table of best workflows (${reason}); npm run best-workflows makes it`,
    }
  }
  if (table.problems !== problems.manifest['train']?.fingerprint)
    return {
      programOf: null,
      note: `no oracle: ${path} belongs to other training problems; npm run best-workflows makes it`,
    }
  const { callPrice } = config.rewards
  if (table.callPrice !== callPrice)
    return {
      programOf: null,
      note: `no oracle: ${path} was made with rewards.callPrice ${table.callPrice}, and this run has ${callPrice}`,
    }
  const unknown = problems.reported.problems.find((problem) => chosenWorkflow(table, problem) === null)
  if (unknown !== undefined)
    return {
      programOf: null,
      note: `no oracle: ${path} has no workflow for ${unknown.source}, difficulty ${unknown.difficulty}`,
    }
  return { programOf: (problem) => chosenWorkflow(table, problem)?.program ?? '', note: null }
}
