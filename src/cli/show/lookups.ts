/** The rollouts that are asked for, or which of the things asked for the run does not have. */

import { BatonError } from '../../core/failure.ts'
import { countKinds, hasKind, type KindCount, wideKindNames } from '../../core/failure-kinds.ts'
import type { RolloutDigest, RolloutRecord } from '../../core/records.ts'
import { nearestName } from '../../core/spelling.ts'
import { visibleText } from '../../core/visible-text.ts'
import { namedFailures } from '../../reports/index.ts'
import type { RunReader } from '../../runs/index.ts'
import { noRollouts } from '../../session/no-rollouts.ts'
import { optionError } from '../option-values.ts'
import type { ShowRequest } from './request.ts'

/**
 * Of the training, or of the newest evaluation of that label.
 * @throws BatonError where there are none.
 */
export function digestsOf(run: RunReader, request: ShowRequest): RolloutDigest[] {
  const { folder, label, step, problem } = request
  const place = label === undefined ? { phase: 'train' as const } : { phase: 'evaluation' as const, label }
  const found = run.rolloutDigests({
    ...place,
    ...(step === undefined ? {} : { step }),
    ...(problem === undefined ? {} : { problemId: problem }),
  })
  if (found.length === 0) throw noRollouts(run, folder, { label, step, problem })
  const newest = Math.max(...new Set(found.map((digest) => digest.step)))
  return ofType(label === undefined ? found : found.filter((digest) => digest.step === newest), request)
}

/** @throws BatonError where none is of the type that is asked for. */
export function ofType(rollouts: readonly RolloutDigest[], { folder, type }: ShowRequest): RolloutDigest[] {
  const found = rollouts.filter(({ problemType }) => type === undefined || problemType === type)
  if (found.length > 0) return found
  const types = [...new Set(rollouts.map(({ problemType }) => problemType))].sort()
  throw notThere(`${folder} has no ${type} problems among those asked for.`, `Their types: ${types.join(', ')}.`)
}

/**
 * A kind that no rollout has is an answer; one that there is not at all is a mistake.
 * @returns the kinds that the rollouts have.
 */
export function assertKind(run: RunReader, kind: string, digests: readonly RolloutDigest[]): KindCount[] {
  const there = countKinds(digests)
  if (digests.some((digest) => hasKind(digest, kind))) return there
  const ofRun = countKinds(run.rolloutDigests()).map((count) => count.kind)
  const codes = [...namedFailures, ...ofRun.map((name) => name.split('/')[1] ?? name)]
  const [boundary = '', code] = kind.split('/')
  const isKnown =
    wideKindNames.includes(kind) ||
    codes.includes(kind) ||
    (code !== undefined && wideKindNames.includes(boundary) && codes.includes(code))
  if (isKnown) return there
  const meant = nearestName(kind, [...ofRun, ...wideKindNames, ...new Set(codes)])
  const list = ofRun.length === 0 ? 'No rollout of it failed' : `Its kinds: ${ofRun.join(', ')}`
  throw optionError(
    visibleText(`--kind ${kind} is not known.`),
    visibleText(`${meant === null ? '' : `Did you mean ${meant}? `}${list}; wider names: ${wideKindNames.join(', ')}.`),
  )
}

export function severalSteps({ folder, problem }: ShowRequest, steps: readonly number[]): BatonError {
  const shown = steps.length > 12 ? `${steps.slice(0, 12).join(', ')}, ...` : steps.join(', ')
  return optionError(
    visibleText(`${problem} is in steps ${shown} of ${folder}: one of them is needed.`),
    `For example --step ${steps.at(-1)}.`,
  )
}

export function missingRollout({ rollout, problem }: ShowRequest, rollouts: readonly RolloutRecord[]): BatonError {
  const numbers = rollouts.map((record) => record.rollout)
  return notThere(`${problem} has no rollout ${rollout} there.`, `Its rollouts: ${numbers.join(', ')}.`)
}

function notThere(message: string, hint: string): BatonError {
  return new BatonError(visibleText(message), { boundary: 'runs', code: 'no-rollouts', hint: visibleText(hint) })
}
