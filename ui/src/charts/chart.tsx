/** One chart with its title, the sentence that says how to read it, and a legend that follows the pointer. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import uPlot from 'uplot'
import { useWords } from '../words/index.ts'
import type { ChartSpec } from './chart-spec.ts'
import { drawn, formatted, type Inks, readInks } from './uplot-options.ts'

const height = 190

export interface ChartProps {
  readonly spec: ChartSpec
  readonly isDark: boolean
  /** The reader chose a step. */
  readonly onStep?: (step: number) => void
  /** Beside the title. */
  readonly control?: ReactNode
}

export function Chart({ spec, isDark, onStep, control }: ChartProps): ReactNode {
  const words = useWords()
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours depend on the theme
  const inks = useMemo(readInks, [isDark])
  const choose = useRef(onStep)
  choose.current = onStep
  const shape = `${spec.id} ${spec.kind} ${spec.format} ${spec.lines.map(({ name, style, band }) => `${name}${style}${band !== undefined}`)}`
  const isEmpty = spec.lines.length === 0
  const shown = useRef(spec)
  shown.current = spec

  // biome-ignore lint/correctness/useExhaustiveDependencies: made anew when its shape or colours change, else only fed
  useEffect(() => {
    const element = holder.current
    if (element === null || isEmpty) return
    const made = new uPlot(
      optionsOf(shown.current, inks, element.clientWidth, setHovered),
      drawn(shown.current, inks).data,
      element,
    )
    chart.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    const pick = (): void => {
      const x = made.cursor.idx
      const step = x === null || x === undefined ? undefined : shown.current.xs[x]
      if (step !== undefined && step > 0) choose.current?.(step)
    }
    made.over.addEventListener('click', pick)
    return () => {
      observer.disconnect()
      made.destroy()
      chart.current = null
    }
  }, [shape, inks, isEmpty])

  useEffect(() => {
    chart.current?.setData(drawn(spec, inks).data)
  }, [spec, inks])

  const index = hovered ?? lastIndex(spec)
  const at = spec.xs[index]
  return (
    <figure className="chart" data-chart={spec.id}>
      <figcaption>
        <div className="chart-head">
          <h3>{spec.title}</h3>
          {control}
        </div>
        {spec.reading !== '' && <p className="note">{spec.reading}</p>}
      </figcaption>
      {isEmpty ? (
        <p className="empty">{words.charts.noData}</p>
      ) : (
        <>
          <div
            ref={holder}
            className={onStep === undefined ? 'plot' : 'plot choosable'}
            role="img"
            aria-label={summaryOf(spec, words.charts.step)}
          />
          <ul className="legend">
            {spec.lines.map((line) => (
              <li key={line.name}>
                <span className={`key key-${line.colour % 8}`} />
                {line.name} <b>{formatted(valueAt(line.values, index), spec.format)}</b>
              </li>
            ))}
            <li className="legend-at">{at === undefined ? '' : words.charts.at(at)}</li>
          </ul>
        </>
      )}
    </figure>
  )
}

function lastIndex({ xs, lines }: ChartSpec): number {
  for (let i = xs.length - 1; i > 0; i--)
    if (lines[0]?.values[i] !== null && lines[0]?.values[i] !== undefined) return i
  return 0
}

/** At the step, else the latest before it: measurements are few. */
function valueAt(values: readonly (number | null)[], index: number): number | null {
  for (let i = index; i >= 0; i--) {
    const value = values[i]
    if (value !== null && value !== undefined) return value
  }
  return null
}

/** For readers who do not see it: first and last value of each line. */
function summaryOf({ title, xs, lines, format }: ChartSpec, step: string): string {
  const texts = lines.map(({ name, values }) => {
    const known = values.filter((value) => value !== null && value !== undefined)
    return `${name}: ${formatted(known[0], format)} → ${formatted(known.at(-1), format)}`
  })
  return `${title}, ${step} ${xs[0] ?? 0}–${xs.at(-1) ?? 0}. ${texts.join('; ')}`
}

function optionsOf(spec: ChartSpec, inks: Inks, width: number, onHover: (index: number | null) => void): uPlot.Options {
  const { series, bands } = drawn(spec, inks)
  const axis = {
    stroke: inks.text,
    grid: { stroke: inks.grid, width: 1 },
    ticks: { stroke: inks.grid, width: 1 },
    font: '11px system-ui, sans-serif',
  }
  const { range } = spec
  return {
    width,
    height,
    series,
    bands,
    legend: { show: false },
    cursor: { sync: { key: 'steps' }, drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, range: (_, low, high) => (low === high ? [low - 1, high + 1] : [low, high]) },
      y: {
        range: (_, low, high) => (range === undefined ? roomy(spec, low, high) : [range[0], range[1]]),
      },
    },
    axes: [
      {
        ...axis,
        space: 48,
        size: 28,
        values: (_, splits) => splits.map((value) => (Number.isInteger(value) ? String(value) : '')),
      },
      { ...axis, size: 54, space: 34, values: (_, splits) => splits.map((value) => formatted(value, spec.format)) },
    ],
    hooks: {
      setCursor: [(made) => onHover(made.cursor.idx ?? null)],
    },
  }
}

/** A stack and shares begin at 0; a flat line is not drawn as a cliff. */
function roomy({ kind, format }: ChartSpec, low: number | null, high: number | null): [number, number] {
  const [from, to] = [low ?? 0, high ?? 1]
  const isFromZero = kind === 'stack' || format !== 'number' || (from >= 0 && from < to / 2)
  const pad = to === from ? Math.max(Math.abs(to) * 0.1, format === 'percent' ? 0.05 : 1e-6) : (to - from) * 0.06
  const top = format === 'percent' ? Math.max(0.1, to + pad) : to + pad
  return [isFromZero && from >= 0 ? 0 : from - pad, top]
}
