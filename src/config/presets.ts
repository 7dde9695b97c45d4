/** Named starting points: YAML files in `presets/`, laid over the defaults and under the user's own file. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configError } from './failures.ts'
import { type Layer, readYamlLayer } from './yaml-layer.ts'

const folder = join(import.meta.dirname, 'presets')

export function presetNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
}

export function readPreset(name: string): Layer {
  if (!presetNames().includes(name)) {
    throw configError('unknown-preset', `there is no preset "${name}".`, `Take one of: ${presetNames().join(', ')}.`)
  }
  return readYamlLayer(readFileSync(join(folder, `${name}.yaml`), 'utf8'), `preset ${name}`)
}
