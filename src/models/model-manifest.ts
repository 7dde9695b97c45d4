/** `baton-model.json`: where an imported model came from. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { modelFileError } from './model-file-error.ts'

export const manifestFile = 'baton-model.json'

const manifestSchema = z.object({
  version: z.literal(1),
  source: z.object({
    kind: z.enum(['folder', 'gguf', 'wheel', 'package', 'hub']),
    /** As it was given. */
    address: z.string(),
    files: z.array(z.object({ name: z.string(), sha256: z.string() })),
  }),
  license: z.string().nullable(),
})

export type ModelManifest = z.infer<typeof manifestSchema>

/** null for a folder that Baton did not import. */
export function readManifest(folder: string): ModelManifest | null {
  const path = join(folder, manifestFile)
  if (!existsSync(path)) return null
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    throw modelFileError(`${path} is damaged`, 'Import the model again.', cause)
  }
}
