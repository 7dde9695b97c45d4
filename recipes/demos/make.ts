/**
 * `npm run demos`: learns which demonstrations to show, on three seeds of a simulated world and of its null world, and
 * writes a report. Exits with 4 where, with the default sizes, the learned selector does not beat random and retrieval on
 * every seed, or where it gains in the null world.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { clusteredRate, type Rate, type RateCluster } from '../../src/core/clustered-rate.ts'
import { createAnswerer, defaultProfile } from '../../src/demonstrations/answering/index.ts'
import {
  type EvaluationIdentity,
  methodDifference,
  writeStoredEvaluation,
} from '../../src/demonstrations/evaluation/index.ts'
import {
  buildReport,
  evaluationBlocks,
  interval,
  points,
  signedPoints,
  type WorldResult,
} from '../../src/demonstrations/report/index.ts'
import { htmlPage, markdownPage } from '../../src/reports/index.ts'
import { createRun, fingerprint, recordEnding } from '../../src/runs/index.ts'
import { createSimulatedModel } from '../../src/simulation/server/simulated-model.ts'
import { expectationOf, type WorldDifference } from './expectation.ts'
import { pictureWorlds, type Worlds } from './picture-world.ts'
import { type TrainedWorld, trainWorld } from './train-world.ts'
import type { World } from './world.ts'

/** With these a gain is expected on every seed. */
const sizes = {
  questions: { type: 'string', default: '1200' },
  'null-questions': { type: 'string', default: '800' },
  'held-out': { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '6' },
  shots: { type: 'string', default: '2' },
} as const

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    ...sizes,
    'at-a-time': { type: 'string', default: '2' },
    out: { type: 'string', default: 'runs' },
  },
})
const shots = Number(values.shots)
const heldOutQuestions = Number(values['held-out'])
const rounds = Number(values.rounds)
const startedAt = Date.now()

type WorldName = 'simulated' | 'null world'

interface Job {
  readonly name: WorldName
  readonly seed: number
}

interface Outcome extends Job {
  readonly world: World
  readonly trained: TrainedWorld
}

/** Of the table of seeds and worlds. */
const toldMethods = ['zero-shot', 'random', 'similar', 'rce', 'learned'] as const
/** That the learned selector is expected to beat, and not to beat in the null world. */
const baselines = ['similar', 'random'] as const

function say(text: string): void {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0).padStart(4)
  process.stderr.write(`${seconds} s  ${text}\n`)
}

const made = new Map<number, Worlds>()

/** Both worlds of a seed are made from the same questions, once. */
function worldsOf(seed: number): Worlds {
  const known = made.get(seed)
  if (known !== undefined) return known
  say(`seed ${seed}: drawing pictures, making pools`)
  const worlds = pictureWorlds({
    seed,
    trainingQuestions: Number(values.questions),
    nullTrainingQuestions: Number(values['null-questions']),
    heldOutQuestions,
    indexSize: 3000,
    poolSize: 64,
    answerer: createAnswerer({ model: createSimulatedModel() }, defaultProfile),
  })
  made.set(seed, worlds)
  return worlds
}

async function run(job: Job): Promise<Outcome> {
  const label = `${job.name}, seed ${job.seed}`
  const worlds = worldsOf(job.seed)
  const world = job.name === 'simulated' ? worlds.simulated : worlds.null
  say(`${label}: ${world.training.questions.length} training and ${heldOutQuestions} held-out questions`)
  const trained = await trainWorld(world, {
    seed: job.seed,
    shots,
    groupSize: 12,
    rounds,
    evaluatedShots: [1, 2, 3, 4],
    folder: join(store.folder, 'worlds'),
    name: `${job.name.replace(' ', '-')}-${job.seed}`,
    onProgress: (text) => say(`${label}: ${text}`),
  })
  return { ...job, world, trained }
}

/** @param list runs of one world; questions of several seeds are put together. */
function resultOf(list: readonly Outcome[], seed: string): { result: WorldResult; compared: WorldDifference[] } {
  const rows = list.flatMap((outcome) =>
    outcome.trained.rows.map((row) => ({
      ...row,
      questionId: `${outcome.seed}/${row.questionId}`,
      imageId: `${outcome.seed}/${row.imageId}`,
    })),
  )
  const accuracy = [...toldMethods].map((method): [string, Rate] => {
    const images = new Map<string, RateCluster>()
    for (const { method: own, shots: count, score, imageId } of rows) {
      if (own !== method || (count !== shots && count !== 0) || score === null) continue
      const { right, trials } = images.get(imageId) ?? { right: 0, trials: 0 }
      images.set(imageId, { right: right + score, trials: trials + 1 })
    }
    return [method, clusteredRate([...images.values()], 'trials')]
  })
  const world = list[0]?.name ?? 'simulated'
  const found = baselines.flatMap((baseline) => {
    const row = methodDifference(rows, { method: 'learned', baseline, key: ['demos', seed] })?.byShots.find(
      (byShots) => byShots.shots === shots,
    )
    return row === undefined ? [] : [{ ...row, baseline }]
  })
  const result = {
    world,
    seed,
    n: heldOutQuestions * list.length,
    accuracy: Object.fromEntries(accuracy),
    differences: Object.fromEntries(
      found.map(({ baseline, difference, low, high }) => [baseline, { mean: difference, low, high }]),
    ),
  }
  const compared = found.map(({ baseline, low, high, n, detectable }) => ({
    ...{ world, seed, baseline },
    ...{ low, high, n, detectable },
  }))
  return { result, compared }
}

async function inTurns(jobs: readonly Job[], atATime: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < jobs.length; i = next++) outcomes[i] = await run(jobs[i] as Job)
  }
  await Promise.all(Array.from({ length: atATime }, worker))
  return outcomes
}

const seeds = values.seeds.split(',').map(Number)
const settings = { recipe: 'demos', ...values }
const resolvedYaml = stringify(settings)
const store = createRun({
  root: values.out,
  prefix: 'demos',
  kind: 'evaluation',
  resolvedYaml,
  origin: { configHash: fingerprint(resolvedYaml), seed: seeds[0] ?? 1, datasets: {}, argv: process.argv.slice(2) },
})
const jobs = seeds.flatMap((seed): Job[] => [
  { name: 'simulated', seed },
  { name: 'null world', seed },
])
const outcomes = await inTurns(jobs, Number(values['at-a-time']))
const worlds = ['simulated', 'null world'].map((name) => outcomes.filter((outcome) => outcome.name === name))
const results = worlds.flatMap((list) => [
  ...list.map((outcome) => resultOf([outcome], String(outcome.seed))),
  ...(list.length < 2 ? [] : [resultOf(list, 'all')]),
])
const first = outcomes[0] as Outcome

const identity: EvaluationIdentity = { ...first.world.identity, questionCount: heldOutQuestions }
writeStoredEvaluation(store, { identity, method: 'learned', rows: first.trained.rows })
const report = await buildReport({
  method: 'learned',
  name: store.name,
  folder: store.folder,
  createdAt: store.manifest.createdAt,
  identity,
  settings: Object.entries(values).map(([name, value]) => [name, String(value)]),
  rows: first.trained.rows,
  kindOf: first.world.kindOf,
  item: first.world.item,
  curves: outcomes.filter(({ name }) => name === 'simulated').flatMap(({ trained }) => trained.curves),
  worlds: results.map(({ result }) => result),
})
store.writeArtifact('report.json', `${JSON.stringify(report, null, 2)}\n`)
store.writeArtifact('report.md', markdownPage(evaluationBlocks(report, 'en')))
const page = store.writeArtifact(
  'report.html',
  htmlPage(store.name, (language) => evaluationBlocks(report, language)),
)
// The worlds' training folders are large, and the report covers them.
rmSync(join(store.folder, 'worlds'), { recursive: true, force: true })
recordEnding(store, { state: 'complete' })
store.close()

for (const { world, seed, accuracy, differences } of results.map(({ result }) => result)) {
  const against = Object.entries(differences).map(
    ([baseline, { mean, low, high }]) => `against ${baseline} ${signedPoints(mean)} points [${interval(low, high)}]`,
  )
  const { value = 0, low: least = 0, high: most = 1, trials = 0 } = accuracy['learned'] ?? {}
  const learned = `${points(value)} % [${points(least)}, ${points(most)}] n=${trials}, ${shots} shots`
  process.stdout.write(`${world.padEnd(10)} seed ${seed.padEnd(3)}  learned ${learned}  ${against.join('  ')}\n`)
}
const calls = outcomes.reduce((sum, { trained }) => sum + trained.calls, 0)
process.stdout.write(`${calls.toLocaleString('en-US')} answers in ${Math.round((Date.now() - startedAt) / 1000)} s\n`)
process.stdout.write(`report     ${page}\n`)
const hasDefaultSizes = Object.entries(sizes).every(
  ([name, option]) => values[name as keyof typeof sizes] === option.default,
)
const { lines, exitCode } = expectationOf(
  results.flatMap(({ compared }) => compared),
  { hasDefaultSizes, seeds: seeds.length },
)
for (const line of lines) process.stdout.write(`${line}\n`)
process.exitCode = exitCode
