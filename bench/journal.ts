/**
 * Reading a long run: 4,000 rollouts of 1,500 tokens of prompt and 1,000 of completion, each with three operator calls of
 * 2,000 characters. What is read is read in a process of its own, whose largest memory is measured. Run as
 * `journal.ts <what> <folder>`, it is that process.
 */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomFor } from '../src/core/random.ts'
import type { SampledRollout } from '../src/core/records.ts'
import type { OperatorRecord } from '../src/core/rollout-outcome.ts'
import { createRun, type RunReader, readRun } from '../src/runs/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const steps = 62
const perStep = 64
const groupSize = 8
const repetitions = 3

/** @returns how many rollouts were read. */
const reads: Readonly<Record<string, (run: RunReader) => number>> = {
  'open the run': () => 0,
  'digests of all rollouts': (run) => run.rolloutDigests().length,
  'all rollouts with texts and traces': (run) => run.rollouts().length,
  'one step with texts and traces': (run) => run.rollouts({ phase: 'train', step: steps >> 1 }).length,
}

interface Read {
  readonly ms: number
  readonly count: number
  readonly megabytes: number
}

export async function journalBench(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'baton-bench-journal-'))
  try {
    const { folder, writeMs } = writeLongRun(root)
    const size = statSync(join(folder, 'journal.sqlite')).size / 1e6
    const count = steps * perStep
    const rows: BenchRow[] = [
      {
        name: 'journal, write a rollout and its advantage',
        value: Number((writeMs / count).toFixed(2)),
        unit: 'ms',
        note: `mean of ${count}; ${Math.round(size)} MB in all`,
      },
    ]
    const [idle, ...others] = Object.keys(reads).map((what) => ({ what, of: readApart(what, folder) }))
    for (const { what, of } of others) {
      rows.push({
        name: `journal, ${what}`,
        value: Math.round(of.ms),
        unit: 'ms',
        note: `${of.count} rollouts, median of ${repetitions}; ${Math.round(of.megabytes - (idle?.of.megabytes ?? 0))} MB of memory`,
      })
    }
    return rows
  } finally {
    rmSync(root, { recursive: true })
  }
}

function readApart(what: string, folder: string): Read {
  const found = Array.from({ length: repetitions }, () => {
    const args = ['--no-warnings', import.meta.filename, what, folder]
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as Read
  })
  const of = (figure: keyof Read): number => median(found.map((read) => read[figure]))
  return { ms: of('ms'), count: of('count'), megabytes: of('megabytes') }
}

function read(what: string, folder: string): Read {
  const run = readRun(folder)
  const startedAt = performance.now()
  const count = reads[what]?.(run) ?? 0
  const ms = performance.now() - startedAt
  run.close()
  return { ms, count, megabytes: process.resourceUsage().maxRSS / 1000 }
}

/** As a training does: each rollout when it ends, and again with its step. */
function writeLongRun(root: string): { folder: string; writeMs: number } {
  const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
  const run = createRun({ root, name: 'long', resolvedYaml: 'seed: 1\n', origin })
  let writeMs = 0
  for (let step = 1; step <= steps; step++) {
    const rollouts = Array.from({ length: perStep }, (_, i) => longRollout(step, i))
    const startedAt = performance.now()
    for (const rollout of rollouts) run.recordRollout(rollout)
    run.recordStep(
      { version: 1, step, metrics: { reward: step } },
      rollouts.map((rollout) => ({ ...rollout, advantage: 0.5 })),
    )
    writeMs += performance.now() - startedAt
  }
  run.close()
  return { folder: run.folder, writeMs }
}

function longRollout(step: number, i: number): SampledRollout {
  const random = randomFor(1, 'bench', step, i)
  const numbers = (length: number): number[] => Array.from({ length }, () => Math.floor(random.next() * 150_000))
  const words = (length: number): string => 'of the seven bowls she takes two '.repeat(length / 33).slice(0, length)
  const operator: OperatorRecord = {
    ...{ index: 0, operator: 'Custom', outcome: 'returned', message: null },
    ...{ args: { input: words(1000) }, result: { response: words(1000) } },
    ...{
      llmCalls: 1,
      callKeys: [],
      failedLlmCalls: 0,
      malformedReplies: 0,
      inputTokens: 9,
      outputTokens: 9,
      costUsd: 0,
    },
    timing: { durationMs: 5 },
  }
  return {
    ...{ version: 1, phase: 'train', label: '', step, position: Math.floor(i / groupSize), rollout: i % groupSize },
    ...{ problemId: `p${step}-${Math.floor(i / groupSize)}`, problemType: 'math', source: 'bench', difficulty: 1 },
    ...{ prompt: numbers(1500), tokens: numbers(1000), stopReason: 'stop', text: words(3000) },
    logprobs: Array.from({ length: 1000 }, () => Math.fround(-3 * random.next())),
    outcome: {
      ...{ environment: 'workflows', version: 1, outcome: 'answered', prediction: '4', usedFallback: false },
      ...{ program: words(3000), isValid: true, findings: [], repairs: [], violations: 0, fallback: null },
      operators: [operator, operator, operator],
      correctness: { verdict: 'true', reason: 'equals the reference', scorer: 'math', judged: null },
      simulator: null,
    },
    failures: [],
    score: { kind: 'scored', reward: 10, parts: [], isCorrect: true, verdict: 'true', reason: 'equals the reference' },
    ...{ advantage: null, costUsd: 0.25, llmCalls: 3 },
    timing: { startedAt: '2026-01-01T00:00:00Z', durationMs: 5 },
  }
}

const [, , what, folder] = process.argv
if (what !== undefined && folder !== undefined && Object.hasOwn(reads, what)) {
  process.stdout.write(JSON.stringify(read(what, folder)))
}
