/** The calls of a rollout as lines: what was asked and answered, whole, with tokens, duration and dollars. */
import { grouped } from '../../core/grouped.ts'
import type { RolloutRecord } from '../../core/records.ts'
import { visibleText } from '../../core/visible-text.ts'
import { type CallerTrace, type CallTrace, withoutQuestion } from '../../reports/index.ts'
import { dollars } from '../format.ts'
import { textWidth } from '../text-width.ts'
import type { ViewStyle, WholeGroup } from './group-view.ts'
import { brokenLines } from './side-by-side.ts'

export interface RolloutCalls {
  readonly rollout: RolloutRecord
  readonly callers: readonly CallerTrace[]
}

export function callLines(
  { rollout, callers }: RolloutCalls,
  problem: WholeGroup['problem'],
  { words, width, emphasize }: ViewStyle,
): string[] {
  const { calls: say } = words
  const title = emphasize(say.title(words.rollout.one(rollout.rollout)))
  const lines = callers.flatMap((caller, i) => {
    const { operator } = caller
    const name =
      operator === null ? say.judge : caller.caller === 'fallback' ? say.fallback(operator.operator) : operator.operator
    const failed = operator === null || operator.message === '' ? [] : [[say.failed, operator.message] as const]
    return [
      `${i + 1} ${visibleText(name)}`,
      ...caller.calls.flatMap((call) => [`  ${tookText(call)}`, ...fieldLines(fieldsOf(call), width)]),
      ...(caller.unrecorded === 0 ? [] : [`  ${say.unrecorded(caller.unrecorded)}`]),
      ...fieldLines(failed, width),
    ]
  })
  return [title, ...(lines.length === 0 ? [`  ${say.none}`] : lines)]

  function tookText({ inputTokens, outputTokens, latencyMs, costUsd, attempts, model }: CallTrace): string {
    const time = latencyMs < 1000 ? `${Math.round(latencyMs)} ms` : `${(latencyMs / 1000).toFixed(1)} s`
    const took = say.took(grouped(inputTokens), grouped(outputTokens), time, dollars(costUsd))
    return `${visibleText(model)}: ${took}${attempts > 1 ? say.attempts(attempts) : ''}`
  }

  function fieldsOf({ prompt, reasoning, reply, failure }: CallTrace): (readonly [string, string])[] {
    const asked = problem.kind === 'found' ? withoutQuestion(prompt, problem.problem, say.question) : prompt
    const fields = [
      [say.asked, asked],
      [say.reasoning, reasoning],
      [say.answered, reply],
      [say.failed, failure],
    ] as const
    return fields.filter(([, text]) => text.trim() !== '')
  }
}

/** Two blanks further in than the call that they are about. */
function fieldLines(fields: readonly (readonly [name: string, text: string])[], width: number): string[] {
  const gutter = 4 + Math.max(0, ...fields.map(([name]) => textWidth(name))) + 2
  return fields.flatMap(([name, text]) =>
    brokenLines(visibleText(text).trim(), Math.max(20, width - gutter)).map((line, i) =>
      `    ${i === 0 ? name : ''}${' '.repeat(gutter - 4 - (i === 0 ? textWidth(name) : 0))}${line}`.trimEnd(),
    ),
  )
}
