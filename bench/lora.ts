/**
 * LoRA training and decoding of language models in this process, beside PyTorch with PEFT on the same folders where it is
 * installed. Shapes are those of SmolLM2-135M and Qwen2.5-0.5B, weights random. Each engine runs in its own process, so that
 * its peak memory is its own. Rates are given per second and per processor-second: on a machine with other work only
 * the latter are comparable.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BenchRow } from './bench-row.ts'
import { writeRandomModel } from './random-model.ts'

const threads = Math.min(4, availableParallelism())
const shapes = ['135M', '0.5B'] as const

/** What `lora-child.ts` and `lora_peft.py` print. */
interface Measured {
  readonly version: string
  readonly rates: Readonly<Record<string, { readonly tokens: number; readonly wallS: number; readonly cpuS: number }>>
  readonly peakMb: number
}

export async function loraBench(): Promise<BenchRow[]> {
  const hasPeft = spawnSync('python3', ['-c', 'import peft, transformers']).status === 0
  const wanted = process.env['BATON_BENCH_SHAPE']
  const rows: BenchRow[] = []
  for (const shape of shapes.filter((name) => wanted === undefined || wanted === name)) {
    const folder = mkdtempSync(join(tmpdir(), 'baton-bench-lora-'))
    try {
      writeRandomModel(folder, shape)
      const work = join(folder, 'work.json')
      writeFileSync(work, JSON.stringify({ folder, threads, rows: shape === '135M' ? [8, 32, 128] : [8, 32] }))
      const own = measured(process.execPath, join(import.meta.dirname, 'lora-child.ts'), work)
      const peft = hasPeft ? measured('python3', join(import.meta.dirname, 'lora_peft.py'), work) : null
      rows.push(...rowsOf(shape, own, peft))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
  return rows
}

function measured(program: string, script: string, work: string): Measured {
  const { status, stdout, stderr } = spawnSync(program, [script, work], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout.trim().split('\n').at(-1) as string) as Measured
}

function rowsOf(shape: string, own: Measured, peft: Measured | null): BenchRow[] {
  const perSecond = ({ tokens, wallS }: { tokens: number; wallS: number }): number => tokens / wallS
  const perCpuSecond = ({ tokens, cpuS }: { tokens: number; cpuS: number }): number => tokens / cpuS
  const rates = Object.entries(own.rates).map(([name, rate]): BenchRow => {
    const other = peft?.rates[name]
    const beside =
      other === undefined || peft === null
        ? 'transformers and peft are not installed'
        : `${peft.version}: ${perSecond(other).toFixed(0)} and ${perCpuSecond(other).toFixed(0)}, ratio per processor-second ${(perCpuSecond(rate) / perCpuSecond(other)).toFixed(2)}`
    return {
      name: `${shape}, ${name}`,
      value: perSecond(rate),
      unit: 'tokens/s',
      baseline: beside,
      note: `${perCpuSecond(rate).toFixed(0)} per processor-second; ${threads} threads; best of 3`,
    }
  })
  const peak = peft === null ? 'transformers and peft are not installed' : `${peft.version}: ${peft.peakMb.toFixed(0)}`
  return [...rates, { name: `${shape}, peak memory`, value: own.peakMb, unit: 'MiB', baseline: peak }]
}
