/**
 * The Tinker client: `await createTinkerEngine({ baseUrl, baseModel, profile, ... })` gives a `PolicyEngine` on a
 * training server. `wire/` has the protocol's objects and codecs, for a server too.
 */
export { createTinkerEngine, type TinkerEngineOptions } from './create-tinker-engine.ts'
export type { LossChoice } from './loss/apply-loss.ts'
export { loadProfile, readServerProfile } from './profile/load-profile.ts'
export type { ProbeFinding, ProbeReport } from './profile/probe-report.ts'
export {
  listModels,
  type ProbeServerOptions,
  probeTrainingServer,
} from './profile/probe-training-server.ts'
export { knownProfiles, type ServerProfile } from './profile/server-profile.ts'
export type { Notice } from './requests/notices.ts'
export { isTinkerError, type TinkerFailureKind } from './requests/tinker-error.ts'
