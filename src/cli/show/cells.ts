/** Values as `baton show` writes them. */
import type { ProblemOutcome } from '../../core/clustered-rate.ts'
import type { KindCount } from '../../core/failure-kinds.ts'
import type { RolloutRecord } from '../../core/records.ts'
import type { Lesson } from '../../core/rollout-group.ts'
import { words as reportWords } from '../../reports/index.ts'
import type { ShowWords } from './words-english.ts'

/** Two decimals, as the step line and the report have them; a dash for null. */
export function rewardText(value: number | null): string {
  return value === null ? '–' : value.toFixed(2).replace('-', '−')
}

/** Four digits, with a minus sign; a dash for null. */
export function numberText(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4))).replace('-', '−')
}

export function outcomesOf(rollouts: readonly Pick<RolloutRecord, 'problemId' | 'score'>[]): ProblemOutcome[] {
  return rollouts.map(({ problemId, score }) => ({
    problemId,
    isCorrect: score.kind === 'scored' ? score.isCorrect : null,
  }))
}

/** `3 policy/no-class, 1 unscorable` */
export function kindsCell(counts: readonly KindCount[], words: ShowWords): string {
  return counts.map(({ kind, rollouts }) => `${rollouts} ${kind}`).join(words.separator)
}

export function lessonText(lesson: Lesson, { language, lessons, separator }: ShowWords): string {
  if (lesson.kind !== 'spread') return lessons[lesson.kind]
  const names = lesson.parts.map((part) => reportWords[language].partNames[part] ?? part)
  return lessons.spread(lesson.areRight, names.join(separator))
}
