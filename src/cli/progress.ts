/**
 * Progress of a run. Without a terminal: one line per step. With one: the line of the current step is updated live,
 * with a sparkline of the reward beside it. Knows only the events of the run, no files.
 */
import { bestFixedLabel, frontierTypeOf } from '../core/evaluation-labels.ts'
import { grouped } from '../core/grouped.ts'
import type { FindingChange, HealthFinding } from '../core/health/findings.ts'
import type { Metrics, SearchedWorkflow, StepRecord } from '../core/records.ts'
import type { RunEvent, UnknownEvent } from '../core/run-events.ts'
import { findingText, heldText } from '../reports/index.ts'
import { changeLines } from './change-lines.ts'
import { evaluationLine } from './evaluation-lines.ts'
import { dollars, durationText, percent, rateText, signed, sparkline } from './format.ts'
import { spokenLanguage } from './language.ts'
import { createLiveLine } from './live-line.ts'
import { type Paint, paint } from './paint.ts'
import { flowed } from './terminal-wrap.ts'
import { headOf, labelled, padText, textWidth } from './text-width.ts'
import { levelLabel, noticeLine } from './translated.ts'
import { commonWords, typeWord } from './words/common.ts'
import { trainingWords } from './words/training.ts'

export interface ProgressOptions {
  readonly stream: NodeJS.WriteStream
  readonly now: () => number
  /** Of the training. */
  readonly totalSteps: number
}

export function createProgress({ stream, now, totalSteps }: ProgressOptions): (event: RunEvent | UnknownEvent) => void {
  const colour = paint(stream)
  const live = createLiveLine(stream, now)
  const line = live.print
  const rewards: number[] = []
  const durations: number[] = []
  let lastQueue = ''

  const draw = (event: Extract<RunEvent, { kind: 'rollout' }>): void =>
    live.draw((width) => liveLine(event, { rewards, width, colour }), { isLast: event.done === event.total })

  /** A terminal sees the wait go on; elsewhere each state of the queue is one line. */
  const waiting = (event: Extract<RunEvent, { kind: 'waiting' }>): void => {
    if (event.waitedMs < quietMs) return
    const words = trainingWords()
    const queue = waitingText(event)
    if (!live.isLive) {
      if (queue !== lastQueue) line(labelled(words.waiting, queue))
      lastQueue = queue
      return
    }
    const waited = words.waited(queue, Math.round(event.waitedMs / 1000))
    live.draw(() => labelled(words.waiting, waited), { everyMs: 1000 })
  }

  return (event) => {
    switch (event.kind) {
      case 'rollout':
        return draw(event)
      case 'step': {
        const { metrics } = event.record
        if (metrics['reward'] !== undefined) rewards.push(metrics['reward'])
        durations.push(metrics['time/step_s'] ?? 0)
        return line(stepLine({ ...event.record, totalSteps }, durations, live.width()))
      }
      case 'evaluation':
        // Parts of a whole that is measured as well.
        if (frontierTypeOf(event.record.label) !== null) return
        return line(colour.bold(evaluationLine(event.record)))
      case 'fixed-workflows':
        return line(noticeLine('note', bestFixedText(event.workflows), colour.yellow))
      case 'forecast':
        return line(labelled(trainingWords().forecast, forecastText(event)))
      case 'resume':
        return line(labelled(commonWords().labels.resume, trainingWords().resumeText(event.step)))
      case 'config':
        for (const text of changeLines(event)) line(text)
        return
      case 'finding':
        return line(findingLine(event, colour))
      case 'waiting':
        return waiting(event)
      case 'notice':
        return line(noticeLine(event.level, event.message, colour.yellow))
      case 'run-begin':
      case 'run-end':
      case 'recovered':
      case 'interrupted-calls':
      case 'rewind':
      case 'evaluation-rename':
      case 'checkpoint':
      case 'rewards':
      case 'judge-trial':
      case 'judge-calibration':
      case 'collected':
      case 'unknown':
        return
      default:
        event satisfies never
    }
  }
}

/** A finding as it begins to hold, and `no longer: ...` when it is over. */
function findingLine({ state, episode }: FindingChange, colour: Paint): string {
  if (state === 'begins') return foundText(episode.finding, colour.yellow)
  const language = spokenLanguage()
  const words = trainingWords()
  const { title } = findingText(episode.finding, language)
  return `${colour.dim(words.noLonger)}${words.ended(title, heldText(episode, language))}`
}

/** `warning: Hardly any answer was right: ... Use easier problems ...` */
export function foundText(finding: HealthFinding, colour: (text: string) => string = (text) => text): string {
  const { message, hint } = findingText(finding, spokenLanguage())
  return `${levelLabel(finding.level, colour)}${trainingWords().finding(message, hint)}`
}

/** Shorter waits are not reported. */
const quietMs = 10_000

/** `sample: paused_capacity (short on capacity)` */
function waitingText({ operation, state, reason }: Extract<RunEvent, { kind: 'waiting' }>): string {
  return `${operation}: ${state}${reason === null ? '' : ` (${reason})`}`
}

/** `best fixed workflow for each type: math: Programmer · qa: Custom` */
function bestFixedText(workflows: readonly SearchedWorkflow[]): string {
  const best = workflows.filter(({ label }) => label === bestFixedLabel)
  return trainingWords().bestFixed(best.map(({ type, name }) => `${typeWord(type)}: ${name}`).join(' · '))
}

/** A band wider than this forecasts nothing: what would narrow it is shown instead. */
const widestBand = 0.5

/** `31.2 % [24.0, 39.1] of groups should carry signal (right and wrong answers mixed) at G = 8; from 400 problems` */
export function forecastText({ forecast, groupSize }: Extract<RunEvent, { kind: 'forecast' }>): string {
  const { share, low, high, problems, attempts } = forecast
  const band = `[${percent(low, false)}, ${percent(high, false)}]`
  const words = trainingWords()
  if (high - low <= widestBand) return words.forecastTell(percent(share), band, groupSize, grouped(problems))
  const each = attempts / Math.max(1, problems)
  return words.forecastCannot(band, groupSize, each < 2 ? words.moreSamples : words.moreProblems(grouped(problems)))
}

/** `48.8 % [42.0, 55.6] n=400` */
function accuracy(metrics: Metrics): string {
  const { accuracy: value = 0, 'accuracy/low': low = 0, 'accuracy/high': high = 1, 'accuracy/n': n = 0 } = metrics
  return rateText({ value, low, high, n })
}

/** `+2.31`; if nothing could be scored there is no reward, and the 0 that older runs record does not count as one. */
function rewardText({ reward, 'accuracy/n': n }: Metrics): string {
  return reward === undefined || n === 0 ? commonWords().notScored : signed(reward)
}

/** `step 12    ████░░░░ 57/128 rollouts  reward ▁▂▄▅▇`, no wider than requested. */
function liveLine(
  { label, done, total }: Extract<RunEvent, { kind: 'rollout' }>,
  { rewards, width, colour }: { readonly rewards: readonly number[]; readonly width: number; readonly colour: Paint },
): string {
  const words = trainingWords()
  const isLearning = done === total && label.startsWith('step ')
  const count = words.rollouts(total === null ? String(done) : `${done}/${total}`, isLearning)
  const barWidth = total === null ? 0 : Math.max(0, Math.min(24, width - 13 - textWidth(count)))
  const filled = total === null ? 0 : Math.round((done / Math.max(1, total)) * barWidth)
  const bar = `${'█'.repeat(filled)}${colour.dim('░'.repeat(barWidth - filled))}`
  const room = width - 23 - barWidth - textWidth(count)
  const trend = room >= 8 ? sparkline(rewards).slice(-room) : ''
  const activity = padText(headOf(words.activity(label), 10), 10)
  return `${activity} ${bar} ${count}${trend === '' ? '' : `  ${words.reward} ${colour.cyan(trend)}`}`
}

/** The step's numbers. If they do not fit on a line, the least important are dropped; the rest may take several. */
function stepLine(
  { step, metrics, totalSteps: total }: StepRecord & { readonly totalSteps: number },
  durations: readonly number[],
  width: number,
): string {
  const recent = durations.slice(-10)
  const meanS = recent.reduce((sum, value) => sum + value, 0) / recent.length
  const rate = (name: string): string => (metrics[name] === undefined ? '–' : `${Math.round(metrics[name] * 100)} %`)
  const { figures } = trainingWords()
  /** Text and rank: the highest rank is left out first, rank 0 never. */
  const columns: readonly (readonly [text: string, rank: number])[] = [
    [figures.step(`${step}/${total}`.padStart(7)), 0],
    [figures.reward(rewardText(metrics)), 1],
    // A step of imitation has judged attempts of before, and no accuracy of its own.
    metrics['accuracy/n'] === undefined
      ? [figures.loss((metrics['loss'] ?? 0).toFixed(3)), 0]
      : [figures.accuracy(accuracy(metrics).replace(/ n=.*/, '')), 0],
    ...(metrics['imitation/held_out_loss'] === undefined
      ? []
      : [[figures.heldOut(metrics['imitation/held_out_loss'].toFixed(3)), 0] as const]),
    ...(metrics['imitation/valid_rate'] === undefined
      ? []
      : [[figures.valid(rate('imitation/valid_rate')), 1] as const]),
    ...(metrics['workflow/valid_rate'] === undefined
      ? []
      : ([
          [figures.valid(rate('workflow/valid_rate')), 2],
          [figures.fallback(rate('workflow/fallback_rate')), 3],
        ] as const)),
    ...(metrics['by_group/frac_mixed'] === undefined
      ? []
      : [[figures.signal(rate('by_group/frac_mixed')), 0] as const]),
    [dollars(metrics['cost/cumulative'] ?? 0), 0],
    [figures.seconds((metrics['time/step_s'] ?? 0).toFixed(1)), 4],
    [figures.eta(durationText(meanS * (total - step))), 0],
  ]
  const upTo = (highest: number): string[] => columns.flatMap(([text, rank]) => (rank <= highest ? [text] : []))
  for (const highest of [4, 3, 2, 1, 0]) {
    const line = upTo(highest).join('  ')
    if (textWidth(line) <= width) return line
  }
  return flowed(upTo(1), { width, indent: 8 }).join('\n')
}
