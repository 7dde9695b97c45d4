/** Trains a tiny selector in the run folder that is given, from wherever it stands; says each round. For crash tests. */
import { existsSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { createRun, openRun } from '../../../runs/index.ts'
import { openSelector } from '../../../engines/pointer/index.ts'
import {
  toyArchitectures,
  toyFeatures,
  toyGroups,
  toyParameters,
  toyQueries,
} from '../../../engines/pointer/testing/toy-selectors.ts'
import { trainInRun } from '../run-training.ts'
import { grpoStage, rceStage } from '../stages.ts'

const folder = process.argv[2] as string
const quick = { batchSize: 2, warmupSteps: 1 } as const
const architecture = toyArchitectures['pointer network with gate']
const origin = { configHash: 'none', seed: 1, datasets: {}, argv: [] }
const store = existsSync(folder)
  ? openRun(folder)
  : createRun({ root: dirname(folder), name: basename(folder), resolvedYaml: '{}\n', origin })
const selector = await openSelector({ architecture, tensors: toyParameters(architecture), features: toyFeatures() })
const queries = toyQueries([6, 6, 6, 6, 6])
const groups = toyGroups(queries, 4, 2).map(({ query, pool, sequences }) => ({
  query,
  pool,
  sequences,
  rewards: sequences.map(([first]) => (first === 2 ? 2 : (first as number) / 10)),
}))
await trainInRun({
  store,
  selector,
  seed: 3,
  groups,
  validation: groups.slice(0, 2),
  stages: [
    rceStage({ ...quick, epochs: 3, dropoutRate: 0.1 }),
    grpoStage({ ...quick, epochs: 2 }),
    grpoStage({ ...quick, groups: 'fresh', rounds: 3, groupSize: 4 }),
  ],
  fresh: {
    queries,
    reward: { mode: 'soft_only' },
    judge: async (requests) =>
      requests.map(({ pointers }) => ({
        isCorrect: pointers[0] === 2,
        accuracy: pointers[0] === 2 ? 1 : 0.1,
        referenceProbability: null,
        likeness: null,
        beamScore: null,
        usedFallback: false,
      })),
  },
  now: Date.now,
  onRound: ({ stage, round }) => process.stdout.write(`stage ${stage} round ${round}\n`),
})
store.close()
await selector.close()
process.stdout.write('done\n')
