/** What a training of a selector reads before a run is made: sequences, embeddings, the selector to begin with. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Config } from '../../config/index.ts'
import { BatonError } from '../../core/failure.ts'
import type { Problem } from '../../core/problem.ts'
import { randomFor } from '../../core/random.ts'
import type { DatasetManifest } from '../../core/run-events.ts'
import {
  biEncoderArchitecture,
  createPickTokenizer,
  initialParameters,
  languageModelArchitecture,
  type PickTables,
  type PickTokenizer,
  pointerArchitecture,
  readSelector,
  type SelectorArchitecture,
  type SelectorCheckpoint,
  tooManyShots,
} from '../../engines/pointer/index.ts'
import { fingerprint } from '../../runs/index.ts'
import type { JudgedAttempt, JudgedProblem } from '../../training/index.ts'
import { type CollectionSettings, checkSettings, mergeGroups, readSequences } from '../collect/index.ts'
import { inputBytes } from '../data/index.ts'
import { readEmbeddings } from '../features/index.ts'
import type { CandidateSequence, CollectedGroup, Embeddings } from '../schema.ts'
import { failedOutcome, judgedOutcome } from './demonstration-environment.ts'

export interface DemonstrationData {
  readonly tables: PickTables
  readonly checkpoint: SelectorCheckpoint
  /** By the id of the question. */
  readonly pools: ReadonlyMap<string, readonly string[]>
  readonly train: readonly JudgedProblem[]
  readonly heldOut: readonly JudgedProblem[]
  /** By what they are. */
  readonly datasets: Readonly<Record<string, DatasetManifest>>
  /** How new sequences are judged; null where only given ones are learned from. */
  readonly collection: { readonly settings: CollectionSettings; readonly profileHash: string | null } | null
}

/** @throws BatonError for whatever is wrong with the files. */
export function loadDemonstrations(config: Config): DemonstrationData {
  const { demonstrations, policy, seed } = config
  const { collection } = demonstrations
  const datasets: Record<string, DatasetManifest> = {}
  const keep = (name: string, path: string, rows: number): void => {
    datasets[name] = { path, fingerprint: fingerprint(inputBytes(path)), rows }
  }
  const load = (name: string, path: string): Embeddings => {
    const embeddings = readEmbeddings(path, { order: [] })
    keep(name, path, embeddings.ids.length)
    return embeddings
  }
  const inCollection = (name: string): string => join(collection ?? '', name)
  const candidates = load('embeddings', demonstrations.embeddings ?? inCollection('embeddings.safetensors'))
  const { queryEmbeddings, sequences } = demonstrations
  const queries = queryEmbeddings === null ? candidates : load('query embeddings', queryEmbeddings)
  refuseOtherWidth(queries, candidates)
  const files = (sequences.length > 0 ? sequences : [inCollection('sequences.json')]).map((path, i) => {
    const data = readSequences(path)
    keep(`sequences ${i + 1}`, path, data.groups.length)
    return { path, ...data }
  })
  refuseMixedProfiles(files)
  const groups = files.reduce<readonly CollectedGroup[]>((merged, file) => mergeGroups(merged, file.groups), [])
  const maxShots = Math.max(
    policy.maxCompletionTokens,
    ...groups.flatMap((group) => group.candidates.map(({ picks }) => picks.length)),
  )
  const smallest = groups.reduce((least, { pool }) => Math.min(least, pool.ids.length), Number.POSITIVE_INFINITY)
  if (policy.maxCompletionTokens > smallest) throw tooManyShots(policy.maxCompletionTokens, smallest)
  const { start } = policy.pointer
  const checkpoint =
    start === null
      ? newSelector(config, { inputWidth: candidates.width, rows: candidates.ids.length, maxShots })
      : readSelector(start)
  if (start !== null) keep('start', start, 1)
  const tables = { candidates, queries }
  const tokenizer = createPickTokenizer(tables)
  const { architecture } = checkpoint
  const stopAt = architecture.kind === 'pointer' && architecture.stop !== null ? maxShots : null
  const judged = groups.map((group) => judgedProblem(group, { tokenizer, stopAt, config }))
  const isHeldOut = ({ problem }: JudgedProblem): boolean =>
    randomFor(seed, 'validation', problem.id).next() < demonstrations.heldOutShare
  const train = judged.filter((problem) => !isHeldOut(problem))
  if (train.length === 0) throw nothingToTrain(judged.length, demonstrations.heldOutShare)
  return {
    tables,
    checkpoint,
    pools: new Map(groups.map(({ query, pool }) => [query.id, pool.ids])),
    train,
    heldOut: judged.filter(isHeldOut),
    datasets,
    collection:
      collection === null
        ? null
        : { settings: collectionSettings(collection), profileHash: files[0]?.profileHash ?? null },
  }
}

export interface SequenceReading {
  readonly tokenizer: PickTokenizer
  /** For a selector that can stop: shorter sequences end with STOP, which the file does not hold. */
  readonly stopAt: number | null
  readonly config: Config
}

/** The sequences of a question as attempts, repeated ones once. */
export function judgedProblem({ query, pool, candidates }: CollectedGroup, reading: SequenceReading): JudgedProblem {
  const problem: Problem = {
    id: query.id,
    type: 'vqa',
    source: 'demonstrations',
    question: query.question,
    answer: query.answers[0] ?? '',
    difficulty: 1,
  }
  const prompt = reading.tokenizer.promptOf(query.id, pool.ids)
  const seen = new Set<string>()
  const attempts = candidates.flatMap((candidate): JudgedAttempt[] => {
    const key = candidate.picks.join()
    if (seen.has(key)) return []
    seen.add(key)
    return [judgedAttempt(candidate, { prompt, ids: pool.ids }, reading)]
  })
  return { problem, attempts }
}

function judgedAttempt(
  { picks, verdict, failure, beamScore }: CandidateSequence,
  { prompt, ids }: { readonly prompt: readonly number[]; readonly ids: readonly string[] },
  { tokenizer, stopAt, config }: SequenceReading,
): JudgedAttempt {
  const tokens = picks.map((pick) => prompt[pick + 1] as number)
  const stops = stopAt !== null && picks.length < stopAt
  const picked = picks.map((pick) => ids[pick] as string)
  return {
    completion: stops
      ? { tokens: [...tokens, tokenizer.endOfTextId], stopReason: 'stop' }
      : { tokens, stopReason: 'length' },
    outcome:
      verdict === null
        ? failedOutcome(picked, {
            failure: failure ?? 'failed',
            message: 'the answering model failed when it was asked',
          })
        : judgedOutcome({ picks: picked, judged: verdict, beamScore }, config.demonstrations.reward),
  }
}

interface SelectorSizes {
  readonly inputWidth: number
  /** Of the index. */
  readonly rows: number
  readonly maxShots: number
}

function newSelector(config: Config, sizes: SelectorSizes): SelectorCheckpoint {
  const architecture = configuredArchitecture(config.policy.pointer, sizes)
  return { architecture, tensors: initialParameters(architecture, config.seed) }
}

/** The selector that the configuration asks for. */
export function configuredArchitecture(
  pointer: Config['policy']['pointer'],
  { inputWidth, rows, maxShots }: SelectorSizes,
): SelectorArchitecture {
  const { kind, hiddenWidth, layers, heads, temperature, stopAfter, start: _, freeze: __, ...options } = pointer
  switch (kind) {
    case 'pointer': {
      const stop = stopAfter === null ? null : { leastShots: stopAfter }
      return pointerArchitecture({ inputWidth, hiddenWidth, layers, heads, temperature, stop, ...options })
    }
    case 'bi-encoder':
      return biEncoderArchitecture({ inputWidth, temperature })
    case 'language-model':
      return languageModelArchitecture({
        inputWidth,
        hiddenWidth,
        layers,
        heads,
        indexRows: rows,
        maxShots: Math.max(8, maxShots),
      })
    default:
      return kind satisfies never
  }
}

function refuseOtherWidth(queries: Embeddings, candidates: Embeddings): void {
  if (queries.width === candidates.width) return
  throw new BatonError(
    `${queries.source} has ${queries.width} numbers a row, ${candidates.source} has ${candidates.width}.`,
    { boundary: 'dataset', code: 'embedding-width', hint: 'Embed both with one encoder.' },
  )
}

function refuseMixedProfiles(files: readonly { readonly path: string; readonly profileHash: string | null }[]): void {
  const [first, ...others] = files
  const other = others.find(({ profileHash }) => profileHash !== first?.profileHash)
  if (first === undefined || other === undefined) return
  throw new BatonError(`${first.path} and ${other.path} were judged under different evaluation profiles.`, {
    boundary: 'dataset',
    code: 'mixed-profiles',
    hint: 'Train on files of one profile; collect the others again under it.',
  })
}

function nothingToTrain(questions: number, heldOutShare: number): BatonError {
  return new BatonError(
    questions === 0
      ? 'the files of sequences hold no questions.'
      : `none of the ${questions} questions is left to train on: the share ${heldOutShare} of them is held out.`,
    {
      boundary: 'dataset',
      code: 'no-questions',
      hint: questions === 0 ? 'Collect sequences for some.' : 'Lower demonstrations.heldOutShare, or collect for more.',
    },
  )
}

function collectionSettings(folder: string): CollectionSettings {
  const path = join(folder, 'config.yaml')
  if (!existsSync(path)) {
    throw new BatonError(`${folder} is not a run: it has no config.yaml.`, {
      boundary: 'config',
      code: 'input-file',
      hint: 'Give the run folder that npx baton demos collect printed.',
    })
  }
  return checkSettings(parse(readFileSync(path, 'utf8')))
}
