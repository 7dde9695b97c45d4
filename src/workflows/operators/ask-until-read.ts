import type { OperatorSession } from './operator.ts'

/** Once more where the first reply has not the form that it was asked for: every call is paid for. */
const maxAsked = 2

/** Asks, and asks again with another seed where the reply cannot be read. `value` is null where none could. */
export async function askUntilRead<T>(
  session: OperatorSession,
  prompt: string,
  read: (reply: string) => T | null,
): Promise<{ readonly reply: string; readonly value: T | null }> {
  let reply = ''
  for (let asked = 0; asked < maxAsked; asked++) {
    reply = await session.ask(prompt)
    const value = read(reply)
    if (value !== null) return { reply, value }
  }
  session.noteMalformed()
  return { reply, value: null }
}
