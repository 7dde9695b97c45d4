/**
 * The Tinker client: `await createTinkerEngine({ baseUrl, baseModel, profile, ... })` gives a `PolicyEngine` on a
 * training server. `src/tinker` has the protocol's objects and codecs, for a server too.
 */
export { createTinkerEngine, type TinkerEngineOptions } from './create-tinker-engine.ts'
export { listModels } from './list-models.ts'
export type { LossChoice } from './loss/apply-loss.ts'
export type { Notice } from './requests/notices.ts'
export { isTinkerError, type TinkerFailureKind } from './requests/tinker-error.ts'
export { type BuiltInLoss, knownProfiles, type ServerProfile, serverProfileSchema } from './server-profile.ts'
