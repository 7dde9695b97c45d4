/** The conformance probes find what other servers do differently. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { ServerProfile } from '../../src/engines/tinker/index.ts'
import { probeTrainingServer } from '../../src/session/doctor/probe-training-server.ts'
import { type ImitatedBehaviour, imitatedBehaviours } from '../../src/tinker-server/testing/imitated-behaviours.ts'
import { startImitatingServer } from '../../src/tinker-server/testing/imitating-server.ts'
import { serveOptions } from './served-engine.ts'
import { tinyFolders } from './tiny-folders.ts'

const folders = tinyFolders()
after(() => folders.remove())

function finds(name: string, behaviour: ImitatedBehaviour, expected: Partial<ServerProfile>): void {
  test(`the probes find the ways of ${name}`, async () => {
    const server = await startImitatingServer(serveOptions(folders.serve(), folders.model), behaviour)
    try {
      const { profile, findings } = await probeTrainingServer({ baseUrl: server.baseUrl, loraRank: 8 })
      assert.partialDeepStrictEqual(profile, expected)
      assert.deepEqual(
        findings.filter(({ verdict }) => verdict === 'failed'),
        [],
      )
    } finally {
      await server.close()
    }
  })
}

finds('SkyRL on FSDP', imitatedBehaviours.skyrl, {
  reduction: 'sum',
  adamHonoured: ['learning_rate'],
  snapshots: 'latest-only',
  hasBaseSampling: false,
  hasCustomLosses: true,
})
const strict = {
  ...imitatedBehaviours['skyrl-jax'],
  requestForms: ['json'],
  answersProtobuf: false,
  isStrictSequence: true,
} as const
finds('SkyRL on JAX, were it JSON only and strict', strict, {
  requestFormat: 'json',
  reduction: 'sequence-mean',
  hasCustomLosses: false,
  snapshots: 'kept',
  hasBaseSampling: true,
  isStrictSequence: true,
})
