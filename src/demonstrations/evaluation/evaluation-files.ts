/** Evaluations in their run folders: written whole, read back checked. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BatonError } from '../../core/failure.ts'
import type { RunStore } from '../../runs/index.ts'
import { type EvaluatedQuestion, type EvaluationIdentity, identityFile, questionsFile } from './evaluation-record.ts'

const identitySchema = z.object({
  questionsHash: z.string(),
  questionCount: z.number(),
  profileHash: z.string(),
  profileName: z.string(),
  poolHash: z.string().nullable(),
  model: z.string(),
}) satisfies z.ZodType<EvaluationIdentity>

const headSchema = z.object({ version: z.literal(1), identity: identitySchema, method: z.string() })

const rowSchema = z.object({
  method: z.string(),
  shots: z.number().int().min(0),
  questionId: z.string(),
  imageId: z.string(),
  demonstrations: z.array(z.string()),
  prediction: z.string().nullable(),
  score: z.number().min(0).max(1).nullable(),
}) satisfies z.ZodType<EvaluatedQuestion>

export interface StoredEvaluation {
  readonly folder: string
  readonly identity: EvaluationIdentity
  /** The method that the evaluation is about. */
  readonly method: string
  readonly rows: readonly EvaluatedQuestion[]
}

export function writeStoredEvaluation(
  store: RunStore,
  { identity, method, rows }: Omit<StoredEvaluation, 'folder'>,
): void {
  store.writeArtifact(questionsFile, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  // Last: with it the evaluation is whole.
  store.writeArtifact(identityFile, `${JSON.stringify({ version: 1, identity, method }, null, 2)}\n`)
}

/** Whether the folder is that of a finished evaluation of demonstrations. */
export function hasEvaluation(folder: string): boolean {
  return existsSync(join(folder, identityFile))
}

/** @throws BatonError for a folder without an evaluation, or with damaged files. */
export function readEvaluation(folder: string): StoredEvaluation {
  if (!hasEvaluation(folder)) {
    throw evaluationError('no-evaluation', {
      message: `${folder} holds no finished evaluation of demonstrations: it has no ${identityFile}.`,
      hint: 'Give the run folder that `npx baton demos eval` made.',
    })
  }
  const head = parsed(join(folder, identityFile), () =>
    headSchema.parse(JSON.parse(readFileSync(join(folder, identityFile), 'utf8'))),
  )
  const path = join(folder, questionsFile)
  const text = parsed(path, () => readFileSync(path, 'utf8'))
  const rows = text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    return [parsed(`${path}, line ${i + 1}`, () => rowSchema.parse(JSON.parse(line)))]
  })
  return { folder, identity: head.identity, method: head.method, rows }
}

function parsed<T>(what: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : ''
    throw evaluationError('damaged-evaluation', {
      message: `${what} cannot be read: ${reason.split('\n')[0]}`,
      hint: 'Run the evaluation again, or bring the file back from a copy.',
      cause: error,
    })
  }
}

function evaluationError(
  code: string,
  { message, hint, cause }: { readonly message: string; readonly hint: string; readonly cause?: unknown | undefined },
): BatonError {
  return new BatonError(message, { boundary: 'runs', code, hint, cause })
}
