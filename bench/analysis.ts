/**
 * Reading programs: parse, validate and repair, in CPU time of this process a program. The texts are real completions of
 * a 7B model where `../shared/data/policy-outputs` is there, else canonical programs with a fault each. Every pass gets
 * texts of its own, so that no analysis is found again.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPythonAnalyzer } from '../src/python/analysis/index.ts'
import { parseCompletion } from '../src/workflows/parse/index.ts'
import { enumeratePlans, writeProgram } from '../src/workflows/programs/index.ts'
import { repairProgram } from '../src/workflows/repair/index.ts'
import { validateProgram } from '../src/workflows/validate/index.ts'
import type { BenchRow } from './bench-row.ts'
import { median } from './median.ts'

const warmPasses = 3
const passes = 7

export async function analysisBench(): Promise<BenchRow[]> {
  const analyzer = await createPythonAnalyzer()
  const { texts, what } = completions()
  const cpuMs: number[] = []
  for (let pass = 0; pass < warmPasses + passes; pass++) {
    const before = process.cpuUsage()
    for (const text of texts) {
      const parsed = parseCompletion(text.replace('class Workflow', `# ${pass}\nclass Workflow`))
      if (parsed.kind === 'failure') continue
      repairProgram(parsed.code, validateProgram(parsed.code, 'math', { analyzer }), analyzer)
    }
    const { user, system } = process.cpuUsage(before)
    cpuMs.push((user + system) / 1000 / texts.length)
  }
  const note = `${texts.length} ${what}`
  return [
    {
      name: 'analysis: parse, validate and repair a program',
      value: median(cpuMs.slice(warmPasses)),
      unit: 'ms of CPU',
      baseline: 'aim: at most 2',
      note: `${note}, median of ${passes} passes`,
    },
    { name: 'analysis: the same, first pass of a process', value: cpuMs[0] ?? 0, unit: 'ms of CPU', note },
  ]
}

function completions(): { readonly texts: readonly string[]; readonly what: string } {
  const file = join(import.meta.dirname, '..', '..', 'shared', 'data', 'policy-outputs', 'qwen2.5-7b-workflows.jsonl')
  if (existsSync(file)) {
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    return {
      texts: lines.map((line) => (JSON.parse(line) as { text: string }).text),
      what: 'completions of a 7B model',
    }
  }
  const programs = enumeratePlans('code').map((plan) => writeProgram(plan).replace(', entry_point=None', ''))
  return { texts: programs, what: 'canonical programs with a fault in their signature' }
}
