/**
 * OKVQA's ten answers from published soft labels `{answer: 1 or 0.667}`. Five people answered and each answer counts
 * twice: 0.667 means two copies, 1 four or more. The seven patterns that occur each fill ten answers in one
 * way, but for two answers of label 1, which appear 4 and 6 times in an order that the label does not give; no score
 * depends on it.
 */
import { BatonError } from '../../core/failure.ts'

/** Copies of the answers labelled 1, by the pattern `<number of 1s>,<number of 0.667s>`. */
const copiesOfFull: Readonly<Record<string, readonly number[]>> = {
  '1,3': [4],
  '1,2': [6],
  '1,1': [8],
  '1,0': [10],
  '2,1': [4, 4],
  '2,0': [4, 6],
  '0,5': [],
}

/**
 * @param label answer to its soft score.
 * @returns the ten answers, those with the most copies in the label's order.
 * @throws BatonError for a label that no ten answers of five people give.
 */
export function rebuildAnswers(label: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(label)
  const full = entries.filter(([, score]) => score === 1)
  const partial = entries.filter(([, score]) => Math.abs(score - 2 / 3) < 0.01)
  const copies = copiesOfFull[`${full.length},${partial.length}`]
  if (copies === undefined || full.length + partial.length !== entries.length) {
    throw new BatonError(`The soft label ${JSON.stringify(label)} is not one that ten OKVQA answers give.`, {
      boundary: 'dataset',
      code: 'soft-label',
      hint: 'Give labels with the values 1 and 0.667, or a file with the ten answers themselves.',
    })
  }
  return [
    ...full.flatMap(([answer], i) => Array.from({ length: copies[i] ?? 0 }, () => answer)),
    ...partial.flatMap(([answer]) => [answer, answer]),
  ]
}
