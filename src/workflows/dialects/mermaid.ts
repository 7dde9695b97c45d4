/** A workflow as a Mermaid flowchart: of the arrow language with its branches and loops, of a program its operator calls in order. */
import type { OperatorUse } from '../validate/index.ts'
import { parseArrow, type Step } from './arrow/index.ts'

/** Node ids that lead on to what follows. */
type Ends = readonly (readonly [id: string, label: string])[]

class Chart {
  readonly lines: string[] = []
  private count = 0

  node(text: string, open = '[', close = ']'): string {
    const id = `n${++this.count}`
    this.lines.push(`  ${id}${open}"${text.replace(/"/g, '#quot;')}"${close}`)
    return id
  }

  link(from: Ends, to: string): void {
    for (const [id, label] of from) this.lines.push(`  ${id} -->${label === '' ? '' : `|${label}|`} ${to}`)
  }

  text(): string {
    return `flowchart TD\n${this.lines.join('\n')}\n`
  }
}

export function arrowChart(text: string): string {
  const chart = new Chart()
  const start: Ends = [[chart.node('problem', '([', '])'), '']]
  const { ends, done } = draw(parseArrow(text), start, chart)
  chart.link([...ends, ...done], chart.node('answer', '([', '])'))
  return chart.text()
}

/** `done` ends inside a loop lead out of it. */
interface Drawn {
  readonly ends: Ends
  readonly done: Ends
}

function draw(step: Step, from: Ends, chart: Chart): Drawn {
  switch (step.kind) {
    case 'operator': {
      const id = chart.node(step.name)
      chart.link(from, id)
      return { ends: [[id, '']], done: [] }
    }
    case 'done':
      return { ends: [], done: from }
    case 'chain': {
      let ends = from
      const done: (readonly [string, string])[] = []
      step.steps.forEach((inner, i) => {
        const drawn = draw(inner, ends, chart)
        const isLast = i === step.steps.length - 1
        // A `done` before the end of a chain continues with the next step.
        ends = isLast ? drawn.ends : [...drawn.ends, ...drawn.done]
        if (isLast) done.push(...drawn.done)
      })
      return { ends, done }
    }
    case 'parallel': {
      const drawn = step.branches.map((branch) => draw(branch, from, chart))
      return { ends: drawn.flatMap(({ ends }) => ends), done: drawn.flatMap(({ done }) => done) }
    }
    case 'loop': {
      const gate = chart.node(`up to ${step.times} times`, '{{', '}}')
      chart.link(from, gate)
      const { ends, done } = draw(step.body, [[gate, '']], chart)
      chart.link(
        ends.map(([id]) => [id, 'again'] as const),
        gate,
      )
      return { ends: [...ends, ...done], done: [] }
    }
    case 'branch': {
      const condition = draw(step.condition, from, chart).ends
      const labelled = (label: string): Ends => condition.map(([id]) => [id, label] as const)
      const atFault = draw(step.atFault, labelled('fault'), chart)
      const otherwise = draw(step.otherwise, labelled('right'), chart)
      return { ends: [...atFault.ends, ...otherwise.ends], done: [...atFault.done, ...otherwise.done] }
    }
    default:
      return step satisfies never
  }
}

/** Calls one after another in the order of the text; conditions are not shown. */
export function programChart(operators: readonly OperatorUse[]): string {
  const chart = new Chart()
  let last: Ends = [[chart.node('problem', '([', '])'), '']]
  for (const { name, inLoop } of operators) {
    const id = chart.node(
      inLoop === null || inLoop === 1 ? `${name}${inLoop === 1 ? ' (loop)' : ''}` : `${name} x${inLoop}`,
    )
    chart.link(last, id)
    last = [[id, '']]
  }
  chart.link(last, chart.node('answer', '([', '])'))
  return chart.text()
}
