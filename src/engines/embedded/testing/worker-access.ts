/** Direct calls of the engine's worker, for tests that look at gradients. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { parseModelConfig } from '../../../models/index.ts'
import { startTensorWorker, type TensorWorker } from '../../../tensor/index.ts'
import type { EmbeddedWorkerArgument } from '../embedded-worker.ts'

/** A worker on the model of `folder`; closed with the test. */
export async function startEmbeddedWorker(
  t: TestContext,
  folder: string,
  options: {
    readonly threads?: number
    readonly backend?: 'onnxruntime' | 'jax-js'
    readonly microBatchTokens?: number
  } = {},
): Promise<TensorWorker> {
  const config = parseModelConfig(readFileSync(join(folder, 'config.json'), 'utf8'), folder)
  const argument: EmbeddedWorkerArgument = { config, folder, microBatchTokens: options.microBatchTokens ?? 512 }
  const worker = await startTensorWorker(new URL('../embedded-worker.ts', import.meta.url), {
    argument,
    threads: options.threads ?? 1,
    backend: options.backend ?? 'onnxruntime',
  })
  t.after(() => worker.close())
  return worker
}
