/** A collection of demonstrations as a run: its files, its folder, its server, and what it found. */
import { createHash } from 'node:crypto'
import { stringify } from 'yaml'
import { type CollectionOutcome, type CollectionSettings, runCollection } from '../demonstrations/collect/index.ts'
import { inputBytes } from '../demonstrations/data/index.ts'
import { probeServer } from '../llm/index.ts'
import { createRun, fingerprint, type RunManifest, type RunStore, withoutSecrets } from '../runs/index.ts'
import { simulatedPictures } from './simulated-pictures.ts'

type Files = RunManifest['datasets']

/** Fingerprints of the files that a collection reads. */
export function collectionFiles(settings: CollectionSettings): Files {
  const { questions, annotations, embeddings, selector, rejudge, merge } = settings
  const given = Object.entries({ questions, annotations, embeddings, selector, rejudge, merge })
  return Object.fromEntries(
    given.flatMap(([name, path]) =>
      path === null ? [] : [[name, { path, fingerprint: fingerprint(inputBytes(path)), rows: 0 }]],
    ),
  )
}

/** @param argv what the command line was, without its first two words. */
export function newCollectionRun(
  root: string,
  settings: CollectionSettings,
  { datasets, argv }: { readonly datasets: Files; readonly argv: readonly string[] },
): RunStore {
  const resolvedYaml = stringify(settings)
  return createRun({
    root,
    rootSetting: '--out',
    prefix: 'demos-collect',
    kind: 'collection',
    resolvedYaml,
    origin: {
      configHash: createHash('sha256').update(resolvedYaml).digest('hex'),
      seed: settings.seed,
      datasets,
      argv: withoutSecrets(argv),
    },
  })
}

/** How long a server may take to load its model. */
const probeTimeoutMs = 120_000

/** @throws BatonError where the answering model's server does not answer. */
export async function probeAnsweringModel(
  { server: { baseUrl, model } }: CollectionSettings,
  apiKey: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const target = { baseUrl, model, boundary: 'executor', timeoutMs: probeTimeoutMs } as const
  await probeServer({ ...target, ...(apiKey === undefined ? {} : { apiKey }) }, signal)
}

/** Collects into the run and records what was found. */
export async function collectInto(
  store: RunStore,
  settings: CollectionSettings,
  {
    signal,
    onProgress,
  }: { readonly signal: AbortSignal; readonly onProgress: (what: string, done: number, total: number) => void },
): Promise<CollectionOutcome> {
  const from = { environment: process.env, simulated: simulatedPictures }
  const outcome = await runCollection({ settings, store, ...from, signal, onProgress })
  const { profileHash, poolHash, indexHash } = outcome.data
  const { right, ...counts } = outcome.counts
  const collection = { ...counts, right: { ...right }, profileHash, poolHash, indexHash }
  store.event({ kind: 'collected', collection })
  return outcome
}
