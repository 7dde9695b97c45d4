/** Direct calls of the pointer engine's worker, for tests that look at gradients. */
import type { Json } from '../../../core/json.ts'
import { type HostTensor, startTensorWorker, type TensorWorker } from '../../../tensor/index.ts'
import type { Cleanup } from '../../../testing/contract.ts'
import { architectureJson, type SelectorArchitecture } from '../architecture.ts'
import { selectorParameterSpecs } from '../parameters.ts'
import type { PickTables } from '../pick-tokens.ts'
import type { PointerWorkerArgument } from '../pointer-worker.ts'
import { toyParameters, toyTables } from './toy-selectors.ts'

/** A worker on a toy selector; closed with the test. */
export async function startPointerWorker(
  cleanup: Cleanup,
  architecture: SelectorArchitecture,
  options: {
    readonly backend?: 'onnxruntime' | 'jax-js'
    readonly tables?: PickTables
    readonly frozen?: readonly string[]
  } = {},
): Promise<TensorWorker> {
  const tensors = toyParameters(architecture)
  const argument: PointerWorkerArgument = {
    architecture: architectureJson(architecture) as Json,
    parameters: selectorParameterSpecs(architecture).map(({ name }) => tensors.get(name) as HostTensor),
    tables: options.tables ?? toyTables(),
    frozen: options.frozen ?? [],
  }
  const worker = await startTensorWorker(new URL('../pointer-worker.ts', import.meta.url), {
    argument,
    threads: 1,
    backend: options.backend ?? 'onnxruntime',
  })
  cleanup.after(() => worker.close())
  return worker
}
