/** Folders of one test file: a tiny model, and one for each server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { initialiseModel } from '../../src/engines/embedded/index.ts'
import { tinyConfig, wordTokenizer } from '../../src/engines/embedded/testing/tiny-model.ts'

export interface TinyFolders {
  readonly root: string
  readonly model: string
  /** A new empty folder. */
  serve(): string
  remove(): void
}

export function tinyFolders(): TinyFolders {
  const root = mkdtempSync(join(tmpdir(), 'baton-tinker-'))
  const model = join(root, 'model')
  initialiseModel({ folder: model, config: tinyConfig, tokenizer: wordTokenizer(tinyConfig.vocabularySize), seed: 1 })
  return {
    root,
    model,
    serve: () => mkdtempSync(join(root, 'serve-')),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
