/** API keys are never in a configuration, which is saved with every run; it names their environment variables. */
import { modelServer, refuseAddress } from '../core/inputs/address.ts'
import { refuseVariableName } from '../core/inputs/names.ts'
import { configError } from './failures.ts'
import { isLayerObject, type Layer, type LayerObject } from './yaml-layer.ts'

const secretKey = /^(api[-_]?key|key|token|secret|password|authorization|bearer)$/i
const dummies = new Set(['', 'sk-dummy', 'empty', 'none', 'null', 'dummy', 'no-key', 'not-needed'])

/** Whether an `api_key` is an obvious placeholder for "this server needs none". */
export function isDummyKey(value: string): boolean {
  return dummies.has(value.trim().toLowerCase())
}

/** Throws, without repeating the value, where a layer holds a key itself. */
export function refuseSecrets(layer: Layer): void {
  walk(layer.values, '', (path, name, value) => {
    if (secretKey.test(name) && value !== null) {
      throw secretError(`${path} holds a secret (${layer.where(path)})`, path)
    }
    if (typeof value !== 'string') return
    if (name === 'apiKeyEnvironment' && refuseVariableName(value)?.isSecret === true) {
      throw secretError(`${path} must name an environment variable, not be the key (${layer.where(path)})`, path)
    }
    const address = name === 'baseUrl' ? refuseAddress(value, modelServer) : null
    if (address?.isSecret === true) throw secretError(`${path}: ${address.why} (${layer.where(path)})`, path)
  })
}

/** The error for a key found at `path`; the hint names the fix, never the value. */
export function secretError(what: string, path: string): Error {
  const server = /^(llm\.(executor|judge)|policy\.tinker)/.exec(path)?.[0] ?? 'llm.executor'
  return configError(
    'secret-in-config',
    `${what}: it would be saved with the run.`,
    `Put the key into an environment variable and name that: ${server}.apiKeyEnvironment: MY_API_KEY.`,
  )
}

type Visit = (path: string, name: string, value: unknown) => void

function walk(values: LayerObject, prefix: string, visit: Visit): void {
  for (const [name, value] of Object.entries(values)) {
    const path = prefix === '' ? name : `${prefix}.${name}`
    visit(path, name, value)
    if (isLayerObject(value)) walk(value, path, visit)
  }
}
