/** An own reward function as a composition: loaded and checked before the first step, run in a thread of its own. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { BatonError, type Failure } from '../../core/failure.ts'
import { unscorableReason } from '../composition.ts'
import {
  type Composed,
  type PartValues,
  type RewardComposition,
  type RewardPartRules,
  rangeOf,
  scoredParts,
  withWeights,
} from '../compositions/reward-composition.ts'
import { startRewardThread, type ThreadReply } from './reward-thread.ts'

export interface OwnRewardOptions {
  /** Of the module, relative to the working folder. */
  readonly path: string
  readonly timeoutMs: number
  readonly weights: Readonly<Record<string, number>>
  readonly decidedBy: RewardComposition['decidedBy']
}

/** @throws BatonError when the module cannot be used, with the reason. */
export async function ownComposition({
  path,
  timeoutMs,
  weights,
  decidedBy,
}: OwnRewardOptions): Promise<RewardComposition> {
  const file = resolve(path)
  const sha256 = createHash('sha256').update(textOf(file, path)).digest('hex')
  const thread = await startRewardThread(file, timeoutMs).catch((error: Error) => {
    throw refused(path, error.message)
  })
  try {
    const parts = withWeights(path, checkedParts(thread.parts), weights)
    return {
      name: path,
      parts,
      range: rangeOf(parts),
      decidedBy,
      sha256,
      compose: async (input, signal): Promise<Composed> => {
        const reason = unscorableReason(input)
        if (reason !== null) return { score: { kind: 'unscorable', reason }, failures: [] }
        const reply = await thread.ask(input, signal)
        if (reply.kind !== 'values') return failedReward(codeOf(reply), `${path}: ${reply.message}`)
        try {
          return { score: scoredParts(path, parts, checkedValues(reply.values, path), input), failures: [] }
        } catch (error) {
          if (error instanceof RangeError) return failedReward('reward-not-valid', error.message)
          throw error
        }
      },
      close: () => thread.close(),
    }
  } catch (error) {
    await thread.close()
    throw error instanceof RangeError ? refused(path, error.message) : error
  }
}

function textOf(file: string, path: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    throw refused(path, `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`)
  }
}

const codeOf = (reply: Exclude<ThreadReply, { kind: 'values' }>): string =>
  reply.kind === 'threw' ? 'reward-threw' : 'reward-too-slow'

/** The reward failed, not the policy: no number. */
function failedReward(code: string, message: string): Composed {
  const failure: Failure = { boundary: 'reward', code, message: message.slice(0, 400) }
  return { score: { kind: 'unscorable', reason: failure.message }, failures: [failure] }
}

function checkedParts(value: unknown): RewardPartRules {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RangeError('it exports no `parts`, an object with a range and a weight for each part')
  for (const [name, rule] of Object.entries(value)) {
    const { range, weight } = (rule ?? {}) as { range?: unknown; weight?: unknown }
    const isRange =
      Array.isArray(range) && range.length === 2 && range.every(Number.isFinite) && (range[0] as number) < range[1]
    if (!isRange) throw new RangeError(`parts.${name}.range must be two numbers, the lowest first`)
    if (typeof weight !== 'number') throw new RangeError(`parts.${name}.weight must be a number`)
  }
  return value as RewardPartRules
}

function checkedValues(values: unknown, path: string): PartValues {
  if (typeof values !== 'object' || values === null || Array.isArray(values))
    throw new RangeError(`${path}: reward must return an object of numbers by part (got ${JSON.stringify(values)})`)
  const bad = Object.entries(values).find(([, value]) => typeof value !== 'number' || !Number.isFinite(value))
  if (bad !== undefined) throw new RangeError(`${path}: ${bad[0]} is not a finite number (got ${String(bad[1])})`)
  return values as PartValues
}

function refused(path: string, why: string): BatonError {
  return new BatonError(`rewards.module ${path} cannot be used: ${why.replace(/\.$/, '')}.`, {
    boundary: 'config',
    code: 'reward-module',
    hint: 'docs/rewards.md begins with a module that works.',
  })
}
