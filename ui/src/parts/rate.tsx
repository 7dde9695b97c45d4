/** A share with its interval and n: never one without the other. */
import type { ReactNode } from 'react'
import type { Rate } from '../../../src/ui-server/api.ts'
import { useWords } from '../words/index.ts'

export function RateText({ rate }: { readonly rate: Omit<Rate, 'trials'> | undefined }): ReactNode {
  const words = useWords()
  if (rate === undefined || rate.n === 0) return words.none
  const points = (value: number): string => (value * 100).toFixed(1)
  return (
    <span className="rate">
      <b>{points(rate.value)} %</b>{' '}
      <span className="muted">
        [{points(rate.low)}, {points(rate.high)}] n={rate.n}
      </span>
    </span>
  )
}
