/** How an advantage came about, as a formula with its numbers. */
import type { AdvantageDerivation, AdvantageOptions } from '../../core/advantages.ts'
import { numberText } from './cells.ts'
import type { ShowWords } from './words-english.ts'

/** `(reward −1.5 − mean 2.1) / deviation 0.37 = −2.18` */
export function advantageText(stored: number | null, derivation: AdvantageDerivation | null, words: ShowWords): string {
  const { advantage: say } = words
  if (stored === null) return say.notYet
  if (derivation === null) return say.recordedAlone(numberText(stored))
  const isAsRecorded = Math.abs(stored - derivation.advantage) <= 1e-9 * Math.max(1, Math.abs(stored))
  const other = isAsRecorded ? '' : ` ${say.recorded(numberText(stored))}`
  if (derivation.kind !== 'relative') return `${say.zero[derivation.kind]}${other}`
  const { value, baseline, divisor, advantage } = derivation
  const difference = say.difference(numberText(value), say.baselines[baseline.of], numberText(baseline.value))
  const formula =
    divisor === null ? difference : say.divided(difference, numberText(divisor.deviation + divisor.epsilon))
  return `${formula} = ${numberText(advantage)}${other}`
}

/** What the run's configuration chose. */
export function scaleText({ scale, epsilon }: AdvantageOptions, { scales }: ShowWords): string {
  return `${scales[scale](String(epsilon))} (training.advantages.scale: ${scale})`
}
