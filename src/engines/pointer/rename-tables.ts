/**
 * Names of the pointer network's tensors in other layouts, as a versioned table. Today's layout has the names of the V3
 * class. Reading a checkpoint never renames: a file of another layout is refused, and `convertTensors` makes today's
 * file of it (and back again, without a change in any number).
 */
import type { HostTensor } from '../../tensor/index.ts'
import { checkpointError } from './checkpoint-errors.ts'

/** Written into converted files; raised when a rule changes its meaning. */
export const renameTableVersion = 1

interface Layout {
  readonly prefix: string
  /** Beginning of names: today's and the layout's. */
  readonly renamed: readonly (readonly [today: string, other: string])[]
  /** More layers have no name in this layout. */
  readonly maxLayers: number
}

const oneLayer: Layout['renamed'] = [
  ['cross_attn_layers.0.', 'cross_attn.'],
  ['attn_norms.0.', 'attn_norm.'],
]

const many = Number.POSITIVE_INFINITY

const layouts = {
  /** V3's `model_state_dict`, and Baton's own. */
  v3: { prefix: '', renamed: [], maxLayers: many },
  /** The older V2 class, which has one layer without a number. */
  'v2-single': { prefix: '', renamed: oneLayer, maxLayers: 1 },
  /** V2 as the Lightning module saves it. */
  'v2-lightning': { prefix: 'lever_lm.pointer_selector.', renamed: [], maxLayers: many },
  /** The older V2 class as the Lightning module saves it; also what V3 checkpoints were once converted to. */
  'v2-lightning-single': { prefix: 'lever_lm.pointer_selector.', renamed: oneLayer, maxLayers: 1 },
  /** V2 with the outer prefix taken off and the inner one left. */
  'v2-wrapped': { prefix: 'pointer_selector.', renamed: [], maxLayers: many },
  'v2-wrapped-single': { prefix: 'pointer_selector.', renamed: oneLayer, maxLayers: 1 },
} satisfies Readonly<Record<string, Layout>>

export type LayoutName = keyof typeof layouts

export const layoutNames = Object.keys(layouts) as LayoutName[]

/** The layout whose rules fit every name. @param where names the file in errors. */
export function detectLayout(names: readonly string[], where: string): LayoutName {
  const fits = (layout: Layout): boolean =>
    names.every((name) => {
      if (!name.startsWith(layout.prefix)) return false
      const bare = name.slice(layout.prefix.length)
      return !layout.renamed.some(([today]) => bare.startsWith(today))
    })
  const hasOwnNames = ({ prefix, renamed }: Layout): boolean =>
    renamed.every(([, other]) => names.some((name) => name.startsWith(`${prefix}${other}`)))
  const candidates = layoutNames.filter((name) => fits(layouts[name]) && hasOwnNames(layouts[name]))
  // A prefix says more than none, and a rename more than none.
  const best = candidates.sort((a, b) => weight(layouts[b]) - weight(layouts[a]))[0]
  if (best !== undefined) return best
  throw checkpointError(
    `${where} has tensors of more than one layout (${names.slice(0, 4).join(', ')}, ...).`,
    'Save the selector alone, without the tensors of other modules.',
  )
}

const weight = ({ prefix, renamed }: Layout): number => prefix.length * 10 + renamed.length

/**
 * The same tensors under the names of another layout, in the same order.
 * @throws BatonError where the layout has no name for one of them.
 */
export function convertTensors(
  tensors: ReadonlyMap<string, HostTensor>,
  from: LayoutName,
  to: LayoutName,
): Map<string, HostTensor> {
  return new Map([...tensors].map(([name, tensor]) => [fromToday(toToday(name, layouts[from]), to), tensor]))
}

function toToday(name: string, { prefix, renamed }: Layout): string {
  const bare = name.slice(prefix.length)
  const rule = renamed.find(([, other]) => bare.startsWith(other))
  return rule === undefined ? bare : `${rule[0]}${bare.slice(rule[1].length)}`
}

function fromToday(name: string, layoutName: LayoutName): string {
  const layout: Layout = layouts[layoutName]
  const layer = Number(/^(?:cross_attn_layers|attn_norms)\.(\d+)\./.exec(name)?.[1] ?? -1)
  if (layer >= layout.maxLayers) {
    throw checkpointError(
      `the layout ${layoutName} has no name for ${name}: it knows one cross-attention layer.`,
      'Convert to v3 or v2-lightning.',
    )
  }
  const rule = layout.renamed.find(([today]) => name.startsWith(today))
  return `${layout.prefix}${rule === undefined ? name : `${rule[1]}${name.slice(rule[0].length)}`}`
}
