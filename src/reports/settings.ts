/** The set-up of a run as names and values, from its configuration, manifest and metrics. */
import type { Metrics } from '../core/records.ts'
import type { RunReader } from '../runs/index.ts'

/** Names are keys of the reports' words. */
export type SettingName =
  | 'policy'
  | 'executor'
  | 'judge'
  | 'problems'
  | 'step'
  | 'loss'
  | 'learningRate'
  | 'rewards'
  | 'time'
  | 'seed'
  | 'versions'
  | 'configuration'

export type Setting = readonly [name: SettingName, value: string]

/** @param steps the metrics of each step, for the time that they took. */
export function settingsOf(run: RunReader, steps: readonly Metrics[]): Setting[] {
  const { config, manifest } = run
  const text = (...path: string[]): string => String(atPath(config, ...path) ?? '')
  const seconds = (name: string): string =>
    `${Math.round(steps.reduce((sum, metrics) => sum + (metrics[name] ?? 0), 0))} s`
  const datasets = Object.entries(manifest.datasets).map(([split, { rows, fingerprint }]) => {
    return `${split} ${rows} (${fingerprint.slice(0, 8)})`
  })
  return [
    ['policy', policyText(text)],
    ['executor', serverText(text('llm', 'executor', 'baseUrl'), text('llm', 'executor', 'model'))],
    ['judge', serverText(text('llm', 'judge', 'baseUrl'), text('llm', 'judge', 'model'))],
    ['problems', datasets.join(', ')],
    ['step', `${text('training', 'problemsPerStep')} × ${text('training', 'groupSize')}`],
    [
      'loss',
      `${text('training', 'loss', 'type')}, advantages: ${text('training', 'advantages', 'scale')}, KL ${text('training', 'loss', 'klCoefficient')}`,
    ],
    ['learningRate', `${text('training', 'learningRate')} (${text('training', 'schedule')})`],
    ['rewards', text('rewards', 'preset')],
    ['time', `${seconds('time/step_s')} (rollouts ${seconds('time/rollouts_s')}, updates ${seconds('time/update_s')})`],
    ['seed', String(manifest.seed)],
    ['versions', `Baton ${manifest.batonVersion}, Node ${manifest.nodeVersion}`],
    ['configuration', manifest.configHash.replace(/^sha256:/, '').slice(0, 12)],
  ]
}

function policyText(text: (...path: string[]) => string): string {
  const engine = text('policy', 'engine')
  if (engine !== 'frozen') return `${text('policy', 'model')} (${engine})`
  return `${text('policy', 'frozen', 'model')} at ${text('policy', 'frozen', 'baseUrl')} (frozen)`
}

function serverText(baseUrl: string, model: string): string {
  if (baseUrl === 'executor') return model === 'executor' ? '= executor' : `${model} (server of the executor)`
  return baseUrl === 'simulator' ? 'simulator (offline, not a language model)' : `${model} at ${baseUrl}`
}

/** The value at a path of keys, undefined where the path ends early. */
export function atPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
    value,
  )
}
