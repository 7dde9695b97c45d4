/** The parts of a reward: bars that add up. */
import type { ReactNode } from 'react'
import type { RolloutDigest } from '../../../src/ui-server/api.ts'
import { signed } from '../format.ts'

export function ScoreParts({ score }: { readonly score: RolloutDigest['score'] }): ReactNode {
  if (score.kind === 'unscorable') return <p className="muted">{score.reason}</p>
  const largest = Math.max(1e-9, ...score.parts.map(({ value }) => Math.abs(value)))
  return (
    <ul className="parts">
      {score.parts.map(({ name, value }) => (
        <li key={name}>
          <span>{name}</span>
          <span className="part-bar">
            <span
              className={value < 0 ? 'negative' : 'positive'}
              style={{ width: `${(50 * Math.abs(value)) / largest}%` }}
            />
          </span>
          <b>{signed(value)}</b>
        </li>
      ))}
    </ul>
  )
}
