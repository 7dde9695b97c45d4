/** Whether the simulator has read the problem of a request, or can only guess. */
import type { ChatMessage } from '../../llm/chat-model.ts'
import { readProblem } from './read-problem.ts'
import { readOperatorRequest } from './request.ts'

/** @returns null for requests that are answered without the problem: a vote, a verdict, a form. */
export function knowsProblem(messages: readonly ChatMessage[]): boolean | null {
  const request = readOperatorRequest(messages)
  if (request.kind === 'judge' || request.kind === 'format' || request.kind === 'ensemble') return null
  return readProblem(request.problem) !== null
}
