/** Which steps a page looks at, first and last. */
import type { ReactNode } from 'react'
import type { StepRange } from '../../../src/ui-server/api.ts'
import { addressOf, go } from '../router.tsx'

export function StepWindow({
  range,
  address,
  label,
}: {
  readonly range: StepRange
  readonly address: readonly string[]
  readonly label: string
}): ReactNode {
  const set = (change: { from?: number; to?: number }): void => {
    const { from, to } = { ...range, ...change }
    go(addressOf(address, { from: Math.min(from, to), to: Math.max(from, to) }), { isReplaced: true })
  }
  const field = (name: 'from' | 'to', value: number): ReactNode => (
    <input
      key={`${name} ${value}`}
      type="number"
      min={1}
      max={range.lastStep}
      defaultValue={value}
      aria-label={`${label}: ${name === 'from' ? '≥' : '≤'}`}
      onBlur={(event) => Number(event.target.value) !== value && set({ [name]: Number(event.target.value) })}
      onKeyDown={(event) => event.key === 'Enter' && set({ [name]: Number(event.currentTarget.value) })}
    />
  )
  return (
    <div className="toolbar">
      <span>{label}</span>
      {field('from', range.from)}
      <span aria-hidden="true">–</span>
      {field('to', range.to)}
    </div>
  )
}
