/**
 * Progress of a training run: one line a step where there is no terminal; with one, the line of the step under way
 * moves and a sparkline of the reward stands beside it. Knows only the training events, no files.
 */
import type { Metrics } from '../core/records.ts'
import type { TrainingEvent, TrainingObserver } from '../training/index.ts'
import { clock, dollars, percent, signed, sparkline } from './format.ts'
import { paint } from './paint.ts'

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream
  readonly now: () => number
}

export function createProgress({ stream, now }: ProgressOptions): TrainingObserver {
  const colour = paint(stream)
  const isLive = stream.isTTY === true
  const rewards: number[] = []
  const durations: number[] = []
  let lastDrawn = 0

  const clear = (): void => {
    if (isLive) stream.write('\r\u001b[2K')
  }
  const line = (text: string): void => {
    clear()
    stream.write(`${text}\n`)
  }
  const draw = (event: Extract<TrainingEvent, { kind: 'rollout' }>): void => {
    if (!isLive || (now() - lastDrawn < 100 && event.done !== event.total)) return
    lastDrawn = now()
    const width = 24
    const filled = Math.round((event.done / (event.total ?? Number.POSITIVE_INFINITY)) * width)
    const bar = `${'█'.repeat(filled)}${colour.dim('░'.repeat(width - filled))}`
    const count = event.total === null ? event.done : `${event.done}/${event.total}`
    clear()
    stream.write(`${event.label.padEnd(10)} ${bar} ${count} rollouts ${colour.cyan(sparkline(rewards))}`)
  }

  return (event) => {
    switch (event.kind) {
      case 'rollout':
        return draw(event)
      case 'step': {
        const { metrics } = event.record
        rewards.push(metrics['reward'] ?? 0)
        durations.push(metrics['time/step_s'] ?? 0)
        return line(stepLine(event.record.step, event.totalSteps, metrics, durations))
      }
      case 'evaluation':
        return line(colour.bold(`${event.record.label.padEnd(10)} ${accuracy(event.record.metrics)}`))
      case 'forecast': {
        const { share, low, high } = event.forecast
        const interval = `[${percent(low, false)}, ${percent(high, false)}]`
        return line(`forecast   ${percent(share)} ${interval} of groups should carry signal at G = ${event.groupSize}`)
      }
      case 'resume':
        return line(`resume     step ${event.step} is whole; what follows is in the journal and is not bought again`)
      case 'checkpoint':
        return
      case 'notice':
        return line(`${colour.yellow(`${event.level}:`)} ${event.message}`)
      default:
        event satisfies never
    }
  }
}

/** `accuracy 48.8 % [42.0, 55.6] n=400` */
export function accuracy(metrics: Metrics): string {
  const low = percent(metrics['accuracy/low'] ?? 0, false)
  const high = percent(metrics['accuracy/high'] ?? 0, false)
  return `accuracy ${percent(metrics['accuracy'] ?? 0)} [${low}, ${high}] n=${metrics['accuracy/n'] ?? 0}`
}

function stepLine(step: number, total: number, metrics: Metrics, durations: readonly number[]): string {
  const recent = durations.slice(-10)
  const meanS = recent.reduce((sum, value) => sum + value, 0) / recent.length
  const rate = (name: string): string => `${Math.round((metrics[name] ?? 0) * 100)} %`
  return [
    `step ${`${step}/${total}`.padStart(7)}`,
    `reward ${signed(metrics['reward'] ?? 0)}`,
    accuracy(metrics).replace(/ n=.*/, ''),
    `valid ${rate('workflow/valid_rate')}`,
    `fallback ${rate('workflow/fallback_rate')}`,
    `signal ${Math.round((1 - (metrics['frac_reward_zero_std'] ?? 0)) * 100)} %`,
    dollars(metrics['cost/cumulative'] ?? 0),
    `${(metrics['time/step_s'] ?? 0).toFixed(1)} s`,
    `eta ${clock(meanS * (total - step))}`,
  ].join('  ')
}
