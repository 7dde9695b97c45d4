/**
 * Which settings may change when a run is resumed, classified once for every key. A change that would make the steps
 * before and after it incomparable is refused there, unless forced; every change is recorded with its step.
 */
import type { Json } from '../core/json.ts'
import { throwProblems } from './check.ts'
import { describeConfig } from './keys.ts'
import type { Config } from './schema.ts'

/**
 * `free`: may change. `address`: where a server is; another address may serve the same model, or a different one.
 * `fixed`: the halves of the run would not be comparable. `unused`: read when a run is made, not when it is resumed.
 */
export type ChangeClass = 'free' | 'address' | 'fixed' | 'unused'

/** By key or section; the longest name that fits counts. */
export const changeClasses: Readonly<Record<string, ChangeClass>> = {
  seed: 'fixed',
  run: 'unused',
  environment: 'fixed',
  policy: 'fixed',
  'policy.threads': 'free',
  'policy.tinker.baseUrl': 'address',
  'policy.tinker.apiKeyEnvironment': 'free',
  'policy.tinker.samplesInFlight': 'free',
  'policy.tinker.saveEvery': 'free',
  'policy.tinker.deadlineMs': 'free',
  'policy.tinker.outageMs': 'free',
  'policy.frozen.baseUrl': 'address',
  'policy.frozen.apiKeyEnvironment': 'free',
  'policy.frozen.caFile': 'free',
  'policy.frozen.attempts': 'free',
  'policy.frozen.attemptTimeoutMs': 'free',
  'policy.frozen.totalTimeoutMs': 'free',
  'policy.frozen.concurrency': 'free',
  'policy.frozen.inputPerMillionUsd': 'free',
  'policy.frozen.outputPerMillionUsd': 'free',
  workflows: 'fixed',
  demonstrations: 'fixed',
  llm: 'fixed',
  ...serverClasses('llm.executor'),
  ...serverClasses('llm.judge'),
  'llm.simulator.latencyMs': 'free',
  data: 'fixed',
  training: 'fixed',
  'training.steps': 'free',
  'training.learningRate': 'free',
  'training.warmupSteps': 'free',
  'training.schedule': 'free',
  'training.concurrency': 'free',
  'training.evaluateEvery': 'free',
  'training.checkpointEvery': 'free',
  'training.keepCheckpoints': 'free',
  'training.maxCostUsd': 'free',
  'training.maxUnscorableRate': 'free',
  'training.acceptLowSignal': 'free',
  rewards: 'fixed',
  judge: 'fixed',
  'judge.trial': 'free',
  'judge.calibration': 'free',
  evaluation: 'fixed',
  'evaluation.decodings': 'free',
  'evaluation.baselines': 'free',
  sandbox: 'fixed',
  'sandbox.processes': 'free',
  'sandbox.interpretersPerProcess': 'free',
}

/** A server's timeouts, load and prices change no answer; the requests to it do. */
function serverClasses(server: string): Record<string, ChangeClass> {
  return {
    [`${server}.baseUrl`]: 'address',
    [`${server}.apiKeyEnvironment`]: 'free',
    [`${server}.caFile`]: 'free',
    [`${server}.concurrency`]: 'free',
    [`${server}.attempts`]: 'free',
    [`${server}.attemptTimeoutMs`]: 'free',
    [`${server}.totalTimeoutMs`]: 'free',
    [`${server}.inputPerMillionUsd`]: 'free',
    [`${server}.outputPerMillionUsd`]: 'free',
  }
}

export function changeClassOf(key: string): ChangeClass {
  for (let name = key; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const found = changeClasses[name]
    if (found !== undefined) return found
  }
  throw new Error(`${key} has no class in changes.ts`)
}

export interface SettingDifference {
  readonly key: string
  readonly from: Json
  readonly to: Json
  readonly changeClass: Exclude<ChangeClass, 'unused'>
}

/** In the schema's order; keys that a resume does not read are left out. */
export function differencesOf(before: Config, after: Config): SettingDifference[] {
  const leaves = describeConfig().filter(({ isSection }) => !isSection)
  const names = new Set(leaves.map(({ key }) => key))
  // A mapping that may be null (data.mix) is one value: its parts are not compared again.
  const values = leaves.filter(({ key }) => !names.has(key.slice(0, Math.max(0, key.lastIndexOf('.')))))
  return values.flatMap(({ key }): SettingDifference[] => {
    const changeClass = changeClassOf(key)
    const [from, to] = [valueAt(before, key), valueAt(after, key)]
    if (changeClass === 'unused' || JSON.stringify(from) === JSON.stringify(to)) return []
    return [{ key, from, to, changeClass }]
  })
}

/** @throws BatonError that names each change that would make the halves of the run incomparable. */
export function refuseIncomparable(differences: readonly SettingDifference[]): void {
  const refused = differences.filter(({ changeClass }) => changeClass !== 'free')
  throwProblems(
    'incomparable-change',
    refused.map(({ key, from, to, changeClass }) => ({
      message: `${key} is ${JSON.stringify(from)} in this run and cannot become ${JSON.stringify(to)} when it is resumed: the steps before and after would not be comparable.`,
      hint:
        changeClass === 'address'
          ? 'If the same model answers there, continue with --force, which records the change.'
          : 'Leave it as it was, start a new run, or continue with --force, which records the change.',
    })),
  )
}

function valueAt(config: Config, key: string): Json {
  return key
    .split('.')
    .reduce<unknown>((inner, part) => (inner as Readonly<Record<string, unknown>> | null)?.[part], config) as Json
}
