/** Checkpoints of older layouts, and of PyTorch, made today's, and back again: no number changes. */
import { decodeSafetensors, encodeSafetensors, type HostTensor, type SafetensorsFile } from '../../tensor/index.ts'
import { isTorchFile, readTorchTensors } from '../../tensor/torch/torch-file.ts'
import type { SelectorArchitecture } from './architecture.ts'
import {
  architectureOf,
  compareLayout,
  encodeSelector,
  headerArchitecture,
  isSameLayout,
  layoutError,
  selectorFormat,
} from './checkpoint.ts'
import { selectorParameterSpecs } from './parameters.ts'
import { convertTensors, detectLayout, type LayoutName, renameTableVersion } from './rename-tables.ts'

export interface ConvertOptions {
  readonly to: LayoutName
  /** Not to be seen from the shapes; needed for files without an architecture in their header. Default 1. */
  readonly heads?: number
  /** As `heads`. Default 0.1. */
  readonly temperature?: number
}

/**
 * The bytes of the same weights in another layout, as safetensors. Only `v3`, today's, has an architecture in its header.
 * @param bytes a safetensors file, or one that `torch.save` wrote.
 */
export function convertSelector(
  bytes: Uint8Array,
  where: string,
  { to, heads, temperature }: ConvertOptions,
): { bytes: Uint8Array; from: LayoutName; architecture: SelectorArchitecture } {
  const file: SafetensorsFile = isTorchFile(bytes)
    ? { tensors: readTorchTensors(bytes, where), metadata: {} }
    : decodeSafetensors(bytes, where)
  const from = detectLayout([...file.tensors.keys()], where)
  const today = convertTensors(file.tensors, from, 'v3')
  const architecture =
    headerArchitecture(file, where) ??
    architectureOf(today, where, {
      ...(heads === undefined ? {} : { heads }),
      ...(temperature === undefined ? {} : { temperature }),
    })
  const difference = compareLayout(architecture, today)
  if (!isSameLayout(difference)) throw layoutError(difference, where, false)
  if (to === 'v3') return { bytes: encodeSelector({ architecture, tensors: today }), from, architecture }
  const ordered = new Map(selectorParameterSpecs(architecture).map(({ name }) => [name, today.get(name) as HostTensor]))
  const tensors = convertTensors(ordered, 'v3', to)
  const metadata = { format: `${selectorFormat}-${to}`, renameTable: String(renameTableVersion) }
  return { bytes: encodeSafetensors({ tensors, metadata }), from, architecture }
}
