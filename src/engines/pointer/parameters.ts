/**
 * Names and shapes of a selector's tensors, and their first values. Names of the pointer network are those of the V3
 * class of Lever-Plus (today's layout); matrices are [out, in] as PyTorch stores them.
 */
import { type Rng, randomFor } from '../../core/random.ts'
import { elementCount, float32Tensor, type HostTensor, type TensorSpec } from '../../tensor/index.ts'
import type {
  BiEncoderArchitecture,
  LanguageModelArchitecture,
  PointerArchitecture,
  SelectorArchitecture,
} from './architecture.ts'

type Initial =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Uniform within sqrt(6 / (fan in + fan out)); `parts`: matrices stacked in one tensor. */
  | { readonly kind: 'xavier' }
  /** Uniform within 1 / sqrt(width): recurrent cells and plain linear layers. */
  | { readonly kind: 'uniform'; readonly bound: number }
  /** The unit matrix plus noise of deviation 0.01. */
  | { readonly kind: 'near-identity' }

export interface ParameterSpec extends TensorSpec {
  readonly name: string
  readonly initial: Initial
}

/** In the order in which checkpoints hold them. */
export function selectorParameterSpecs(architecture: SelectorArchitecture): readonly ParameterSpec[] {
  switch (architecture.kind) {
    case 'pointer':
      return pointerSpecs(architecture)
    case 'bi-encoder':
      return biEncoderSpecs(architecture)
    case 'language-model':
      return languageModelSpecs(architecture)
    default:
      return architecture satisfies never
  }
}

export function selectorParameterCount(architecture: SelectorArchitecture): number {
  return selectorParameterSpecs(architecture).reduce((total, { shape }) => total + elementCount(shape), 0)
}

/** First values, the same for the same seed. */
export function initialParameters(architecture: SelectorArchitecture, seed: number): Map<string, HostTensor> {
  const tensors = selectorParameterSpecs(architecture).map((spec): [string, HostTensor] => {
    const rng = randomFor(seed, 'selector', spec.name)
    return [spec.name, float32Tensor(initialValues(spec, rng), spec.shape)]
  })
  return new Map(tensors)
}

const spec = (name: string, shape: readonly number[], initial: Initial): ParameterSpec => ({
  name,
  dtype: 'float32',
  shape,
  initial,
})
const constant = (value: number): Initial => ({ kind: 'constant', value })
const normal = (deviation: number): Initial => ({ kind: 'normal', deviation })
const uniform = (width: number): Initial => ({ kind: 'uniform', bound: 1 / Math.sqrt(width) })
const xavier: Initial = { kind: 'xavier' }
const nearIdentity: Initial = { kind: 'near-identity' }

function pointerSpecs(architecture: PointerArchitecture): ParameterSpec[] {
  const { inputWidth, hiddenWidth: h, hasInputProjection, layers, queryUpdate } = architecture
  const { stepEmbeddings, diversitySteps, stop } = architecture
  return [
    ...(hasInputProjection ? [spec('input_proj.weight', [h, inputWidth], xavier)] : []),
    ...Array.from({ length: layers }, (_, i) => [
      spec(`cross_attn_layers.${i}.in_proj_weight`, [3 * h, h], xavier),
      spec(`cross_attn_layers.${i}.in_proj_bias`, [3 * h], constant(0)),
      spec(`cross_attn_layers.${i}.out_proj.weight`, [h, h], uniform(h)),
      spec(`cross_attn_layers.${i}.out_proj.bias`, [h], constant(0)),
      spec(`attn_norms.${i}.weight`, [h], constant(1)),
      spec(`attn_norms.${i}.bias`, [h], constant(0)),
    ]).flat(),
    spec('query_proj.weight', [h, h], nearIdentity),
    spec('cand_proj.weight', [h, h], nearIdentity),
    ...(queryUpdate === 'gate'
      ? [
          spec('query_update_gate.weight', [h, 2 * h], uniform(2 * h)),
          spec('query_update_gate.bias', [h], uniform(2 * h)),
        ]
      : []),
    ...(queryUpdate === 'gru'
      ? [
          spec('decoder_gru.weight_ih', [3 * h, h], uniform(h)),
          spec('decoder_gru.weight_hh', [3 * h, h], uniform(h)),
          spec('decoder_gru.bias_ih', [3 * h], uniform(h)),
          spec('decoder_gru.bias_hh', [3 * h], uniform(h)),
        ]
      : []),
    ...(stepEmbeddings > 0 ? [spec('step_emb.weight', [stepEmbeddings, h], normal(0.02))] : []),
    ...(diversitySteps > 0 ? [spec('div_lambda', [diversitySteps], constant(0.1))] : []),
    ...(stop !== null ? [spec('stop_token', [1, h], normal(0.02))] : []),
  ]
}

function biEncoderSpecs({ inputWidth: d }: BiEncoderArchitecture): ParameterSpec[] {
  const encoder = (name: string): ParameterSpec[] => [
    spec(`${name}.0.weight`, [d, d], uniform(d)),
    spec(`${name}.0.bias`, [d], uniform(d)),
    spec(`${name}.1.weight`, [d], constant(1)),
    spec(`${name}.1.bias`, [d], constant(0)),
    spec(`${name}.4.weight`, [d, d], uniform(d)),
    spec(`${name}.4.bias`, [d], uniform(d)),
    spec(`${name}.5.weight`, [d], constant(1)),
    spec(`${name}.5.bias`, [d], constant(0)),
  ]
  return [...encoder('query_proj'), ...encoder('cand_proj'), spec('query_update', [1], constant(0.6))]
}

function languageModelSpecs(architecture: LanguageModelArchitecture): ParameterSpec[] {
  const { inputWidth, hiddenWidth: h, layers, indexRows, maxShots } = architecture
  const layer = (i: number): ParameterSpec[] => [
    spec(`h.${i}.ln_1.weight`, [h], constant(1)),
    spec(`h.${i}.ln_1.bias`, [h], constant(0)),
    spec(`h.${i}.attn.weight`, [3 * h, h], normal(0.02)),
    spec(`h.${i}.attn.bias`, [3 * h], constant(0)),
    spec(`h.${i}.attn_out.weight`, [h, h], normal(0.02)),
    spec(`h.${i}.attn_out.bias`, [h], constant(0)),
    spec(`h.${i}.ln_2.weight`, [h], constant(1)),
    spec(`h.${i}.ln_2.bias`, [h], constant(0)),
    spec(`h.${i}.mlp.weight`, [4 * h, h], normal(0.02)),
    spec(`h.${i}.mlp.bias`, [4 * h], constant(0)),
    spec(`h.${i}.mlp_out.weight`, [h, 4 * h], normal(0.02)),
    spec(`h.${i}.mlp_out.bias`, [h], constant(0)),
  ]
  return [
    spec('token_embedding', [indexRows + 2, h], normal(0.02)),
    spec('position_embedding', [maxShots + 1, h], normal(0.02)),
    spec('feature_proj.weight', [h, inputWidth], xavier),
    ...Array.from({ length: layers }, (_, i) => layer(i)).flat(),
    spec('ln_f.weight', [h], constant(1)),
    spec('ln_f.bias', [h], constant(0)),
  ]
}

function initialValues({ shape, initial }: ParameterSpec, rng: Rng): Float32Array {
  const [rows = 1, columns = 1] = shape
  const values = new Float32Array(elementCount(shape))
  const fill = (draw: (index: number) => number): Float32Array => {
    for (let i = 0; i < values.length; i++) values[i] = draw(i)
    return values
  }
  switch (initial.kind) {
    case 'constant':
      return values.fill(initial.value)
    case 'normal':
      return fill(() => initial.deviation * rng.normal())
    case 'uniform':
      return fill(() => (2 * rng.next() - 1) * initial.bound)
    case 'xavier': {
      const bound = Math.sqrt(6 / (rows + columns))
      return fill(() => (2 * rng.next() - 1) * bound)
    }
    case 'near-identity':
      return fill((i) => 0.01 * rng.normal() + (i % (columns + 1) === 0 ? 1 : 0))
    default:
      return initial satisfies never
  }
}
