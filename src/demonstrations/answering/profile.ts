/**
 * Evaluation profiles: everything that shapes an answer's score, checked and hashed. Sequences that were judged under one
 * profile say little about another one, so data, training and evaluation carry the hash and refuse to be mixed.
 */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { BatonError } from '../../core/failure.ts'
import { normalisationProfiles } from '../metric/normalise-answer.ts'
import type { EvaluationProfile } from '../schema.ts'

const profileSchema = z.strictObject({
  name: z.string().min(1),
  systemPrompt: z.string(),
  layout: z.enum(['turns', 'joined']),
  questionTemplate: z.string().includes('{question}'),
  separator: z.string(),
  maxTokens: z.number().int().min(1),
  temperature: z.number().min(0),
  beams: z.number().int().min(1),
  lengthPenalty: z.number(),
  maxPictureSide: z.number().int().min(16),
  cutAt: z.array(z.string().min(1)),
  normalisation: z.enum(normalisationProfiles),
}) satisfies z.ZodType<EvaluationProfile>

/** Short answers, greedy: as Lever-LM asks, but for its three beams, which few servers offer. */
export const defaultProfile: EvaluationProfile = {
  name: 'short-answer',
  systemPrompt: 'Answer the last question about the last picture as the examples are answered: with a word or two.',
  layout: 'turns',
  questionTemplate: 'Question:{question} Short answer:',
  separator: '\n',
  maxTokens: 10,
  temperature: 0,
  beams: 1,
  lengthPenalty: 0,
  maxPictureSide: 448,
  cutAt: ['Question', 'Answer', 'Short', '\n', ', '],
  normalisation: 'official',
}

/** Fields that are left out are those of the default profile. @throws BatonError for unknown fields and wrong values. */
export function readEvaluationProfile(value: unknown, where: string): EvaluationProfile {
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null
  const result = profileSchema.safeParse(given === null ? value : { ...defaultProfile, ...given })
  if (result.success) {
    if (result.data.beams > 1 && result.data.temperature > 0) {
      throw profileError(`${where}: beams and a temperature above 0 exclude each other.`, 'Set temperature: 0.')
    }
    return result.data
  }
  const [issue] = result.error.issues
  const known = Object.keys(defaultProfile).join(', ')
  throw profileError(
    `${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    `The fields are ${known}.`,
  )
}

/** sha256 over all fields but the name, sorted by field. */
export function hashProfile(profile: EvaluationProfile): string {
  const fields = Object.entries(profile)
    .filter(([name]) => name !== 'name')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return hash('sha256', JSON.stringify(fields))
}

/** @throws BatonError unless what was made under `recorded` is used under the same profile. */
export function requireSameProfile(recorded: string | null, profile: EvaluationProfile, where: string): void {
  const own = hashProfile(profile)
  if (recorded === own) return
  const described =
    recorded === null ? 'does not tell its profile' : `was made under the profile ${recorded.slice(0, 12)}`
  throw profileError(
    `${where} ${described}, and this is ${profile.name} (${own.slice(0, 12)}): their scores cannot be mixed.`,
    'Use the profile of the data, or judge its sequences again under this one (`npx baton demos collect --rejudge`).',
  )
}

function profileError(message: string, hint: string): BatonError {
  return new BatonError(message, { boundary: 'config', code: 'evaluation-profile', hint })
}
