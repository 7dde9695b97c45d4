/** The parser, validator and repairer on what a real, untrained 7B model wrote; and the docs page that shows it. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProblemType } from '../core/problem.ts'
import { createPythonAnalyzer } from '../python/analysis/index.ts'
import { contractDocs, findingDocs } from './contract-docs.ts'
import { parseCompletion } from './parse/index.ts'
import { repairProgram } from './repair/index.ts'
import { validateProgram } from './validate/index.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, '..', 'shared', 'data', 'policy-outputs')
const docsFile = join(root, 'docs', 'workflow-contract.md')
const measuredHead = '\n## What a real policy wrote\n'
const skip = existsSync(folder) ? false : 'data/policy-outputs is not there'

/** The rows do not say what they were asked; the program's imports and signature do. */
function typeOf(code: string): ProblemType {
  const named = /workspace\.(math|code|qa)\b/.exec(code)?.[1]
  if (named !== undefined) return named as ProblemType
  if (code.includes('entry_point: str')) return 'code'
  return code.includes('boxed') ? 'math' : 'qa'
}

interface Counts {
  rows: number
  programs: number
  withTextAround: number
  validAsWritten: number
  validAfterRepair: number
  findings: Map<string, number>
  repairs: Map<string, { programs: number; diffs: number }>
  types: Map<string, number>
}

async function countOutputs(): Promise<Counts> {
  const analyzer = await createPythonAnalyzer()
  const texts = globSync(join(folder, '*.jsonl')).flatMap((file) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text),
  )
  const counts: Counts = {
    rows: texts.length,
    programs: 0,
    withTextAround: 0,
    validAsWritten: 0,
    validAfterRepair: 0,
    findings: new Map(),
    repairs: new Map(),
    types: new Map(),
  }
  for (const text of texts) {
    const parsed = parseCompletion(text)
    if (parsed.kind === 'failure') continue
    counts.programs += 1
    if (parsed.leaked !== '') counts.withTextAround += 1
    const type = typeOf(parsed.code)
    counts.types.set(type, (counts.types.get(type) ?? 0) + 1)
    const validation = validateProgram(parsed.code, type, analyzer)
    if (validation.isValid) counts.validAsWritten += 1
    for (const kind of new Set(validation.findings.map(({ kind, severity }) => `${kind}|${severity}`)))
      counts.findings.set(kind, (counts.findings.get(kind) ?? 0) + 1)
    const repaired = repairProgram(parsed.code, validation, analyzer)
    if (repaired.validation.isValid) counts.validAfterRepair += 1
    for (const kind of new Set(repaired.repairs.map((repair) => repair.kind))) {
      const known = counts.repairs.get(kind) ?? { programs: 0, diffs: 0 }
      const diffs = repaired.repairs.filter((repair) => repair.kind === kind).length
      counts.repairs.set(kind, { programs: known.programs + 1, diffs: known.diffs + diffs })
    }
  }
  return counts
}

function measuredDocs(counts: Counts): string {
  const types = [...counts.types].sort().map(([type, count]) => `${count} ${type}`)
  const findings = [...counts.findings].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  const repairs = [...counts.repairs].sort((a, b) => b[1].programs - a[1].programs || a[0].localeCompare(b[0]))
  return `${measuredHead}
${counts.rows} completions of an untrained Qwen2.5-7B, asked with another project's prompt (one that told it to write
\`__call__(self, problem)\` and allowed Test for math, hence the first two rows). Problem types as the programs' imports
tell them: ${types.join(', ')}.

| outcome | completions |
| --- | --- |
| a program was found | ${counts.programs} |
| with text or code around it | ${counts.withTextAround} |
| valid as written | ${counts.validAsWritten} |
| valid after repair | ${counts.validAfterRepair} |

| finding | severity | programs |
| --- | --- | --- |
${findings
  .map(
    ([kind, count]) =>
      `| ${kind
        .split('|')
        .map((cell, i) => (i === 0 ? `\`${cell}\`` : cell))
        .join(' | ')} | ${count} |`,
  )
  .join('\n')}

| repair | programs | diffs |
| --- | --- | --- |
${repairs.map(([kind, { programs, diffs }]) => `| \`${kind}\` | ${programs} | ${diffs} |`).join('\n')}
`
}

test('all completions parse, are classified, and all but two come out of repair valid', { skip }, async () => {
  const counts = await countOutputs()
  assert.equal(counts.rows, 239)
  assert.equal(counts.programs, 239)
  assert.equal(counts.validAfterRepair, 237)
  for (const kind of counts.findings.keys()) assert.ok((kind.split('|')[0] as string) in findingDocs)
})

test('docs/workflow-contract.md is current (BATON_UPDATE_DOCS=1 writes it)', async () => {
  const written = existsSync(docsFile) ? readFileSync(docsFile, 'utf8') : ''
  const oldMeasured = written.includes(measuredHead) ? written.slice(written.indexOf(measuredHead)) : ''
  const measured = skip === false ? measuredDocs(await countOutputs()) : oldMeasured
  const current = contractDocs() + measured
  if (process.env['BATON_UPDATE_DOCS'] === '1') writeFileSync(docsFile, current)
  else assert.equal(written, current)
})
