/** Progress of `baton demos train`: a moving line on a terminal, one line a round elsewhere. */
import type { Metrics } from '../core/records.ts'
import type { TrainingPosition, TrainingStage } from '../demonstrations/training/index.ts'
import { percent } from './format.ts'
import { headOf, labelled } from './text-width.ts'
import { commonWords } from './words/common.ts'
import { demosWords } from './words/demos.ts'

export interface DemosProgress {
  readonly step: (step: number, metrics: Metrics) => void
  readonly round: (position: TrainingPosition, metrics: Metrics) => void
  readonly resume: (position: TrainingPosition) => void
  /** Answers of a round of fresh samples. */
  readonly judged: (done: number, total: number) => void
}

/** Times a second that the moving line is drawn. */
const drawsPerSecond = 10

export function createDemosProgress(stream: NodeJS.WriteStream, stages: readonly TrainingStage[]): DemosProgress {
  const isLive = stream.isTTY === true && process.env['TERM'] !== 'dumb'
  let drawnAt = 0
  const clear = (): void => {
    if (isLive) stream.write('\r\u001b[2K')
  }
  const nameOf = (stage: number): string => (stages[stage]?.method ?? '').padEnd(10)
  return {
    step(step, metrics) {
      if (!isLive || Date.now() - drawnAt < 1000 / drawsPerSecond) return
      drawnAt = Date.now()
      clear()
      const words = demosWords()
      const loss = `${words.figures.loss} ${(metrics['loss'] ?? 0).toFixed(3)}`
      const line = `${nameOf(metrics['train/stage'] ?? 0)} ${words.step(step)}  ${loss}`
      stream.write(headOf(line, (stream.columns ?? 80) - 1))
    },
    judged(done, total) {
      if (!isLive || Date.now() - drawnAt < 1000 / drawsPerSecond) return
      drawnAt = Date.now()
      clear()
      stream.write(headOf(labelled(demosWords().labels.judging, `${done}/${total}`), (stream.columns ?? 80) - 1))
    },
    round({ stage, round, step }, metrics) {
      clear()
      const { figures, ...words } = demosWords()
      const parts = [
        `${nameOf(stage)} ${words.round(round)}`,
        words.step(step),
        ...shown(figures.loss, metrics['loss'], (value) => value.toFixed(3)),
        ...shown(figures.reward, metrics['reward'], (value) => value.toFixed(3)),
        ...shown(figures.kl, metrics['kl'], (value) => value.toFixed(4)),
        ...shown(figures.clipped, metrics['clip_fraction'], percent),
        ...shown(figures.spread, metrics['informative_group_rate'] ?? metrics['batch/informative_group_rate'], percent),
        ...shown(figures.heldOut, metrics['validation/rce'], (value) => value.toFixed(3)),
        ...shown(figures.uniform, metrics['validation/rce_uniform'], (value) => value.toFixed(3)),
      ]
      stream.write(`${parts.join('  ')}\n`)
    },
    resume({ step }) {
      stream.write(`${labelled(commonWords().labels.resume, demosWords().afterStep(step))}\n`)
    },
  }
}

function shown(name: string, value: number | undefined, format: (value: number) => string): string[] {
  return value === undefined ? [] : [`${name} ${format(value)}`]
}
