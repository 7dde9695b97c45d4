/** Dates in their usual forms: days, months, years, eras; day and month by numbers in either order. */
import { dayPattern as day, monthPattern as month, monthNames } from './months.ts'

export interface CalendarDate {
  /** Negative before Christ. */
  readonly year: number | null
  readonly month: number | null
  readonly day: number | null
}

const weekday = '(?:(?:on\\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\\s+)?'
const era = '(?:\\s*(b\\.?\\s?c\\.?(?:\\s?e\\.?)?|a\\.?\\s?d\\.?|c\\.?\\s?e\\.?))'
const year = `(?:,?\\s+(?:of\\s+|in\\s+)?(?:the\\s+year\\s+)?(\\d{3,4}(?!\\d)${era}?|\\d{1,4}${era}))?`

const dayFirst = `(?:the\\s+)?${day}\\s+(?:of\\s+)?${month}${year}`
const monthFirst = `${month}\\s+(?:the\\s+)?${day}(?!\\d)${year}`
const iso = '(\\d{4})-(\\d{2})-(\\d{2})(?:t[\\d:.]+z?)?'
const numeric = '(\\d{1,2})([./-])(\\d{1,2})\\2(\\d{4})'
const monthYear = `${month},?\\s+(?:of\\s+)?(\\d{4})${era}?`
const eraYear = `(?:(?:in\\s+)?(?:the\\s+year\\s+)?(\\d{1,4})${era}|(a\\.?d\\.?)\\s*(\\d{1,4}))`

/** All readings of the whole of a text as one date; none where it is none. `8/7/2016` has two. */
export function readDates(text: string): CalendarDate[] {
  const plain = text.trim().toLowerCase().replace(/\s+/g, ' ')
  const whole = (pattern: string): RegExpExecArray | null =>
    new RegExp(`^${weekday}(?:${pattern})$`).exec(
      plain.replace(/\.$/, (point) => (/[bc.]\.?[ced]\.$/.test(plain) ? point : '')),
    )
  const first = whole(dayFirst)
  if (first !== null) return valid({ year: yearOf(first[3]), month: monthNumber(first[2]), day: Number(first[1]) })
  const second = whole(monthFirst)
  if (second !== null) return valid({ year: yearOf(second[3]), month: monthNumber(second[1]), day: Number(second[2]) })
  const third = whole(iso)
  if (third !== null) return valid({ year: Number(third[1]), month: Number(third[2]), day: Number(third[3]) })
  const fourth = whole(numeric)
  if (fourth !== null) {
    const [a, b, y] = [Number(fourth[1]), Number(fourth[3]), Number(fourth[4])]
    const readings = [
      ...valid({ year: y, month: b, day: a }),
      ...(fourth[2] === '.' ? [] : valid({ year: y, month: a, day: b })),
    ]
    return a === b ? readings.slice(0, 1) : readings
  }
  const fifth = whole(monthYear)
  if (fifth !== null)
    return valid({ year: yearOf(`${fifth[2]} ${fifth[3] ?? ''}`), month: monthNumber(fifth[1]), day: null })
  const sixth = whole(eraYear)
  if (sixth !== null)
    return valid({
      year: sixth[4] === undefined ? yearOf(`${sixth[1]} ${sixth[2]}`) : Number(sixth[4]),
      month: null,
      day: null,
    })
  return []
}

function yearOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(/\d+/.exec(text)?.[0])
  return /b/.test(text) ? -number : number
}

function monthNumber(name = ''): number {
  return monthNames.findIndex((full) => full.startsWith(name.replace('.', '').slice(0, 3))) + 1
}

const daysIn = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function valid(date: CalendarDate): CalendarDate[] {
  const { month: m, day: d } = date
  const isMonth = m === null || (m >= 1 && m <= 12)
  return isMonth && (d === null || (d >= 1 && d <= (daysIn[(m ?? 1) - 1] ?? 31))) ? [date] : []
}

/**
 * `equal`: the same as far as the reference says; a date with a year answers a question for one without.
 * `unknown`: the reference says more.
 */
export function compareDates(prediction: CalendarDate, reference: CalendarDate): 'equal' | 'different' | 'unknown' {
  const parts = ['year', 'month', 'day'] as const
  if (
    parts.some((part) => prediction[part] !== null && reference[part] !== null && prediction[part] !== reference[part])
  )
    return 'different'
  return parts.some((part) => prediction[part] === null && reference[part] !== null) ? 'unknown' : 'equal'
}
