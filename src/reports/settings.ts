/** The set-up of a run as names and values, from its configuration, manifest and metrics. The sentences are the words'. */
import { parse } from 'yaml'
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

/** Text that is the same in every language, or one of the words' sentences with what it says. */
export type SettingValue = string | { readonly say: SettingSentence; readonly with: readonly string[] }

export type SettingSentence =
  | 'simulator'
  | 'server'
  | 'sameServer'
  | 'sameAsExecutor'
  | 'policy'
  | 'frozen'
  | 'loss'
  | 'time'

export type Setting = readonly [name: SettingName, value: SettingValue]

/** The value at a path of keys as text, '' where there is none. */
type Read = (...path: readonly string[]) => string

/** @param steps the metrics of each step, for the time that they took. */
export function settingsOf(run: RunReader, steps: readonly Metrics[]): Setting[] {
  const { config, manifest } = run
  const reading =
    (version: unknown): Read =>
    (...path) =>
      String(atPath(version, ...path) ?? '')
  const text = reading(config)
  const history = run.configHistory().map(({ yaml }) => parse(yaml) as unknown)
  /** `0.0003 → 0.1` where a resume changed it. */
  const overTime = (write: (text: Read) => string): string =>
    [...new Set((history.length === 0 ? [config] : history).map((version) => write(reading(version))))].join(' → ')
  const seconds = (name: string): string =>
    `${Math.round(steps.reduce((sum, metrics) => sum + (metrics[name] ?? 0), 0))} s`
  const datasets = Object.entries(manifest.datasets).map(([split, { rows, fingerprint }]) => {
    return `${split} ${rows} (${fingerprint.slice(0, 8)})`
  })
  return [
    ['policy', policyText(text)],
    ...serverSettings(text),
    ['problems', datasets.join(', ')],
    ['step', overTime((of) => `${of('training', 'problemsPerStep')} × ${of('training', 'groupSize')}`)],
    [
      'loss',
      say(
        'loss',
        text('training', 'loss', 'type'),
        text('training', 'advantages', 'scale'),
        text('training', 'loss', 'klCoefficient'),
      ),
    ],
    ['learningRate', overTime((of) => `${of('training', 'learningRate')} (${of('training', 'schedule')})`)],
    [
      'rewards',
      overTime(text('environment') === 'demonstrations' ? (of) => of('demonstrations', 'reward', 'mode') : rewardsText),
    ],
    ['time', say('time', seconds('time/step_s'), seconds('time/rollouts_s'), seconds('time/update_s'))],
    ['seed', overTime((of) => of('seed') || String(manifest.seed))],
    ['versions', `Baton ${manifest.batonVersion}, Node ${manifest.nodeVersion}`],
    ['configuration', manifest.configHash.replace(/^sha256:/, '').slice(0, 12)],
  ]
}

function say(sentence: SettingSentence, ...values: string[]): SettingValue {
  return { say: sentence, with: values }
}

/** `standard, callPrice 0.5`: keys, the same in every language. */
function rewardsText(text: (...path: string[]) => string): string {
  const price = Number(text('rewards', 'callPrice'))
  const module = text('rewards', 'module')
  if (module !== '') return module
  return price > 0 && ['standard', 'judge-only'].includes(text('rewards', 'preset'))
    ? `${text('rewards', 'preset')}, callPrice ${price}`
    : text('rewards', 'preset')
}

/** Whom demonstrations are shown to, the collection knows. */
function serverSettings(text: Read): Setting[] {
  if (text('environment') === 'demonstrations') {
    return [['executor', text('demonstrations', 'collection') || text('training', 'rollouts')]]
  }
  return [
    ['executor', serverText(text('llm', 'executor', 'baseUrl'), text('llm', 'executor', 'model'))],
    ['judge', serverText(text('llm', 'judge', 'baseUrl'), text('llm', 'judge', 'model'))],
  ]
}

function policyText(text: (...path: string[]) => string): SettingValue {
  const engine = text('policy', 'engine')
  if (engine === 'pointer') return say('policy', text('policy', 'pointer', 'kind'), engine)
  if (engine !== 'frozen') return say('policy', text('policy', 'model'), engine)
  return say('frozen', text('policy', 'frozen', 'model'), text('policy', 'frozen', 'baseUrl'))
}

function serverText(baseUrl: string, model: string): SettingValue {
  if (baseUrl === 'executor') return model === 'executor' ? say('sameAsExecutor') : say('sameServer', model)
  return baseUrl === 'simulator' ? say('simulator') : say('server', model, baseUrl)
}

/** The value at a path of keys, undefined where the path ends early. */
export function atPath(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined),
    value,
  )
}
