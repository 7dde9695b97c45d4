/** A line without axes, in a row of a table. */
import type { ReactNode } from 'react'
import type { Sparkline as Points } from '../../../src/ui-server/api.ts'
import { useWords } from '../words/index.ts'

const [width, height, margin] = [88, 28, 3]

export function Sparkline({
  points,
  format,
  range,
}: {
  points: Points | null
  format: (value: number) => string
  range?: readonly [number, number]
}): ReactNode {
  const words = useWords()
  const known = (points?.values ?? []).flatMap((value, i) =>
    value === null ? [] : [{ value, step: points?.steps[i] ?? 0 }],
  )
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return <span className="muted">{words.none}</span>
  const values = known.map(({ value }) => value)
  const [low, high] = range ?? [Math.min(...values), Math.max(...values)]
  const x = (step: number): number =>
    margin + ((step - first.step) / Math.max(1, last.step - first.step)) * (width - 2 * margin)
  const y = (value: number): number => height - margin - ((value - low) / (high - low || 1)) * (height - 2 * margin)
  const path = known
    .map(({ step, value }, i) => `${i === 0 ? 'M' : 'L'}${x(step).toFixed(1)} ${y(value).toFixed(1)}`)
    .join('')
  return (
    <span className="spark">
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={words.list.sparkline(format(first.value), format(last.value))}
      >
        <path d={path} className="spark-line" />
        <circle cx={x(last.step)} cy={y(last.value)} r="2.5" className="spark-end" />
      </svg>
      <span>{format(last.value)}</span>
    </span>
  )
}
