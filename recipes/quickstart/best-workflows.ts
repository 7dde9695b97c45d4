/**
 * `npm run best-workflows`: which workflow is best for each profile and difficulty of the shipped problems, by trial on the
 * training problems, into `data/problems/best-workflows.json`. `npm start` measures these choices on the reported problems
 * as an oracle: what a policy could reach that reads every problem right. Stopped and called again it continues where
 * it was.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../src/config/index.ts'
import { loadProblems } from '../../src/datasets/index.ts'
import { writeWhole } from '../../src/runs/files.ts'
import { openWorkflows } from '../../src/session/open-session.ts'
import { parseWorkflowTable, type WorkflowTable } from '../../src/workflows/index.ts'
import { profileOf, skillsFingerprint } from './profile-of.ts'
import { tryWorkflows } from './workflow-trial.ts'

const root = join(import.meta.dirname, '..', '..')
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '2' },
    finalists: { type: 'string', default: '6' },
    problems: { type: 'string', default: '100000' },
    out: { type: 'string', default: join(root, 'data', 'problems', 'best-workflows.json') },
  },
})

const { config } = loadConfig({ preset: 'quickstart', set: [`seed=${values.seed}`] })
const { problems, fingerprint } = await loadProblems(join(root, config.data.train), { skipBadRows: false })
const tried = problems.slice(0, Number(values.problems))
const repeats = Number(values.repeats)
const finalists = Number(values.finalists)
const table: WorkflowTable = {
  version: 1,
  problems: fingerprint,
  skills: skillsFingerprint(problems),
  callPrice: config.rewards.callPrice,
  seed: config.seed,
  trial: { problems: tried.length, repeats, finalists },
  groups: [],
}
const part = `${values.out}.part`

/** Groups of a trial that was stopped, where it was this very trial. */
function finishedGroups(): WorkflowTable['groups'] {
  if (!existsSync(part)) return []
  const { groups, ...head } = parseWorkflowTable(readFileSync(part, 'utf8'))
  const { groups: _, ...own } = table
  return JSON.stringify(head) === JSON.stringify(own) ? groups : []
}

mkdirSync(dirname(values.out), { recursive: true })
const startedAt = Date.now()
const workflows = await openWorkflows(config, undefined, { signal: new AbortController().signal })
try {
  const trial = {
    environment: workflows.environment,
    problems: tried,
    profileOf,
    repeats,
    finalists,
    seed: config.seed,
    concurrency: config.training.concurrency,
    signal: new AbortController().signal,
  }
  for await (const group of tryWorkflows(trial, finishedGroups())) {
    table.groups.push(group)
    writeWhole(part, textOf(table))
    process.stdout.write(`${lineOf(group)}\n`)
  }
} finally {
  await workflows.close()
}
writeWhole(values.out, textOf(table))
rmSync(part)
process.stdout.write(`${values.out}, ${((Date.now() - startedAt) / 1000).toFixed(0)} s\n`)

function textOf(content: WorkflowTable): string {
  return `${JSON.stringify(content, null, 1)}\n`
}

function lineOf({ name, finalists: [choice] }: WorkflowTable['groups'][number]): string {
  if (choice === undefined) return name
  const { workflow, accuracy, reward, calls, attempts } = choice
  const numbers = `${(100 * accuracy).toFixed(1).padStart(5)} %  reward ${reward.toFixed(2)}  ${calls.toFixed(1)} calls`
  return `${name.padEnd(20)} ${numbers}  n=${attempts}  ${workflow}`
}
