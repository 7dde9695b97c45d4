/**
 * The live page over a long run: 500 steps of 64 rollouts. What the server takes for the pages, and, where there is a
 * Chromium, when the browser has drawn the run.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Metrics } from '../src/core/records.ts'
import { openRun } from '../src/runs/index.ts'
import { startUi } from '../src/ui-server/index.ts'
import { makeRun, rolloutOf } from '../src/ui-server/testing/made-run.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const steps = 500
const perStep = 64
const repetitions = 5
const operators = ['Programmer', 'AnswerGenerate', 'Review', 'Revise', 'Test', 'ScEnsemble', 'Custom']
const types = ['math', 'code', 'qa'] as const

function metricsOf(step: number): Metrics {
  const shares = types.flatMap((type) => operators.map((name, i) => [`operators/${type}/${name}/share`, (i + 1) / 28]))
  return {
    ...{ reward: Math.sin(step / 40) * 5, reward_std: 4, accuracy: 0.6, 'accuracy/low': 0.5, 'accuracy/high': 0.7 },
    ...{ 'by_group/frac_mixed': 0.5, 'by_group/frac_all_good': 0.3, 'by_group/frac_all_bad': 0.2, entropy: 0.3 },
    ...{
      'time/step_s': 4,
      'time/rollouts_s': 2,
      'time/update_s': 1.5,
      'cost/total': 0.01,
      'cost/cumulative': step / 100,
    },
    ...{
      'completions/mean_length': 40,
      'completions/min_length': 9,
      'completions/max_length': 90,
      learning_rate: 1e-4,
    },
    ...{ 'workflow/valid_rate': 0.95, 'workflow/repair_rate': 0.03, 'workflow/fallback_rate': 0.02 },
    ...Object.fromEntries(shares),
  }
}

/** Written in few transactions: it is the reading that is measured. */
function writeRun(root: string): void {
  const store = makeRun(root, 'long')
  for (let step = 1; step <= steps; step++) {
    const rollouts = Array.from({ length: perStep }, (_, rollout) => ({
      ...rolloutOf({
        ...{ step, rollout: rollout % 8, reward: (rollout % 5) - 2, type: types[rollout % 3] ?? 'math' },
        operators: operators.filter((_, i) => (rollout + step + i) % 3 === 0),
        failures: rollout % 16 === 0 ? [{ boundary: 'sandbox', code: 'timeout', message: 'too long' }] : [],
        text: 'class Workflow:\n    pass\n'.repeat(30),
      }),
      position: Math.floor(rollout / 8),
    }))
    store.recordStep({ version: 1, step, metrics: metricsOf(step) }, rollouts)
  }
  store.close()
}

const asked: Readonly<Record<string, string>> = {
  'list of runs': '/api/runs',
  'overview of the run': '/api/runs/long',
  'rollouts, newest': '/api/runs/long/rollouts',
  'rollouts by operator and verdict': '/api/runs/long/rollouts?operator=Review&verdict=true',
  'rollouts by error, lowest reward': '/api/runs/long/rollouts?failure=sandbox%2Ftimeout&order=lowest',
  'rollouts by reward, nothing found': '/api/runs/long/rollouts?least=99',
  'rollouts, highest reward': '/api/runs/long/rollouts?order=highest',
  'what there is to search for': '/api/runs/long/facets',
  'a group': '/api/runs/long/group?step=250&position=3',
}

export async function uiBench(): Promise<BenchRow[]> {
  const root = mkdtempSync(join(tmpdir(), 'baton-bench-ui-'))
  try {
    writeRun(root)
    const server = await startUi({ root, port: 0 })
    try {
      const rows: BenchRow[] = []
      for (const [what, path] of Object.entries(asked)) rows.push(await askedRow(what, `${server.url}${path}`))
      return [...rows, ...(await browserRows(`${server.url}/run/long`, root))]
    } finally {
      await server.close()
    }
  } finally {
    rmSync(root, { recursive: true })
  }
}

async function askedRow(what: string, address: string): Promise<BenchRow> {
  const times: number[] = []
  let bytes = 0
  const before = process.cpuUsage()
  for (let i = 0; i < repetitions; i++) {
    const from = performance.now()
    bytes = (await (await fetch(address)).arrayBuffer()).byteLength
    times.push(performance.now() - from)
  }
  const first = Math.round(times[0] ?? 0)
  const { user, system } = process.cpuUsage(before)
  // Of asking too: both are in this process. On a machine that does other things it says more than the time.
  const cpu = Math.round((user + system) / 1000 / repetitions)
  const note = `median of ${repetitions}, the first ${first} ms; ${cpu} ms of processor time; ${Math.round(bytes / 1e3)} kB`
  return { name: `page, ${what}`, value: Math.round(median(times)), unit: 'ms', note }
}

const chromium = '/usr/bin/chromium'

/** Until the twelve charts are drawn, and the longest wait between two frames while 20 events a second come. */
async function browserRows(address: string, root: string): Promise<BenchRow[]> {
  if (!existsSync(chromium)) return []
  const { chromium: launcher } = await import('playwright-core')
  const browser = await launcher.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const drawn: number[] = []
    const page = await browser.newPage()
    for (let i = 0; i < repetitions; i++) {
      const from = performance.now()
      await page.goto(address)
      await page.locator('.chart canvas').nth(8).waitFor()
      drawn.push(performance.now() - from)
    }
    const frames = await page.evaluateHandle(`(() => {
      const gaps = []
      let last = performance.now()
      const tick = (now) => { gaps.push(now - last); last = now; requestAnimationFrame(tick) }
      requestAnimationFrame(tick)
      return gaps
    })()`)
    const run = openRun(join(root, 'long'))
    const events = 100
    for (let i = 1; i <= events; i++) {
      run.event({ kind: 'rollout', label: `step ${steps + 1}`, done: i, total: events, place: null })
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    run.close()
    const gaps = ((await frames.jsonValue()) as number[]).slice(5).sort((a, b) => a - b)
    const quantile = (share: number): number => gaps[Math.floor(share * (gaps.length - 1))] ?? 0
    const note = `95 % ${Math.round(quantile(0.95))} ms, largest ${Math.round(quantile(1))} ms, ${gaps.length} frames`
    return [
      {
        name: 'page, run opened until its charts are drawn',
        value: Math.round(median(drawn)),
        unit: 'ms',
        note: `median of ${repetitions}, the first ${Math.round(drawn[0] ?? 0)} ms`,
      },
      { name: 'page, between two frames at 20 events a second', value: Math.round(quantile(0.5)), unit: 'ms', note },
    ]
  } finally {
    await browser.close()
  }
}
