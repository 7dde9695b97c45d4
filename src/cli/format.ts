/** Numbers as people read them. */
import type { Rate } from '../core/clustered-rate.ts'
import { wilsonInterval } from '../core/intervals.ts'
import { commonWords } from './words/common.ts'

/** 0.412 -> `41.2 %`, without the sign where a row of numbers has it already. */
export function percent(rate: number, hasSign = true): string {
  return `${(rate * 100).toFixed(1)}${hasSign ? ' %' : ''}`
}

/** `48.8 % [42.0, 55.6] n=400`; without the rate if nothing could be scored. */
export function rateText({ value, low, high, n }: Omit<Rate, 'trials'>): string {
  return n === 0
    ? `${commonWords().notScored} n=0`
    : `${percent(value)} [${percent(low, false)}, ${percent(high, false)}] n=${n}`
}

/** `62.5 % [30.6, 86.3] n=8`, of independent trials. */
export function shareText(part: number, n: number): string {
  const [low, high] = wilsonInterval(part, n)
  return rateText({ value: n === 0 ? 0 : part / n, low, high, n })
}

/** `+2.31`, `−0.50`: the minus sign of the report. */
export function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}

export function dollars(costUsd: number): string {
  return `$${costUsd.toFixed(costUsd >= 100 ? 2 : 4)}`
}

/** Seconds as `3m 26s`, `3 分 26 秒`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const words = commonWords().clock
  if (hours > 0) return words.hours(hours, minutes)
  return minutes > 0 ? words.minutes(minutes, whole % 60) : words.seconds(whole)
}

/** The last 30 values as a row of eight heights; '' for fewer than two. */
export function sparkline(values: readonly number[]): string {
  const shown = values.slice(-30)
  if (shown.length < 2) return ''
  const low = Math.min(...shown)
  const span = Math.max(...shown) - low
  return shown.map((value) => '▁▂▃▄▅▆▇█'[span === 0 ? 0 : Math.min(7, Math.floor(((value - low) / span) * 8))]).join('')
}

/** A path as it can be pasted into a shell. */
export function shellWord(path: string): string {
  return /[^\w./:\\-]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path
}

/** 325000000 -> `325 MB`. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3))
  const value = count / 1000 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}

/** `2026-01-02 03:04` in the zone of this machine. */
export function localMinute(iso: string): string {
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
