/** What every probe of a training server works with. */
import type { ServerProfile, TokenSequence } from '../../engines/index.ts'
import type { SampleContext } from '../../engines/tinker/client/index.ts'
import type { ProbeModel } from './probe-model.ts'

/** Ids that every vocabulary has and that mean nothing special in those that are known. */
export const promptTokens = [11, 12, 13, 14, 15, 16, 17, 18]

/** In nats: log-probs that differ by less are the same. */
export const logprobTolerance = 0.02

/** What a probe works with; it returns its finding and changes `profile`. */
export interface ProbeSetup {
  readonly probe: ProbeModel
  readonly sequence: TokenSequence
  profile: ServerProfile
  readonly sampling: () => SampleContext
}
