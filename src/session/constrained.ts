/** What `policy.constrain` holds completions to: a grammar for each problem type, by the type's name. */
import type { Config } from '../config/index.ts'
import { BatonError } from '../core/failure.ts'
import type { Grammar } from '../core/grammar.ts'
import type { ProblemType } from '../core/problem.ts'
import type { EmbeddedEngine } from '../engines/index.ts'
import type { Environment } from '../training/index.ts'
import { planGrammar, programGrammar } from '../workflows/index.ts'

const types: readonly ProblemType[] = ['math', 'code', 'qa']

/** @returns null where completions are free. */
export function grammarsOf({ policy, workflows }: Config): Readonly<Record<string, Grammar>> | null {
  if (policy.constrain === 'none') return null
  const grammarFor = policy.constrain === 'plan' ? planGrammar : programGrammar
  return Object.fromEntries(types.map((type) => [type, grammarFor(type, workflows.contract)]))
}

/** The environment with completions held to the grammar of their problem's type. */
export function heldToGrammar(environment: Environment, { policy }: Config): Environment {
  if (policy.constrain === 'none') return environment
  const { maxCompletionTokens: maxTokens } = policy
  return { ...environment, constraint: (name) => ({ name, maxTokens }) }
}

/** @throws BatonError where a policy may not write enough tokens for any text of its grammar. */
export function requireRoom({ policy }: Config, { leastTokens }: Pick<EmbeddedEngine, 'leastTokens'>): void {
  const needed = Math.max(0, ...leastTokens.values())
  const { constrain, maxCompletionTokens } = policy
  if (needed <= maxCompletionTokens) return
  const options = { boundary: 'config', code: 'no-room' } as const
  if (!Number.isFinite(needed)) {
    const message = `policy.constrain is ${constrain}, but the vocabulary of this policy cannot write a workflow so.`
    throw new BatonError(message, { ...options, hint: 'Set policy.constrain: none.' })
  }
  throw new BatonError(
    `policy.constrain is ${constrain}, but a short workflow takes ${needed} tokens of this policy, and policy.maxCompletionTokens is ${maxCompletionTokens}.`,
    { ...options, hint: `Set policy.maxCompletionTokens: ${2 * needed}, or policy.constrain: none.` },
  )
}
