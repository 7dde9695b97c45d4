/** The attempts that `training.imitation.from` names, read before anything is started. */
import { statSync } from 'node:fs'
import { type Config, locateInput } from '../../config/index.ts'
import { comparableText } from '../../core/comparable-text.ts'
import { type Problem, problemText } from '../../core/problem.ts'
import type { DatasetManifest } from '../../core/run-events.ts'
import { attemptsOfExperts } from './from-experts.ts'
import { attemptsOfFile } from './from-file.ts'
import { attemptsOfRun } from './from-run.ts'
import {
  bestAttempts,
  type ImitatedProblem,
  type ImitatedSource,
  type Imitation,
  type ImitationTask,
} from './imitated.ts'

/** Names the source that is no path. */
const expertsName = 'experts'

/** @param measured problems of the splits that the policy is measured on. */
export async function loadImitation(
  config: Config,
  { train, measured }: { readonly train: readonly Problem[]; readonly measured: readonly Problem[] },
): Promise<Imitation> {
  const { from, perProblem, leastReward } = config.training.imitation
  const texts = new Set(measured.map((problem) => comparableText(problemText(problem))))
  const task: ImitationTask = {
    ...{ perProblem, leastReward, train, seed: config.seed, skipBadRows: config.data.skipBadRows },
    contract: config.workflows.contract,
    writesPlans: config.policy.promptStyle === 'full' && config.workflows.form === 'plan',
    isMeasured: (question) => texts.has(question),
  }
  const sources: { readonly name: string; readonly source: ImitatedSource }[] = []
  for (const name of from) sources.push({ name, source: await readSource(name, task) })
  const manifest = sources.map(({ name, source }, i): [string, DatasetManifest] => {
    const rows = source.problems.reduce((sum, { attempts }) => sum + attempts.length, 0)
    return [`imitation ${i + 1}`, { path: name, fingerprint: source.fingerprint, rows }]
  })
  return {
    problems: merged(
      sources.flatMap(({ source }) => source.problems),
      perProblem,
    ),
    manifest: Object.fromEntries(manifest),
    notes: sources.flatMap(({ source }) => source.notes),
  }
}

async function readSource(name: string, task: ImitationTask): Promise<ImitatedSource> {
  if (name === expertsName) return attemptsOfExperts(task)
  const path = locateInput('training.imitation.from', name)
  return statSync(path).isDirectory() ? attemptsOfRun(path, task) : attemptsOfFile(name, path, task)
}

/** Problems that several sources have are one problem with the best attempts of all. Ids are unique afterwards. */
function merged(problems: readonly ImitatedProblem[], perProblem: number): ImitatedProblem[] {
  const ids = new Map<string, number>()
  return [...Map.groupBy(problems, keyOf).values()].map((same) => {
    const { problem, asked } = same[0] as ImitatedProblem
    const times = (ids.get(problem.id) ?? 0) + 1
    ids.set(problem.id, times)
    const id = times === 1 ? problem.id : `${problem.id}-${times}`
    const attempts = same.flatMap((each) => each.attempts)
    return { problem: { ...problem, id }, asked, attempts: bestAttempts(attempts, perProblem) }
  })
}

/** Datasets may use the same ids for different problems. */
function keyOf({ problem, asked }: ImitatedProblem): string {
  return asked === null ? `problem ${comparableText(problemText(problem))}` : problem.id
}
