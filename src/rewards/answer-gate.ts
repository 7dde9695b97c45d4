/**
 * The gate in front of the judge: responses that cannot hold an answer are wrong without a call. Judges are known to
 * take bare openers ("Solution:", "Let's solve this step by step.") for right (arXiv:2507.08794).
 */
import { separateReasoning } from '../core/reasoning.ts'

const openers = [
  'thought process',
  'solution',
  'answer',
  'final answer',
  'the answer is',
  "let's solve this problem step by step",
  "let's solve this step by step",
  "let's think step by step",
  'none',
  'null',
  'nan',
  'true or false',
  'see reference answer',
  'same as the reference',
  'same as the reference answer',
  'correct',
  'the response is correct',
]

/** @returns why the response can hold no answer; null when it may. */
export function gateReason(response: string, reference: string): string | null {
  const visible = separateReasoning(response).text.trim()
  if (visible === '') return 'empty answer'
  const words = visible
    .toLowerCase()
    .replace(/[^\p{L}\p{N}'\s]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  if (words === '') return 'no answer, only punctuation'
  if (openers.includes(words) && words !== reference.trim().toLowerCase()) return 'no answer, only an opening phrase'
  if (/^error:/i.test(visible)) return 'an error message, no answer'
  return null
}
