/**
 * The Tinker wire protocol, for both sides. `protocol.ts` has the objects by the protocol's names.
 *
 * What Baton adds and every other server may ignore or lack:
 * - Metrics of `forward_backward`: `entropy:mean`; of `optim_step`: `grad_norm`, `is_applied` (0 where a gradient was not
 *   finite and the step left out), `step` (optimizer steps taken, those of a loaded checkpoint included).
 * - Sampling: a request with `num_samples` 1 and `seed` s draws from the generator whose state is s
 *   (`SampleRequest.seeds` of the engine contract), so that a client that computes s as the engine would gets the
 *   engine's own completion, to the bit.
 */
export {
  decodeForwardBackwardOutput,
  encodeForwardBackwardOutput,
} from './forward-backward-output.ts'
export { decodeForwardBackwardRequest, encodeForwardBackwardRequest } from './forward-backward-request.ts'
export {
  forwardBackwardOutputText,
  forwardBackwardRequestText,
  sampleRequestText,
  sampleResponseText,
} from './json.ts'
export type {
  AdamParams,
  Chunk,
  ClientConfig,
  CreateModelReply,
  CreateModelRequest,
  CreateSamplingSessionReply,
  CreateSamplingSessionRequest,
  CreateSessionReply,
  CreateSessionRequest,
  Datum,
  ForwardBackwardOutput,
  ForwardBackwardRequest,
  GetInfoReply,
  LoadWeightsRequest,
  LoraConfig,
  ModelInput,
  OptimStepReply,
  OptimStepRequest,
  RequestFailedReply,
  SampledSequence,
  SampleRequestBody,
  SampleResponse,
  SamplingParams,
  SaveWeightsForSamplerReply,
  SaveWeightsForSamplerRequest,
  SaveWeightsReply,
  SaveWeightsRequest,
  ServerCapabilities,
  StopReason,
  TensorData,
  TryAgainReply,
  UntypedFuture,
  WeightsInfoReply,
} from './protocol.ts'
export {
  apiPrefix,
  entropyMetric,
  gradNormMetric,
  isAppliedMetric,
  jsonType,
  protobufType,
  sdkVersion,
  stepMetric,
} from './protocol.ts'
export {
  clientConfigReply,
  createModelReply,
  createSamplingSessionReply,
  createSessionReply,
  getInfoReply,
  optimStepReply,
  parseForwardBackwardOutput,
  parseSampleResponse,
  saveWeightsForSamplerReply,
  saveWeightsReply,
  serverCapabilitiesReply,
  untypedFuture,
} from './reply-schemas.ts'
export {
  createModelRequest,
  createSamplingSessionRequest,
  createSessionRequest,
  loadWeightsRequest,
  modelRequest,
  optimStepRequest,
  parseBody,
  parseForwardBackwardRequest,
  retrieveFutureRequest,
  sampleRequest,
  saveWeightsForSamplerRequest,
  saveWeightsRequest,
  sessionHeartbeatRequest,
  weightsInfoRequest,
} from './request-schemas.ts'
export { decodeSampleResponse, encodeSampleResponse } from './sample-response.ts'
