/** What the conformance probes found, and how a finding reads. */
import type { ServerProfile } from './server-profile.ts'

export interface ProbeFinding {
  /** What was probed, for people. */
  readonly name: string
  /** `differs`: the server has its own way, which the profile holds. `failed`: something cannot be trained with as it is. */
  readonly verdict: 'passed' | 'differs' | 'failed' | 'skipped'
  readonly detail: string
}

export interface ProbeReport {
  readonly profile: ServerProfile
  readonly findings: readonly ProbeFinding[]
}
