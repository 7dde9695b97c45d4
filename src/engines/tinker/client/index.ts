/** The training and sampling client below the engine, for what asks a server without training a policy: its probes. */

export { scoringData } from '../loss/apply-loss.ts'
export { completionLogprobs, datumOf, type TokenNumbers } from '../loss/datums.ts'
export { poll, submitForFuture } from '../requests/call.ts'
export { createRateLimiter } from '../requests/rate-limiter.ts'
export { defaultTimeouts, type Timeouts, type WaitContext } from '../requests/retry-policy.ts'
export { TinkerError } from '../requests/tinker-error.ts'
export { createTinkerTransport } from '../requests/transport.ts'
export { defaultBatchLimits } from './batches.ts'
export {
  type LearningRequest,
  learningOperation,
  loadWeights,
  type OperationContext,
  optimStep,
  requestLearning,
  saveForSampler,
  saveWeights,
} from './operations.ts'
export { drawCompletions, type SampleContext, scorePrompt } from './samples.ts'
export { openTrainingClient, type TrainingClient } from './training-client.ts'
