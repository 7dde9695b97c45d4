/**
 * A workflow on the system's Python: one process in the jail for the run, which waits for replies and needs no replay. Calls,
 * limits and replies are driven as those of any workflow.
 */
import type { JsonObject } from '../../core/json.ts'
import { abortMessage } from '../abort-message.ts'
import type { OperatorReply, WorkflowResult } from '../sandbox.ts'
import { type Advance, type Perform, runWorkflowOn, type WorkflowRunOptions } from '../workflow-run.ts'
import type { JailCommand } from './jail-command.ts'
import { type JailAnswer, type JailProcess, startJailProcess } from './jail-process.ts'

export async function runWorkflowInJail(jail: JailCommand, options: WorkflowRunOptions): Promise<WorkflowResult> {
  const { signal } = options
  if (signal.aborted) return { kind: 'aborted', message: abortMessage(signal) }
  const process = startJailProcess(jail, options.limits, { signal, purpose: 'workflow' })
  try {
    return await runWorkflowOn(advanceIn(process), options)
  } finally {
    process.kill()
  }
}

function advanceIn(process: JailProcess): Advance {
  /** Takes the next reply, where the program waits in the middle of a step. */
  let takeReply: ((text: string) => void) | undefined
  let step: Promise<JailAnswer> | undefined

  async function next(message: JsonObject): Promise<JailAnswer> {
    const asked = Promise.withResolvers<JailAnswer>()
    report = (text) => asked.resolve({ kind: 'text', text })
    const take = takeReply
    takeReply = undefined
    if (take !== undefined) take(JSON.stringify(message))
    else {
      step = process.call('step', message, (text) => {
        const reply = Promise.withResolvers<string>()
        takeReply = reply.resolve
        report(text)
        return reply.promise
      })
    }
    return await Promise.race(step === undefined ? [asked.promise] : [asked.promise, step])
  }
  let report: (text: string) => void = () => undefined

  return async (_active, journal, delivered) => {
    const texts: string[] = []
    for (const message of journal.slice(delivered)) {
      const answer = await next(message)
      if (answer.kind === 'stop') return answer
      texts.push(answer.text)
    }
    return { kind: 'text', text: JSON.stringify(texts), refused: [], isReplay: false }
  }
}

/** Remembers the replies that came, so that a run that is begun again pays for none of them twice. */
export function remembering(perform: Perform): Perform {
  const replies = new Map<string, OperatorReply>()
  return async (call, signal) => {
    const key = JSON.stringify(call)
    const reply = replies.get(key) ?? (await perform(call, signal))
    replies.set(key, reply)
    return reply
  }
}
