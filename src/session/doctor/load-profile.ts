/** A server's profile by what the configuration calls it: a known name, a file, or `probe`. */
import { existsSync, readFileSync } from 'node:fs'
import { BatonError } from '../../core/failure.ts'
import { knownProfiles, type ServerProfile, serverProfileSchema } from '../../engines/index.ts'
import type { ProbeFinding } from './probe-finding.ts'
import { type ProbeServerOptions, probeTrainingServer } from './probe-training-server.ts'

export interface LoadedProfile {
  readonly profile: ServerProfile
  /** Where it was probed now; else empty. */
  readonly findings: readonly ProbeFinding[]
}

/** @throws BatonError for a name that is neither, and for a server that failed a probe. */
export async function loadProfile(name: string, probe: ProbeServerOptions): Promise<LoadedProfile> {
  const known = knownProfiles[name]
  if (known !== undefined) return { profile: known, findings: [] }
  if (name !== 'probe') return { profile: readServerProfile(name), findings: [] }
  const report = await probeTrainingServer(probe)
  const failed = report.findings.filter(({ verdict }) => verdict === 'failed')
  if (failed.length > 0) {
    const list = failed.map(({ name: what, detail }) => `${what}: ${detail}`).join('; ')
    throw new BatonError(`${probe.baseUrl} fails ${failed.length} of ${report.findings.length} probes (${list}).`, {
      boundary: 'engine',
      code: 'server-probes',
      hint: 'See "npx baton doctor --engine tinker"; to train nevertheless, name a profile in policy.tinker.profile.',
      exitCode: 3,
    })
  }
  return report
}

/** @param path of a file that `baton doctor` wrote. */
export function readServerProfile(path: string): ServerProfile {
  const names = Object.keys(knownProfiles).join(', ')
  if (!existsSync(path)) {
    throw profileError(`policy.tinker.profile: ${path} is neither a file nor one of ${names}, probe.`)
  }
  try {
    return serverProfileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw profileError(`${path} is no server profile.`, cause)
  }
}

function profileError(message: string, cause?: unknown): BatonError {
  return new BatonError(message, {
    boundary: 'config',
    code: 'server-profile',
    hint: 'Write one with "npx baton doctor --server URL --out profile.json".',
    cause,
  })
}
