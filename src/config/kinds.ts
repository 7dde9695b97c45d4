/** Kinds of text that several keys hold, each with its one rule (`core/inputs/`) as a zod refinement. */
import { z } from 'zod'
import { modelServer, refuseAddress, trainingServer } from '../core/inputs/address.ts'
import { refuseEnvironment, refuseRunName, refuseVariableName } from '../core/inputs/names.ts'
import type { Refusal } from '../core/inputs/refusal.ts'

/** @param kind for people: `run name`. */
function textOf(kind: string, refuse: (text: string) => Refusal | null) {
  return z
    .string()
    .superRefine((text, context) => {
      const refusal = refuse(text)
      if (refusal !== null) context.addIssue({ code: 'custom', message: refusal.why, params: { refusal } })
    })
    .meta({ kind })
}

/** The address of a server of language models, or one of `words`. */
export function modelServerAddress(...words: readonly string[]) {
  const kind = [...words.map((word) => `\`${word}\``), 'address'].join(' or ')
  return textOf(kind, (text) => refuseAddress(text, modelServer, words))
}

export function trainingServerAddress() {
  return textOf('address', (text) => refuseAddress(text, trainingServer))
}

export function runName() {
  return textOf('run name', refuseRunName)
}

/** @param words what may be given instead. */
export function variableName(...words: readonly string[]) {
  const kind = [...words.map((word) => `\`${word}\``), 'variable name'].join(' or ')
  return textOf(kind, (text) => (words.includes(text) ? null : refuseVariableName(text)))
}

/** Certificates of authorities that Node does not know, for one server. */
export function authorityFile(more = '') {
  return path()
    .nullable()
    .default(null)
    .describe(`File with the authority of the server's certificate (PEM); null trusts those that Node knows.${more}`)
}

export function environmentName() {
  return textOf('`workflows`, `demonstrations` or path', refuseEnvironment)
}

/** A file or folder; whether it is there is seen when it is read. */
export function path() {
  return textOf('path', (text) => (text === '' ? { why: 'it is empty' } : null))
}

/** The refusal that an issue carries, where a kind raised it. */
export function refusalOf(issue: z.core.$ZodIssue): Refusal | null {
  return issue.code === 'custom' ? ((issue.params?.['refusal'] as Refusal | undefined) ?? null) : null
}
