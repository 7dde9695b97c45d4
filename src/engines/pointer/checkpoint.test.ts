import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import { decodeSafetensors, encodeSafetensors, float32Tensor } from '../../tensor/index.ts'
import { biEncoderArchitecture, pointerArchitecture } from './architecture.ts'
import { decodeSelector, encodeSelector } from './checkpoint.ts'
import { convertSelector } from './convert-selector.ts'
import { initialParameters, selectorParameterCount } from './parameters.ts'
import { layoutNames } from './rename-tables.ts'
import { openToy, toyArchitectures, toyParameters, toyPicks, toyPrompts } from './testing/toy-selectors.ts'

const oneLayer = pointerArchitecture()
const tensors = initialParameters(oneLayer, 1)
const bytes = encodeSelector({ architecture: oneLayer, tensors })

const legacyNames = [
  'cross_attn.in_proj_weight',
  'cross_attn.in_proj_bias',
  'cross_attn.out_proj.weight',
  'cross_attn.out_proj.bias',
  'attn_norm.weight',
  'attn_norm.bias',
]

function refusal(work: () => unknown): BatonError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof BatonError && error.hint !== undefined)
    return error
  }
  throw new assert.AssertionError({ message: 'it was not refused' })
}

test('V3 with one layer has the 525,824 parameters of the original, each further layer 263,680', () => {
  assert.equal(selectorParameterCount(oneLayer), 525_824)
  assert.equal(selectorParameterCount(pointerArchitecture({ layers: 2 })) - 525_824, 263_680)
})

test('a checkpoint is read back with its architecture and every number', () => {
  for (const architecture of Object.values(toyArchitectures)) {
    const written = toyParameters(architecture)
    const read = decodeSelector(encodeSelector({ architecture, tensors: written }), 'a.safetensors')
    assert.deepEqual(read.architecture, architecture)
    assert.deepEqual(
      [...read.tensors].map(([name, { data }]) => [name, data]),
      [...written].map(([name, { data }]) => [name, data]),
    )
  }
})

test('a checkpoint written with 1 layer does not load into 3: the tensors and their share are named', () => {
  const { message } = refusal(() => decodeSelector(bytes, 'one.safetensors', pointerArchitecture({ layers: 3 })))
  assert.match(message, /one\.safetensors lacks 12 tensors \(cross_attn_layers\.1\.in_proj_weight, /)
  assert.match(message, /attn_norms\.2\.bias; 50\.1 % of the selector's parameters\)/)
})

test('a checkpoint with legacy names does not load: all six names and 50.1 % of the parameters are told', () => {
  const legacy = convertSelector(bytes, 'today', { to: 'v2-single' }).bytes
  for (const expected of [oneLayer, undefined]) {
    const { message, hint } = refusal(() => decodeSelector(legacy, 'legacy.safetensors', expected))
    assert.match(message, /lacks 6 tensors \(.*; 50\.1 % of the selector's parameters\)/)
    for (const name of [...legacyNames, 'cross_attn_layers.0.in_proj_weight', 'attn_norms.0.bias']) {
      assert.ok(message.includes(name), `${name} is not named`)
    }
    assert.match(hint!, /baton demos convert/)
  }
})

test('every layout converts there and back without a change in any byte', () => {
  for (const to of layoutNames) {
    const there = convertSelector(bytes, 'today', { to })
    const back = convertSelector(there.bytes, to, { to: 'v3' })
    assert.equal(back.from, to)
    assert.deepEqual(back.bytes, bytes)
    const again = convertSelector(back.bytes, 'back', { to })
    assert.deepEqual(again.bytes, there.bytes)
  }
})

test('a converted checkpoint gives the same log-probs as before', async (t) => {
  const architecture = pointerArchitecture({ inputWidth: 12, hiddenWidth: 8 })
  const own = toyParameters(architecture)
  const legacy = convertSelector(encodeSelector({ architecture, tensors: own }), 'own', { to: 'v2-lightning-single' })
  const names = [...decodeSafetensors(legacy.bytes, 'legacy').tensors.keys()]
  assert.ok(names.includes('lever_lm.pointer_selector.cross_attn.in_proj_weight'))
  const converted = decodeSelector(
    convertSelector(legacy.bytes, 'legacy', { to: 'v3' }).bytes,
    'converted',
    architecture,
  )
  const sequences = toyPrompts([6, 6]).map((prompt, i) => ({ prompt, completion: toyPicks(prompt, 6, i) }))
  const [before, after] = [await openToy(t, architecture), await openToy(t, architecture, { checkpoint: converted })]
  assert.deepEqual(await after.logprobs(sequences), await before.logprobs(sequences))
})

test('a file without an architecture is converted by its shapes, with what they do not tell as options', () => {
  const options = { inputWidth: 12, hiddenWidth: 8, layers: 2, heads: 2, temperature: 0.2 } as const
  const architecture = pointerArchitecture({ ...options, queryUpdate: 'gate', diversitySteps: 3 })
  const bare = encodeSafetensors({ tensors: toyParameters(architecture), metadata: {} })
  assert.match(refusal(() => decodeSelector(bare, 'bare')).message, /no architecture in its header/)
  const converted = convertSelector(bare, 'bare', { to: 'v3', heads: 2, temperature: 0.2 })
  assert.deepEqual(decodeSelector(converted.bytes, 'converted').architecture, architecture)
})

test('a checkpoint with the same tensors and another temperature is refused', () => {
  const { message } = refusal(() => decodeSelector(bytes, 'cold', pointerArchitecture({ temperature: 0.2 })))
  assert.match(message, /written with temperature 0\.1, not 0\.2/)
})

test('tensors that nothing reads, another shape and another kind of selector are refused', () => {
  const more = new Map([...tensors, ['extra.weight', float32Tensor(new Float32Array(4), [4])]])
  const header = decodeSafetensors(bytes, 'today').metadata
  const padded = encodeSafetensors({ tensors: more, metadata: header })
  assert.match(refusal(() => decodeSelector(padded, 'padded')).message, /has unexpected 1 tensor \(extra\.weight; /)
  const narrow = pointerArchitecture({ inputWidth: 256, hasInputProjection: true })
  const { message } = refusal(() => decodeSelector(bytes, 'wide', narrow))
  assert.match(message, /another shape for 1 tensor \(input_proj\.weight \[256, 512\] for \[256, 256\]\)/)
  const encoder = refusal(() => decodeSelector(bytes, 'pointer', biEncoderArchitecture()))
  assert.match(encoder.message, /lacks 17 tensors/)
})

test('two layers have no name in the single-layer layout', () => {
  const two = pointerArchitecture({ inputWidth: 12, hiddenWidth: 8, layers: 2 })
  const file = encodeSelector({ architecture: two, tensors: toyParameters(two) })
  assert.match(
    refusal(() => convertSelector(file, 'two', { to: 'v2-single' })).message,
    /no name for cross_attn_layers\.1/,
  )
})
