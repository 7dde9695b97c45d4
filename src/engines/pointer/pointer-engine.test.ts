import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Cleanup } from '../../testing/contract.ts'
import { policyEngineContract } from '../policy-engine-suite.ts'
import type { SelectorArchitecture } from './architecture.ts'
import { encodeSelector, selectorFile } from './checkpoint.ts'
import { openToy, toyArchitectures, toyParameters, toyPicks, toyPrompts } from './testing/toy-selectors.ts'

const skips = {
  'cannot learn': 'it learns',
  context: 'a prompt is a query with its pool; there is no shorter one to cut it to',
}

const prompts = toyPrompts([13, 16, 20, 30])
const sequences = {
  prompt: (index: number) => prompts[index] as number[],
  completion: (index: number, length: number) => toyPicks(prompts[index] as number[], length, index),
}
const foreign = toyArchitectures['pointer network, two layers and heads']

function foreignFolder(cleanup: Cleanup, architecture: SelectorArchitecture): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-selector-'))
  cleanup.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, selectorFile), encodeSelector({ architecture, tensors: toyParameters(architecture) }))
  return folder
}

policyEngineContract({
  name: 'pointer engine, network with gate',
  skips,
  create: async (cleanup) => ({
    engine: await openToy(cleanup, toyArchitectures['pointer network with gate']),
    sequences,
    foreignCheckpoint: async () => ({ folder: foreignFolder(cleanup, foreign), names: /cross_attn_layers\.1\./ }),
  }),
})

policyEngineContract({
  name: 'pointer engine, static network',
  skips,
  create: async (cleanup) => ({
    engine: await openToy(cleanup, foreign),
    sequences,
    foreignCheckpoint: async () => ({
      folder: foreignFolder(cleanup, toyArchitectures['pointer network with gate']),
      names: /query_update_gate/,
    }),
  }),
})
