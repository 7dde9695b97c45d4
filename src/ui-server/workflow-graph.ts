/**
 * Pictures of programs, from what they did: the calls of one rollout as a graph, and those of many as a flow. An edge is
 * there where what a call returned is found in what a later one was given; values are recorded shortened, so a long one
 * is found by its beginning.
 */
import type { RolloutRecord } from '../core/records.ts'
import { traceOf } from '../reports/index.ts'
import type { WorkflowFlow, WorkflowGraph, WorkflowNode } from './api.ts'

type Values = readonly (readonly [name: string, value: string])[]

interface Call {
  readonly id: string
  readonly kind: 'operator' | 'fallback'
  readonly name: string
  readonly args: Values
  readonly result: Values
  readonly isFailed: boolean
}

/** Shorter values (`True`, `B`) are found everywhere and say nothing unless they are the whole argument. */
const tellingLength = 12

export function graphOf(rollout: Pick<RolloutRecord, 'outcome'>): WorkflowGraph {
  const trace = traceOf(rollout)
  const calls = [
    ...trace.operators.map((call, i) => callOf(call, 'operator', `o${i}`)),
    ...trace.fallbackOperators.map((call, i) => callOf(call, 'fallback', `f${i}`)),
  ]
  if (calls.length === 0) return { nodes: [], edges: [] }
  const nodes: WorkflowNode[] = [
    { id: 'problem', kind: 'problem', name: '', isFailed: false },
    ...calls.map(({ id, kind, name, isFailed }) => ({ id, kind, name, isFailed })),
    { id: 'answer', kind: 'answer', name: trace.prediction ?? '', isFailed: trace.prediction === null },
  ]
  const edges = calls.flatMap((call, i) => {
    const from = sourcesOf(call.args, calls.slice(0, i))
    return (from.length === 0 ? ['problem'] : from).map((id) => ({ from: id, to: call.id }))
  })
  const answered = trace.prediction === null ? [] : sourcesOf([['answer', trace.prediction]], calls).slice(-1)
  const last = answered.length > 0 ? answered : [(calls.at(-1) as Call).id]
  return { nodes, edges: [...edges, ...last.map((id) => ({ from: id, to: 'answer' }))] }
}

function callOf(
  { operator, args, result, message }: { operator: string; args: Values; result: Values; message: string },
  kind: Call['kind'],
  id: string,
): Call {
  return { id, kind, name: operator, args, result, isFailed: message !== '' }
}

/** For each argument the latest call that returned its value. */
function sourcesOf(args: Values, earlier: readonly Call[]): string[] {
  const found = args.flatMap(([, value]) => earlier.findLast(({ result }) => holdsOne(value, result))?.id ?? [])
  return [...new Set(found)]
}

function holdsOne(value: string, result: Values): boolean {
  return result.some(([, returned]) => {
    const text = returned.replace(/…$/, '')
    return text !== '' && (value.trim() === text.trim() || (text.length >= tellingLength && value.includes(text)))
  })
}

/** Calls after these are drawn as one. */
const flowColumns = 6
const shownWorkflows = 5
export const nothingCalled = ''

/** @param rollouts of training. */
export function flowsOf(rollouts: readonly RolloutRecord[]): WorkflowFlow[] {
  const byType = Map.groupBy(rollouts, ({ problemType }) => problemType)
  return [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, list]) => {
      const written = list.map((rollout) => ({
        rollout,
        calls: traceOf(rollout).operators.map(({ operator }) => operator),
      }))
      return {
        type,
        rollouts: list.length,
        ...flowOf(written.map(({ calls }) => calls)),
        commonest: commonestOf(written),
      }
    })
}

function flowOf(sequences: readonly (readonly string[])[]): Pick<WorkflowFlow, 'nodes' | 'links'> {
  const nodes = new Map<string, WorkflowFlow['nodes'][number]>()
  const links = new Map<string, WorkflowFlow['links'][number]>()
  for (const calls of sequences) {
    const path = calls.length === 0 ? [nothingCalled] : calls.slice(0, flowColumns)
    path.forEach((name, column) => {
      const id = `${column}:${name}`
      nodes.set(id, { id, column, name, rollouts: (nodes.get(id)?.rollouts ?? 0) + 1 })
      if (column === 0) return
      const from = `${column - 1}:${path[column - 1]}`
      const key = `${from}>${id}`
      links.set(key, { from, to: id, rollouts: (links.get(key)?.rollouts ?? 0) + 1 })
    })
  }
  return { nodes: [...nodes.values()], links: [...links.values()] }
}

function commonestOf(
  written: readonly { readonly rollout: RolloutRecord; readonly calls: readonly string[] }[],
): WorkflowFlow['commonest'] {
  return [...Map.groupBy(written, ({ calls }) => calls.join('\n'))]
    .map(([, alike]) => {
      const scored = alike.flatMap(({ rollout: { score } }) => (score.kind === 'scored' ? [score] : []))
      return {
        calls: (alike[0] as { calls: readonly string[] }).calls,
        rollouts: alike.length,
        right: scored.filter(({ isCorrect }) => isCorrect).length,
        scored: scored.length,
      }
    })
    .sort((a, b) => b.rollouts - a.rollouts)
    .slice(0, shownWorkflows)
}
