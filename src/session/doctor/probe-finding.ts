/** What the doctor finds: one finding a probe, of a training server or of a server of language models. */
import type { ServerProfile } from '../../engines/index.ts'

export interface ProbeFinding {
  /** What was probed, for people. */
  readonly name: string
  /** `differs`: the server has its own way, which the profile holds. `failed`: something cannot be trained with as it is. */
  readonly verdict: 'passed' | 'differs' | 'failed' | 'skipped'
  readonly detail: string
}

export type ProbeOutcome = Omit<ProbeFinding, 'name'>

export interface ProbeReport {
  readonly profile: ServerProfile
  readonly findings: readonly ProbeFinding[]
}
