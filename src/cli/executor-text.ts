/** The executor of a run, as text for the user. */
import type { ServerConfig } from '../config/index.ts'
import { commonWords } from './words/common.ts'
import { trainingWords } from './words/training.ts'

/** `gpt-oss-120b at http://localhost:8002/v1`, or `simulator on 127.0.0.1:43117 (offline; see docs/simulator.md)`. */
export function executorText({ baseUrl, model }: ServerConfig, simulatorPort: number | null): string {
  return baseUrl === 'simulator' ? trainingWords().simulator(simulatorPort) : commonWords().at(model, baseUrl)
}
