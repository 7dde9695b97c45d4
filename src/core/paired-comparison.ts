/**
 * The whole comparison of two policies on the same questions: the mean difference with its interval, exact McNemar on
 * right and wrong, sign flips on the scores, the smallest difference that so many questions could have shown, and how
 * many would be needed. Several comparisons at a time (one for each number of shots) are corrected by Holm.
 */
import { holm, mcNemar, type PairedDifference, pairedDifference } from './paired-tests.ts'
import type { RandomKey } from './random.ts'
import { signFlipTest } from './sign-flip.ts'

export interface PairedScores {
  /** What is compared: `2 shots`, `accuracy`. */
  readonly name: string
  /** Shape [n], in [0, 1]; scores above 0 count as right in McNemar's test. */
  readonly a: readonly number[]
  /** Of the same questions in the same order. */
  readonly b: readonly number[]
  /** Shape [n]: questions of one cluster (an image, a problem) are not independent. */
  readonly clusters: readonly (string | number)[]
}

/** The difference is that of a - b. */
export interface PairedComparison extends PairedDifference {
  readonly name: string
  readonly meanA: number
  readonly meanB: number
  /** Right in a alone, and in b alone. */
  readonly onlyA: number
  readonly onlyB: number
  /** Exact, two-sided, of `onlyA` against `onlyB`. */
  readonly mcNemar: number
  /** Two-sided sign-flip test of the scores. */
  readonly signFlip: number
  /** The two p-values corrected for the number of comparisons. */
  readonly mcNemarHolm: number
  readonly signFlipHolm: number
}

/** @throws RangeError for lists that are empty or of unequal length. */
export function comparePaired(
  pairs: readonly PairedScores[],
  options: { readonly key: RandomKey; readonly permutations?: number },
): PairedComparison[] {
  const raw = pairs.map((pair) => compareOne(pair, options))
  const mcNemarHolm = holm(raw.map((row) => row.mcNemar))
  const signFlipHolm = holm(raw.map((row) => row.signFlip))
  return raw.map((row, i) => ({
    ...row,
    mcNemarHolm: mcNemarHolm[i] as number,
    signFlipHolm: signFlipHolm[i] as number,
  }))
}

function compareOne(
  { name, a, b, clusters }: PairedScores,
  { key, permutations }: { key: RandomKey; permutations?: number },
): Omit<PairedComparison, 'mcNemarHolm' | 'signFlipHolm'> {
  if (a.length !== b.length) throw new RangeError(`a comparison needs pairs (got ${a.length} and ${b.length} scores)`)
  const differences = a.map((score, i) => score - (b[i] as number))
  const onlyA = a.filter((score, i) => score > 0 && !((b[i] as number) > 0)).length
  const onlyB = a.filter((score, i) => !(score > 0) && (b[i] as number) > 0).length
  const mean = (scores: readonly number[]): number => scores.reduce((sum, score) => sum + score, 0) / scores.length
  return {
    name,
    meanA: mean(a),
    meanB: mean(b),
    ...pairedDifference(a, b, clusters),
    onlyA,
    onlyB,
    mcNemar: mcNemar(onlyA, onlyB),
    signFlip: signFlipTest(differences, clusters, {
      key: [...key, name],
      ...(permutations === undefined ? {} : { permutations }),
    }),
  }
}
