/** Numbers and times as the page writes them: as the terminal and the reports do. */
import { grouped } from '../../src/core/grouped.ts'

export { grouped }

export function percent(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '–' : `${(value * 100).toFixed(1)} %`
}

export function points(value: number): string {
  const text = (value * 100).toFixed(1)
  return value < 0 ? text.replace('-', '−') : `+${text}`
}

export function number(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(1) : String(Number(value.toPrecision(digits)))
  return text.replace('-', '−')
}

export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}

export function reward(value: number | null): string {
  return value === null ? '–' : value.toFixed(2).replace('-', '−')
}

export function dollars(value: number | null): string {
  if (value === null) return '–'
  if (value === 0) return '$0'
  return `$${value.toFixed(value >= 100 ? 0 : value >= 1 ? 2 : value >= 0.01 ? 3 : 5)}`
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function bytes(size: number): string {
  return size < 1e6
    ? `${Math.round(size / 1e3)} kB`
    : size < 1e9
      ? `${(size / 1e6).toFixed(0)} MB`
      : `${(size / 1e9).toFixed(1)} GB`
}

/** Local, to the minute. */
export function minute(iso: string): string {
  if (iso === '') return '–'
  const at = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}
