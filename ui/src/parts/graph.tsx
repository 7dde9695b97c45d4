/** One program as it ran, drawn from left to right; what each call was given by which. */
import type { ReactNode } from 'react'
import type { WorkflowGraph, WorkflowNode } from '../../../src/ui-server/api.ts'
import { useWords } from '../words/index.ts'

const [nodeWidth, nodeHeight, gapX, gapY, margin] = [132, 34, 44, 18, 8]

interface Placed extends WorkflowNode {
  readonly x: number
  readonly y: number
}

export function Graph({ graph }: { readonly graph: WorkflowGraph }): ReactNode {
  const { rollout: words } = useWords()
  if (graph.nodes.length === 0) return null
  const placed = place(graph)
  const at = new Map(placed.map((node) => [node.id, node]))
  const width = Math.max(...placed.map(({ x }) => x)) + nodeWidth + margin
  const height = Math.max(...placed.map(({ y }) => y)) + nodeHeight + margin
  const nameOf = (node: WorkflowNode): string =>
    node.kind === 'problem' ? words.problemNode : node.kind === 'answer' ? words.answerNode : node.name
  const described = graph.edges
    .map(({ from, to }) => `${nameOf(at.get(from) as WorkflowNode)} → ${nameOf(at.get(to) as WorkflowNode)}`)
    .join(', ')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="graph" aria-label={words.graph} tabIndex={0}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" className="graph-arrow" />
          </marker>
        </defs>
        {graph.edges.map(({ from, to }) => {
          const [a, b] = [at.get(from), at.get(to)]
          if (a === undefined || b === undefined) return null
          const [x1, y1, x2, y2] = [a.x + nodeWidth, a.y + nodeHeight / 2, b.x, b.y + nodeHeight / 2]
          const bend = Math.max(20, (x2 - x1) / 2)
          return (
            <path
              key={`${from} ${to}`}
              className="graph-edge"
              d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
              markerEnd="url(#arrow)"
            />
          )
        })}
        {placed.map((node) => (
          <g key={node.id} className={`graph-node ${node.kind}${node.isFailed ? ' failed' : ''}`}>
            <rect
              x={node.x}
              y={node.y}
              width={nodeWidth}
              height={nodeHeight}
              rx={node.kind === 'operator' || node.kind === 'fallback' ? 6 : nodeHeight / 2}
            />
            <text x={node.x + nodeWidth / 2} y={node.y + nodeHeight / 2 + 4} textAnchor="middle">
              {nameOf(node)}
            </text>
          </g>
        ))}
      </svg>
    </section>
  )
}

/** A column further right than everything that leads to it; within a column in the order of the calls. */
function place({ nodes, edges }: WorkflowGraph): Placed[] {
  const columns = new Map<string, number>()
  for (const { id, kind } of nodes) {
    const before = edges.filter(({ to }) => to === id).map(({ from }) => columns.get(from) ?? 0)
    columns.set(id, kind === 'problem' ? 0 : Math.max(0, ...before) + 1)
  }
  const last = Math.max(...columns.values())
  const rows = new Map<number, number>()
  const heights = Map.groupBy(nodes, ({ id, kind }) => (kind === 'answer' ? last : (columns.get(id) ?? 0)))
  const tallest = Math.max(...[...heights.values()].map((list) => list.length))
  return nodes.map((node) => {
    const column = node.kind === 'answer' ? last : (columns.get(node.id) ?? 0)
    const row = rows.get(column) ?? 0
    rows.set(column, row + 1)
    const size = heights.get(column)?.length ?? 1
    const top = ((tallest - size) * (nodeHeight + gapY)) / 2
    return { ...node, x: margin + column * (nodeWidth + gapX), y: margin + top + row * (nodeHeight + gapY) }
  })
}
