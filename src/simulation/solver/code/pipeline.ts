/** Reads code problems given as a sequence of verbs, and writes the function, correctly or with one bug. */
import type { Rng } from '../../../core/random.ts'
import { clampLevel, type Reader, type Reading, type WorkedSolution } from '../reading.ts'
import { type Entry, fillTemplate } from './entry.ts'
import { lexicon } from './lexicon.ts'
import { codeSolution } from './writing.ts'

interface Stage {
  readonly entry: Entry
  readonly match: RegExpMatchArray
  readonly index: number
}

export const signature = /`(\w+)\(([^)`]*)\)`|\bfunction (\w+)\((\w+)\)/

/** A word of each pattern that must be in the text for it to match: looked for first, since it is much cheaper. */
const probes: readonly (readonly [entry: Entry, needle: string])[] = lexicon.map((entry) => [
  entry,
  longestLiteral(entry.pattern.source),
])

function longestLiteral(source: string): string {
  if (source.includes('|')) return ''
  const runs = source.replaceAll(/\(\?[:!=][^)]*\)|\([^)]*\)\??|\[[^\]]*\]|\\\w\??|.\?/g, '\n').split('\n')
  return runs.reduce((best, run) => (run.length > best.length ? run : best), '').toLowerCase()
}

function stagesOf(text: string): Stage[] {
  const lower = text.toLowerCase()
  const found: Stage[] = []
  for (const [entry, needle] of probes) {
    if (!lower.includes(needle)) continue
    for (const match of text.matchAll(entry.pattern)) found.push({ entry, match, index: match.index })
  }
  found.sort((a, b) => a.index - b.index)
  const end = found.findIndex((stage) => stage.entry.isFinal === true)
  return end < 0 ? [] : found.slice(0, end + 1)
}

interface Plan {
  readonly name: string
  readonly parameter: string
  readonly stages: readonly Stage[]
}

/** @param spoilt stage that gets `template` instead of its own; null leaves the stage out. */
function source(plan: Plan, spoilt = -1, template: string | null = null): string {
  const lines = [`def ${plan.name}(${plan.parameter}):`]
  let value = plan.parameter
  plan.stages.forEach((stage, i) => {
    const isLast = i === plan.stages.length - 1
    if (i === spoilt && template === null) return
    const expression = fillTemplate(
      i === spoilt && template !== null ? template : stage.entry.right,
      stage.match,
      value,
    )
    if (isLast) {
      lines.push(`    return ${expression}`)
      return
    }
    lines.push(`    result = ${expression}`)
    value = 'result'
  })
  return lines.join('\n')
}

function bugsOf(plan: Plan): string[] {
  const mayLeaveOut = !plan.stages.some((stage) => stage.entry.isFree === true && stage.entry.bugs.length > 0)
  return plan.stages.flatMap((stage, i) => {
    const bugs = stage.entry.bugs.map((bug) => source(plan, i, bug))
    const isStep = stage.entry.isFinal !== true && stage.entry.isFree !== true
    return isStep && mayLeaveOut ? [...bugs, source(plan, i, null)] : bugs
  })
}

export const pipelineReader: Reader = {
  family: 'pipeline',
  cues: ['function'],
  read(text) {
    const head = signature.exec(text)
    if (head === null) return null
    const name = head[1] ?? head[3]
    const parameter = head[2] ?? head[4]
    const stages = stagesOf(text.slice(head.index))
    if (name === undefined || parameter === undefined || stages.length === 0) return null
    const plan: Plan = { name, parameter, stages }
    const right = source(plan)
    const bugs = bugsOf(plan)
    if (bugs.length === 0) return null
    return codeReading(plan, right, bugs)
  },
}

/** What the function takes, by the name of its parameter. */
function familyOf(parameter: string): string {
  if (/^(?:rows|stock|entries|table|records|items)$/.test(parameter)) return 'takes tables'
  if (/^(?:text|words|sentence|message|line)$/.test(parameter)) return 'takes text'
  return /^(?:n|number|value)$/.test(parameter) ? 'takes one number' : 'takes numbers'
}

function codeReading({ name, parameter, stages }: Plan, right: string, bugs: readonly string[]): Reading {
  const sentences = stages.map(
    (stage) => `It ${stage.match[0].toLowerCase()}: \`${fillTemplate(stage.entry.right, stage.match, 'value')}\`.`,
  )
  const think = (code: string): WorkedSolution => codeSolution(code, { name, parameter, explanation: sentences })
  return {
    type: 'code',
    family: familyOf(parameter),
    key: `pipeline|${right}`,
    difficulty: clampLevel(
      stages.filter((stage) => stage.entry.isFree !== true && stage.entry.isPlain !== true).length,
    ),
    right: () => think(right),
    wrong: (rng: Rng) => think(rng.pick(bugs)),
  }
}
