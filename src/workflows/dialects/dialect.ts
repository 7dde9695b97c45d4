/** Which framework a workflow program was written for, by what it imports and how its class is called. */
import type { PythonModule } from '../../python/analysis/index.ts'

export const dialectNames = [
  'aflow',
  'metagpt',
  'evoagentx',
  'maas',
  'scoreflow',
  'operators',
  'contract',
  'arrow',
] as const

/**
 * `aflow`: standalone AFlow, `workspace.<set>.workflows.template.operator`. `metagpt`: its older home, with `CostManager`.
 * `maas`: a controller and a third value returned. `operators`: `scripts.operators`, one shared module. `contract`: no
 * imports at all, as policies here are taught. `arrow`: the arrow language, written out as a program of the contract.
 */
export type Dialect = (typeof dialectNames)[number]

export const dialectTitles: Readonly<Record<Dialect, string>> = {
  aflow: 'AFlow graph.py',
  metagpt: "MetaGPT's AFlow",
  evoagentx: 'EvoAgentX',
  maas: 'MaAS',
  scoreflow: 'ScoreFlow',
  operators: 'scripts.operators',
  contract: 'program of the contract',
  arrow: 'arrow language',
}

export function dialectOf(module: PythonModule): Dialect {
  const imports = module.imports.map(({ module: name, name: imported }) =>
    imported === null ? name : `${name}.${imported}`,
  )
  const some = (pattern: RegExp): boolean => imports.some((name) => pattern.test(name))
  const methods = module.classes.flatMap((candidate) => candidate.methods)
  if (methods.some(({ name }) => name === 'run_workflow')) return 'scoreflow'
  const parameters = methods.filter(({ name }) => name === '__init__').flatMap((method) => method.parameters)
  if (parameters.some(({ name }) => name === 'controller')) return 'maas'
  if (some(/^evoagentx\b/)) return 'evoagentx'
  if (some(/^metagpt\b/) || some(/^examples\.aflow\b/)) return 'metagpt'
  if (some(/\btemplate\.operators?\b/) || some(/\bworkflows\b.*\bprompt\b/) || some(/^workspace\b/)) return 'aflow'
  if (some(/^scripts\b/)) return 'operators'
  return 'contract'
}
