/** A rollout as blocks: what each operator was asked and answered, the verdict with its reason, the parts of the reward. */
import type { Score } from '../core/reward.ts'
import type { Block, Field } from './document.ts'
import type { WorkflowExample } from './examples.ts'
import { failureName } from './failure-words.ts'
import { typeName } from './phrases.ts'
import { reasonText } from './reason-words.ts'
import { type OperatorTrace, traceOf } from './rollout-trace.ts'
import type { Words } from './words.ts'

export function exampleTitle({ rollout, reward }: WorkflowExample, words: Words): string {
  const { problemType, problemId, step } = rollout
  return words.exampleTitle(typeName(problemType, words), problemId, step, signed(reward))
}

/** What happened to the rollout, without its title. */
export function exampleBlocks({ rollout }: WorkflowExample, words: Words): Block[] {
  const trace = traceOf(rollout)
  const { example } = words
  const failures = rollout.failures
    .map(
      ({ boundary, code, message }) =>
        `${failureName(`${boundary}/${code}`, words.language)} (${boundary}/${code}): ${message}`,
    )
    .join('\n')
  const fields: Field[] = [
    [example.verdict, verdictText(rollout.score, trace.decidedBy, words)],
    [example.parts, partsText(rollout.score, words)],
    [example.prediction, trace.prediction ?? example.nothing],
    [example.failures, failures],
    [example.repairs, trace.repairs.map(({ kind, line }) => `${kind} (${line})`).join(', ')],
  ]
  return [
    { kind: 'fields', fields: fields.filter(([, value]) => value !== '') },
    { kind: 'heading', level: 4, text: example.program },
    { kind: 'code', language: trace.demonstrations === null ? 'python' : 'text', text: rollout.text },
    ...(trace.demonstrations === null ? operatorBlocks(trace.operators, words) : []),
  ]
}

function operatorBlocks(operators: readonly OperatorTrace[], words: Words): Block[] {
  const { example } = words
  return [
    { kind: 'heading', level: 4, text: example.operators },
    ...(operators.length === 0
      ? [{ kind: 'paragraph', text: example.noOperators, isNote: true } as const]
      : operators.map((call, i) => callBlock(call, i, words))),
  ]
}

function callBlock(call: OperatorTrace, index: number, words: Words): Block {
  const { asked, answered, failed, calls, nothing } = words.example
  const named = (name: string, [key, value]: readonly [string, string]): Field => [
    words.listed(name, key),
    value,
    looksLikeCode(value) ? 'code' : 'text',
  ]
  const cost = call.costUsd > 0 ? `, $${call.costUsd.toFixed(5)}` : ''
  const outcome: Field[] =
    call.message !== '' ? [[failed, call.message]] : call.result.map((field) => named(answered, field))
  return {
    kind: 'fields',
    title: `${index + 1} · ${call.operator} (${calls(call.llmCalls)}${cost})`,
    fields: [
      ...call.args.map((field) => named(asked, field)),
      ...(outcome.length > 0 ? outcome : [[answered, nothing] as const]),
    ],
  }
}

/** Python, as operators hand it to each other. */
function looksLikeCode(text: string): boolean {
  return /^\s*(?:def|class|import|from|assert|return|async def) \S|^```/m.test(text)
}

/** `right (math scorer): equals the reference` */
export function verdictText(score: Score, decidedBy: string | null, words: Words): string {
  const verdict = words.verdicts[score.kind === 'scored' ? score.verdict : 'unscorable']
  const who = decidedBy === null ? null : (words.decidedBy[decidedBy] ?? decidedBy)
  return words.decided(verdict, who, reasonText(score.reason, words.language))
}

/** `correctness +10.00, violation −5.00 = +5.00` */
export function partsText(score: Score, words: Words): string {
  if (score.kind === 'unscorable') return ''
  const parts = score.parts.map(({ name, value }) => `${words.partNames[name] ?? name} ${signed(value)}`).join(', ')
  return `${parts} = ${signed(score.reward)}`
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
