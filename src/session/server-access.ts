/** What it takes to be let in by a model server: the key, and whose certificates are trusted. */

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BatonError } from '../core/failure.ts'

export interface ServerAccess {
  readonly apiKey?: string
  /** PEM. */
  readonly authority?: string
}

interface Server {
  readonly apiKeyEnvironment: string | null
  readonly caFile?: string | null
}

/** @throws BatonError where the file of the authority cannot be used. */
export function serverAccess(
  { apiKeyEnvironment, caFile = null }: Server,
  environment: NodeJS.ProcessEnv,
): ServerAccess {
  const apiKey = apiKeyEnvironment === null ? undefined : environment[apiKeyEnvironment]
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(caFile === null ? {} : { authority: certificatesIn(caFile) }),
  }
}

function certificatesIn(path: string): string {
  try {
    const text = readFileSync(path, 'utf8')
    new X509Certificate(text)
    return text
  } catch (cause) {
    throw new BatonError(`${path} (caFile) cannot be read as certificates: ${(cause as Error).message}.`, {
      boundary: 'config',
      code: 'ca-file',
      hint: 'Give a file in PEM form: -----BEGIN CERTIFICATE----- and what follows.',
      cause,
    })
  }
}
