/** Weekdays, dates and times of day in running English text. */
import { dayPattern as day, monthPattern as month, monthNames } from './months.ts'

const weekdayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const year = '(?:,?\\s+(?:of\\s+)?(\\d{4}))?'

export type CalendarKind = 'weekday' | 'date' | 'time'

/** What kind of calendar text the whole of `text` is; null when it is none. */
export function calendarKind(text: string): CalendarKind | null {
  const plain = text.trim().toLowerCase()
  if (weekdayNames.includes(plain)) return 'weekday'
  if (isWhole(plain, dayFirst()) || isWhole(plain, monthFirst()) || /^\d{4}-\d{2}-\d{2}$/.test(plain)) return 'date'
  return isWhole(plain, clock()) ? 'time' : null
}

/** Every item of the kind in the text, in a canonical form; dates without a year come as `--08-07`. */
export function calendarItems(text: string, kind: CalendarKind): string[] {
  const plain = text.toLowerCase()
  switch (kind) {
    case 'weekday':
      return [...plain.matchAll(/\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b/g)].map(([name]) => name)
    case 'date':
      return datesIn(plain)
    case 'time':
      return [...plain.matchAll(clock())].flatMap(readClock)
    default:
      return kind satisfies never
  }
}

/** Whether two canonical items are the same; a date with a year answers a question for one without, not the reverse. */
export function sameCalendarItem(prediction: string, reference: string): boolean {
  if (reference.startsWith('--')) return prediction.slice(-6) === reference.slice(-6)
  return prediction === reference
}

const dayFirst = (): RegExp => new RegExp(`\\b(?:the )?${day}\\s+(?:of\\s+)?${month}\\b${year}`, 'g')
const monthFirst = (): RegExp => new RegExp(`\\b${month}\\s+(?:the )?${day}\\b${year}`, 'g')
const clock = (): RegExp =>
  /(?<![\d.])(\d{1,2})(?:[:h](\d{2})|\.(\d{2})(?=\s*[ap]\.?m))?(?::\d{2})?\s*([ap]\.?m\b\.?)?(?![\d%])/g

function isWhole(text: string, pattern: RegExp): boolean {
  const found = pattern.exec(text)
  return (
    found !== null && found[0].trim() === text && (pattern.source !== clock().source || readClock(found).length > 0)
  )
}

function datesIn(text: string): string[] {
  const found: { at: number; date: string }[] = []
  const add = (at: number, y: string | undefined, m: number, d: string): void => {
    if (m > 0 && Number(d) >= 1 && Number(d) <= 31) found.push({ at, date: `${y ?? '-'}-${two(m)}-${two(Number(d))}` })
  }
  for (const { index, 1: d = '', 2: m = '', 3: y } of text.matchAll(dayFirst())) add(index, y, monthNumber(m), d)
  const rest = text.replace(dayFirst(), (whole) => ' '.repeat(whole.length))
  for (const { index, 1: m = '', 2: d = '', 3: y } of rest.matchAll(monthFirst())) add(index, y, monthNumber(m), d)
  for (const { index, 1: y, 2: m = '', 3: d = '' } of text.matchAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g))
    add(index, y, Number(m), d)
  return found.sort((a, b) => a.at - b.at).map(({ date }) => date)
}

function monthNumber(name: string): number {
  return monthNames.findIndex((full) => full.startsWith(name.replace('.', '').slice(0, 3))) + 1
}

/** `hh:mm`; a bare number counts only with am or pm. */
function readClock(found: RegExpExecArray | RegExpMatchArray): string[] {
  const [, hourText = '', minutes, pointMinutes, half] = found
  const minuteText = minutes ?? pointMinutes
  if (minuteText === undefined && half === undefined) return []
  const hour = Number(hourText)
  const minute = Number(minuteText ?? 0)
  if (minute > 59 || hour > 24 || (half !== undefined && (hour < 1 || hour > 12))) return []
  const shifted = half === undefined ? hour % 24 : (hour % 12) + (half.startsWith('p') ? 12 : 0)
  return [`${two(shifted)}:${two(minute)}`]
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
