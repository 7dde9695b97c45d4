/**
 * An environment of one's own: the policy learns to write short workflows, whatever they answer. No model is asked.
 *
 *     npx baton train --preset tiny --set environment=docs/examples/short-programs.ts
 */
import type { OwnEnvironment } from 'baton'

const enough = 6

export const environment: OwnEnvironment = {
  name: 'short-programs',
  prompt: ({ type, question }) => `${question}\n### ${type}\n`,
  attempt: (_problem, completion) => {
    const lines = completion.split('\n').filter((line) => line.trim() !== '').length
    const returns = completion.includes('return') ? 1 : -1
    const length = -Math.max(0, lines - enough) / enough
    return {
      reward: returns + length,
      parts: { returns, length },
      isCorrect: returns > 0 && lines <= enough,
      reason: `${lines} lines`,
      data: { lines },
    }
  },
}
