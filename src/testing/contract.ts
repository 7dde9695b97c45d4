/**
 * What contract suites share. A suite stands beside its contract as `<contract>-suite.ts`; the tests of every
 * implementation call it. What an implementation does not do is declared with the reason, and counted as skipped.
 */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'

/** Where a scene leaves what must be closed; a `TestContext` is one. */
export interface Cleanup {
  after(close: () => void | Promise<void>): void
}

export interface ContractSubject<Part extends string, Scene> {
  readonly name: string
  /** A fresh scene, alike at every call; what it opens is closed with `cleanup`. */
  create(cleanup: Cleanup): Promise<Scene>
  /** Parts that the implementation does not have, with the reason. */
  readonly skips?: Partial<Record<Part, string>>
}

export type ContractCheck<Part extends string, Scene> = (
  part: Part,
  sentence: string,
  run: (scene: Scene, t: TestContext) => Promise<void>,
) => void

/** @returns declares one test of the contract for the implementation. */
export function contractOf<Part extends string, Scene>(
  subject: ContractSubject<Part, Scene>,
): ContractCheck<Part, Scene> {
  return (part, sentence, run) => {
    const skip = subject.skips?.[part]
    test(`${subject.name}: ${sentence}`, skip === undefined ? {} : { skip }, async (t) => {
      await run(await subject.create(t), t)
    })
  }
}

/** The same with one scene for all tests of the contract, for scenes that no test changes and that are slow to make. */
export function sharedContractOf<Part extends string, Scene>(
  subject: ContractSubject<Part, Scene>,
): ContractCheck<Part, Scene> {
  const closers: (() => void | Promise<void>)[] = []
  const cleanup: Cleanup = { after: (close) => void closers.unshift(close) }
  let scene: Promise<Scene> | null = null
  after(async () => {
    for (const close of closers) await close()
  })
  return contractOf({
    ...subject,
    create: () => {
      scene ??= subject.create(cleanup)
      return scene
    },
  })
}

/** Fails unless the call rejects with the very reason of its signal. */
export async function assertRejectsWith(call: Promise<unknown>, reason: unknown): Promise<void> {
  const outcome = await call.then(
    () => ({ isFulfilled: true, error: undefined }),
    (error: unknown) => ({ isFulfilled: false, error }),
  )
  assert.equal(outcome.isFulfilled, false, 'the call did not reject')
  assert.equal(outcome.error, reason)
}
