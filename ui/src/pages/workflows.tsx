/** What the policy writes: the first calls of its programs as a flow, one picture for each type of problem. */
import type { ReactNode } from 'react'
import type { WorkflowFlow, WorkflowsPage as WorkflowsPageData } from '../../../src/ui-server/api.ts'
import { grouped } from '../format.ts'
import { Waiting } from '../parts/states.tsx'
import { StepWindow } from '../parts/step-window.tsx'
import { Table } from '../parts/table.tsx'
import { useJson } from '../requests.ts'
import { useWords } from '../words/index.ts'

export function WorkflowsPage({ name, query }: { readonly name: string; readonly query: URLSearchParams }): ReactNode {
  const { workflows: words } = useWords()
  const asked = new URLSearchParams({ from: query.get('from') ?? '', to: query.get('to') ?? '' })
  const { loaded, reload } = useJson<WorkflowsPageData>(`/api/runs/${encodeURIComponent(name)}/workflows?${asked}`, {
    keeps: true,
  })
  return (
    <>
      <h2>{words.title}</h2>
      <Waiting loaded={loaded} reload={reload}>
        {(page) => (
          <>
            <StepWindow range={page} address={['run', name, 'workflows']} label={words.window} />
            {page.flows.length === 0 ? (
              <p className="empty">{words.none}</p>
            ) : (
              <p className="note">{words.note(page.from, page.to)}</p>
            )}
            {page.flows.map((flow) => (
              <section key={flow.type}>
                <h3>{words.ofType(flow.type, flow.rollouts)}</h3>
                <Flow flow={flow} />
                <Table
                  label={words.commonest}
                  columns={[
                    { title: words.workflow },
                    { title: words.programs, isNumber: true },
                    { title: words.solved, isNumber: true },
                  ]}
                  rows={flow.commonest.map(({ calls, rollouts, right, scored }) => ({
                    key: calls.join(' '),
                    cells: [calls.join(' → ') || words.nothing, grouped(rollouts), `${right} / ${scored}`],
                  }))}
                />
              </section>
            ))}
          </>
        )}
      </Waiting>
    </>
  )
}

const [height, barWidth, columnWidth, gap, top] = [230, 12, 168, 10, 26]

function Flow({ flow }: { readonly flow: WorkflowFlow }): ReactNode {
  const { workflows: words } = useWords()
  const columns = Math.max(...flow.nodes.map(({ column }) => column)) + 1
  const names = [...new Set(flow.nodes.map(({ name }) => name))].sort()
  const scale = (height - top - gap * 6) / Math.max(1, flow.rollouts)
  const placed = new Map<string, { x: number; y: number; size: number }>()
  for (let column = 0; column < columns; column++) {
    let y = top
    for (const node of flow.nodes.filter((each) => each.column === column).sort((a, b) => b.rollouts - a.rollouts)) {
      const size = Math.max(2, node.rollouts * scale)
      placed.set(node.id, { x: column * columnWidth, y, size })
      y += size + gap
    }
  }
  // Links leave and enter a bar one below the other.
  const [left, entered] = [new Map<string, number>(), new Map<string, number>()]
  const order = (id: string): number => placed.get(id)?.y ?? 0
  const links = [...flow.links].sort((a, b) => order(a.from) - order(b.from) || order(a.to) - order(b.to))
  const width = columns * columnWidth
  const described = flow.commonest
    .map(({ calls, rollouts }) => `${calls.join(' → ') || words.nothing}: ${rollouts}`)
    .join('; ')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="graph" aria-label={words.ofType(flow.type, flow.rollouts)} tabIndex={0}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={described}>
        {[...Array(columns).keys()].map((column) => (
          <text key={`head ${column}`} x={column * columnWidth} y={14} className="flow-head">
            {words.first(column + 1)}
          </text>
        ))}
        {links.map((link) => {
          const [a, b] = [placed.get(link.from), placed.get(link.to)]
          if (a === undefined || b === undefined) return null
          const size = link.rollouts * scale
          const y1 = a.y + (left.get(link.from) ?? 0)
          const y2 = b.y + (entered.get(link.to) ?? 0)
          left.set(link.from, (left.get(link.from) ?? 0) + size)
          entered.set(link.to, (entered.get(link.to) ?? 0) + size)
          const [x1, x2, middle] = [a.x + barWidth, b.x, (a.x + barWidth + b.x) / 2]
          return (
            <path
              key={`${link.from} ${link.to}`}
              className={`flow-link fill-${names.indexOf(link.from.slice(link.from.indexOf(':') + 1)) % 8}`}
              d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}V${y2 + size}C${middle} ${y2 + size} ${middle} ${y1 + size} ${x1} ${y1 + size}Z`}
            />
          )
        })}
        {flow.nodes.map((node) => {
          const at = placed.get(node.id)
          if (at === undefined) return null
          return (
            <g key={node.id}>
              <rect
                x={at.x}
                y={at.y}
                width={barWidth}
                height={at.size}
                rx="2"
                className={`fill-${names.indexOf(node.name) % 8}`}
              />
              <text x={at.x + barWidth + 5} y={at.y + Math.max(9, at.size / 2 + 4)} className="flow-name">
                {node.name || words.nothing} {Math.round((100 * node.rollouts) / flow.rollouts)} %
              </text>
            </g>
          )
        })}
      </svg>
    </section>
  )
}
