/** What a workflow returned, as a prediction: the answer of `answer, cost`, as text. The cost in it is a claim and ignored. */
import type { Json } from '../../core/json.ts'

/** `(answer, cost)` and `(answer, cost, more)` give the answer; any other value is the answer itself; None is ''. */
export function predictionOf(value: Json): string {
  const isPair = Array.isArray(value) && (value.length === 2 || value.length === 3) && isCost(value[1])
  return answerText(isPair ? (value[0] ?? null) : value)
}

/** A number, also as text where the program formats it (`"0.0"`), or None where it does not count. */
function isCost(value: Json | undefined): boolean {
  return typeof value === 'number' || value === null || (typeof value === 'string' && /^\$?\d+\.\d+$/.test(value))
}

function answerText(answer: Json): string {
  if (answer === null) return ''
  if (typeof answer === 'string') return answer
  if (typeof answer === 'boolean') return answer ? 'True' : 'False'
  return typeof answer === 'number' ? String(answer) : JSON.stringify(answer)
}
