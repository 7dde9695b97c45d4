/**
 * Selector checkpoints: a safetensors file whose header holds the architecture. Reading is strict: every tensor that the
 * architecture has must be there, nothing else may be, and a file that differs is refused with the names and with the
 * fraction of parameters that would have stayed at random values.
 */
import { readFileSync } from 'node:fs'
import type { Json } from '../../core/json.ts'
import {
  decodeSafetensors,
  elementCount,
  encodeSafetensors,
  type HostTensor,
  type SafetensorsFile,
  type TensorSpec,
} from '../../tensor/index.ts'
import { architectureJson, parseArchitecture, pointerArchitecture, type SelectorArchitecture } from './architecture.ts'
import { checkpointError } from './checkpoint-errors.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { convertTensors, detectLayout } from './rename-tables.ts'

/** A checkpoint's name in its folder. */
export const selectorFile = 'selector.safetensors'

export const selectorFormat = 'baton-selector'
const formatVersion = '1'

export interface SelectorCheckpoint {
  readonly architecture: SelectorArchitecture
  readonly tensors: ReadonlyMap<string, HostTensor>
}

/** The bytes of a checkpoint; the same for the same weights. */
export function encodeSelector({ architecture, tensors }: SelectorCheckpoint): Uint8Array {
  const ordered = new Map(
    selectorParameterSpecs(architecture).map(({ name }) => [name, tensors.get(name) as HostTensor]),
  )
  const metadata = {
    format: selectorFormat,
    version: formatVersion,
    architecture: JSON.stringify(architectureJson(architecture)),
  }
  return encodeSafetensors({ tensors: ordered, metadata })
}

/**
 * @param expected the architecture to load into; absent: the one in the header.
 * @throws BatonError when anything differs.
 */
export function readSelector(path: string, expected?: SelectorArchitecture): SelectorCheckpoint {
  return decodeSelector(readBytes(path), path, expected)
}

/** @param where names the file in errors. */
export function decodeSelector(bytes: Uint8Array, where: string, expected?: SelectorArchitecture): SelectorCheckpoint {
  if (isZip(bytes)) throw checkpointError(`${where} is a PyTorch checkpoint.`, convertHint)
  const file = decodeSafetensors(bytes, where)
  const written = headerArchitecture(file, where)
  const architecture = expected ?? written ?? guessedArchitecture(file, where)
  const difference = compareLayout(architecture, file.tensors)
  if (!isSameLayout(difference)) throw layoutError(difference, where, written === null)
  if (written === null) {
    throw checkpointError(
      `${where} has the right tensors and no architecture in its header: its heads and temperature are not known.`,
      convertHint,
    )
  }
  const others = Object.entries(architectureJson(architecture)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(architectureJson(written)[name]),
  )
  if (others.length > 0) {
    const list = others.map(
      ([name, value]) => `${name} ${JSON.stringify(architectureJson(written)[name])}, not ${JSON.stringify(value)}`,
    )
    throw checkpointError(
      `${where} was written with ${list.join('; ')}.`,
      'Load it with the architecture in its header.',
    )
  }
  return { architecture, tensors: file.tensors }
}

export interface LayoutDifference {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
  /** `name [shape found] for [shape wanted]` */
  readonly misshapen: readonly string[]
  /** Share of the architecture's parameters that the file does not fill, 0..1. */
  readonly missingShare: number
  /** Share of the file's numbers that nothing reads, 0..1. */
  readonly unexpectedShare: number
}

export function compareLayout(
  architecture: SelectorArchitecture,
  tensors: ReadonlyMap<string, HostTensor>,
): LayoutDifference {
  const specs = selectorParameterSpecs(architecture)
  const wanted = new Set(specs.map(({ name }) => name))
  const missing = specs.filter(({ name }) => !tensors.has(name))
  const misshapen = specs.filter(({ name, shape, dtype }) => {
    const found = tensors.get(name)
    return found !== undefined && (found.dtype !== dtype || found.shape.join() !== shape.join())
  })
  const unexpected = [...tensors].filter(([name]) => !wanted.has(name))
  return {
    missing: missing.map(({ name }) => name),
    unexpected: unexpected.map(([name]) => name),
    misshapen: misshapen.map(
      ({ name, shape }) => `${name} [${tensors.get(name)?.shape.join(', ')}] for [${shape.join(', ')}]`,
    ),
    missingShare: sizeOf([...missing, ...misshapen]) / sizeOf(specs),
    unexpectedShare: sizeOf(unexpected.map(([, tensor]) => tensor)) / Math.max(1, sizeOf([...tensors.values()])),
  }
}

export function headerArchitecture({ metadata }: SafetensorsFile, where: string): SelectorArchitecture | null {
  const text = metadata['architecture']
  if (text === undefined || metadata['format'] !== selectorFormat) return null
  if (metadata['version'] !== formatVersion) {
    throw checkpointError(
      `${where} is a checkpoint of version ${metadata['version']}; this Baton reads version ${formatVersion}.`,
      'Read it with the Baton that wrote it.',
    )
  }
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw checkpointError(`${where} has an architecture in its header that is not JSON.`, 'Copy the file again.', cause)
  }
  return parseArchitecture(value, where)
}

/** For a file without a header: what it would be in its own layout, so that the error can say what differs from today's. */
function guessedArchitecture(file: SafetensorsFile, where: string): SelectorArchitecture {
  const layout = detectLayout([...file.tensors.keys()], where)
  return architectureOf(convertTensors(file.tensors, layout, 'v3'), where, {})
}

/** What the shapes say. @param tensors under today's names. */
export function architectureOf(
  tensors: ReadonlyMap<string, HostTensor>,
  where: string,
  options: { readonly heads?: number; readonly temperature?: number },
): SelectorArchitecture {
  const shape = (name: string): readonly number[] | undefined => tensors.get(name)?.shape
  const hiddenWidth = shape('query_proj.weight')?.[0]
  if (hiddenWidth === undefined) {
    throw checkpointError(
      `${where} has no tensor query_proj.weight: it holds no pointer selector.`,
      'Give a file with the tensors of a V2, V3 or V4 selector.',
    )
  }
  const layers = [...tensors.keys()].map((name) => Number(/^cross_attn_layers\.(\d+)\./.exec(name)?.[1] ?? -1))
  return pointerArchitecture({
    inputWidth: shape('input_proj.weight')?.[1] ?? hiddenWidth,
    hiddenWidth,
    hasInputProjection: tensors.has('input_proj.weight'),
    layers: Math.max(-1, ...layers) + 1,
    queryUpdate: tensors.has('query_update_gate.weight')
      ? 'gate'
      : tensors.has('decoder_gru.weight_ih')
        ? 'gru'
        : 'none',
    stepEmbeddings: shape('step_emb.weight')?.[0] ?? 0,
    diversitySteps: shape('div_lambda')?.[0] ?? 0,
    stop: tensors.has('stop_token') ? { leastShots: 0 } : null,
    ...options,
  })
}

export const isSameLayout = ({ missing, unexpected, misshapen }: LayoutDifference): boolean =>
  missing.length + unexpected.length + misshapen.length === 0

const convertHint = 'Convert it with "npx baton demos convert", which says what it takes for heads and temperature.'

export function layoutError(difference: LayoutDifference, where: string, isForeign: boolean): Error {
  const { missing, unexpected, misshapen, missingShare, unexpectedShare } = difference
  const part = (verb: string, names: readonly string[], share: string): string[] =>
    names.length === 0
      ? []
      : [`${verb} ${names.length} tensor${names.length === 1 ? '' : 's'} (${listed(names)}${share})`]
  const parts = [
    ...part('lacks', missing, `; ${percent(missingShare)} of the selector's parameters`),
    ...part('has unexpected', unexpected, `; ${percent(unexpectedShare)} of the file`),
    ...part('has another shape for', misshapen, ''),
  ]
  const hint = isForeign
    ? convertHint
    : 'Load it with the architecture in its header, or train one of this architecture.'
  return checkpointError(`${where} ${parts.join('; ')}: it is of another layout.`, hint)
}

function listed(names: readonly string[]): string {
  return names.length <= 12 ? names.join(', ') : `${names.slice(0, 12).join(', ')} and ${names.length - 12} more`
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const sizeOf = (specs: readonly TensorSpec[]): number =>
  specs.reduce((total, { shape }) => total + elementCount(shape), 0)

/** As `torch.save` writes: the first bytes of a zip archive. */
function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

/** null where there is no such file. */
export function readOptional(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw checkpointError(
      `${path} cannot be read.`,
      'Give the path of a selector checkpoint (selector.safetensors).',
      cause,
    )
  }
}
