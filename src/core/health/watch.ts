/**
 * Health during a run: after each step, which findings begin to hold and which are over. A finding is over after
 * several steps in a row without it, and its threshold is relaxed meanwhile: it is reported once, not at every wobble.
 */
import type { Metrics, StepRecord } from '../records.ts'
import type { FindingChange, FindingCode, FindingEpisode, HealthFinding } from './findings.ts'
import { findingsOf, type RunSeries, unknownToSimulator, window } from './rules.ts'

export interface HealthWatch {
  /** An evaluation before the first step. */
  evaluation(metrics: Metrics): FindingChange[]
  /** Steps come in order. */
  step(record: StepRecord): FindingChange[]
  /** Of the whole run so far, in the order in which they began. */
  episodes(): FindingEpisode[]
}

interface Held {
  episode: FindingEpisode
  lastSeen: number
  /** Steps since then. */
  calmSteps: number
}

export function createHealthWatch(): HealthWatch {
  const columns = new Map<string, number[]>()
  let latest: readonly Metrics[] = []
  const held = new Map<FindingCode, Held>()
  const past: FindingEpisode[] = []

  const see = (finding: HealthFinding, step: number): FindingChange[] => {
    const known = held.get(finding.code)
    if (known === undefined) {
      const episode = { finding, from: step, to: null }
      held.set(finding.code, { episode, lastSeen: step, calmSteps: 0 })
      return [{ state: 'begins', episode }]
    }
    const wasWarning = known.episode.finding.level === 'warning'
    const level = wasWarning ? 'warning' : finding.level
    known.episode = { ...known.episode, finding: { ...finding, level } }
    known.lastSeen = step
    known.calmSteps = 0
    return level === 'warning' && !wasWarning ? [{ state: 'worsens', episode: known.episode }] : []
  }

  return {
    evaluation(metrics) {
      const finding = unknownToSimulator(metrics)
      return finding === null ? [] : see(finding, 0)
    },
    step({ step, metrics }) {
      for (const [name, value] of Object.entries(metrics)) {
        const column = columns.get(name)
        if (column === undefined) columns.set(name, [value])
        else column.push(value)
      }
      latest = [...latest, metrics].slice(-window)
      const run: RunSeries = { series: (name) => columns.get(name) ?? [], latest }
      const found = findingsOf(run, new Set(held.keys()))
      const seen = new Set(found.map(({ code }) => code))
      const changes = found.flatMap((finding) => see(finding, step))
      for (const [code, one] of held) {
        if (seen.has(code)) continue
        one.calmSteps += 1
        if (one.calmSteps < window) continue
        const episode = { ...one.episode, to: one.lastSeen }
        held.delete(code)
        past.push(episode)
        changes.push({ state: 'ends', episode })
      }
      return changes
    },
    episodes: () => [...past, ...[...held.values()].map(({ episode }) => episode)].sort((a, b) => a.from - b.from),
  }
}

/**
 * The findings of a run, from its metrics, at any time: the same ones that were shown while it ran.
 * @param evaluations any of the run; those before the first step are looked at.
 */
export function healthEpisodes(
  steps: readonly StepRecord[],
  evaluations: readonly { readonly step: number; readonly metrics: Metrics }[],
): FindingEpisode[] {
  const watch = createHealthWatch()
  for (const { step, metrics } of evaluations) if (step === 0) watch.evaluation(metrics)
  for (const step of steps) watch.step(step)
  return watch.episodes()
}
