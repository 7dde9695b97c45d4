/** Asks a server of executor or judge whether it answers, counts tokens, and how long its context is. */

import { measuredRate } from '../../core/context-fit.ts'
import { grouped } from '../../core/grouped.ts'
import { probeServer, readServerContext, type ServerContext } from '../../llm/index.ts'
import type { ProbeFinding } from './probe-finding.ts'

export interface ModelServerReport {
  readonly findings: readonly ProbeFinding[]
  readonly context: ServerContext
}

export interface ModelServerQuestion {
  readonly baseUrl: string
  readonly model: string
  readonly apiKey?: string | undefined
  readonly timeoutMs: number
}

/** Some hundred bytes, so that what the chat template adds does not count for much. */
const sample =
  'A baker sells 48 rolls in the morning and half as many in the afternoon. On Sunday she bakes 120 rolls, gives 15 of them to a school and sells the rest at 0.40 each. How much does she earn on Sunday, and how many rolls has she sold on the other six days together?'

/** @throws BatonError, with what to do about it, where the server cannot be used. */
export async function checkModelServer(asked: ModelServerQuestion): Promise<ModelServerReport> {
  const { promptBytes, promptTokens } = await probeServer({ ...asked, sample })
  const { baseUrl, model, apiKey } = asked
  const context = await readServerContext({ baseUrl, model, apiKey })
  const findings: ProbeFinding[] = [
    { name: 'answers', verdict: 'passed', detail: `${model} answers a short question` },
    tokensFinding(promptBytes, promptTokens),
    contextFinding(context),
  ]
  return { findings, context }
}

function tokensFinding(promptBytes: number, promptTokens: number | null): ProbeFinding {
  const rate = measuredRate(promptBytes, promptTokens)
  if (rate.isMeasured) {
    const detail = `counts the tokens of a prompt: ${rate.bytesPerToken.toFixed(1)} bytes of English a token`
    return { name: 'tokens', verdict: 'passed', detail }
  }
  const why =
    promptTokens === null ? 'counts no tokens' : `counts ${grouped(promptTokens)} tokens in ${promptBytes} bytes`
  return { name: 'tokens', verdict: 'differs', detail: `${why}: budgets go by estimates` }
}

function contextFinding({ tokens, of, server, inputTokens, slots }: ServerContext): ProbeFinding {
  const name = 'context'
  if (tokens === null) return { name, verdict: 'skipped', detail: 'the server does not say how long its context is' }
  const parts = [server, slots === null ? null : `${slots} slot${slots === 1 ? '' : 's'}`].filter(
    (part) => part !== null,
  )
  const who = parts.length === 0 ? '' : ` (${parts.join(', ')})`
  if (of === 'model') {
    const detail = `the model takes ${grouped(tokens)} tokens${who}; what the server gives a request it does not say`
    return { name, verdict: 'differs', detail }
  }
  const input = inputTokens === null ? '' : `, ${grouped(inputTokens)} of them for the prompt`
  return { name, verdict: 'passed', detail: `${grouped(tokens)} tokens a request${input}${who}` }
}
