/** How the requests of a run look to a server: what its probe must try. */
import type { ServerConfig } from '../config/index.ts'
import type { ProbeOptions } from '../llm/index.ts'

type Asked = Partial<Pick<ServerConfig, 'temperature' | 'topP' | 'maxTokens' | 'reasoningEffort'>>

/** The judge is asked with a system message. */
export function requestForm(
  role: 'policy' | 'executor' | 'judge',
  { temperature, topP, maxTokens, reasoningEffort }: Asked,
): Pick<ProbeOptions, 'sampling' | 'usesSystemRole'> {
  const usesSystemRole = role === 'judge'
  if (temperature === undefined || topP === undefined || maxTokens === undefined) return { usesSystemRole }
  const extraBody =
    reasoningEffort === undefined || reasoningEffort === null
      ? {}
      : { extraBody: { reasoning_effort: reasoningEffort } }
  return { sampling: { temperature, topP, maxTokens, ...extraBody }, usesSystemRole }
}
