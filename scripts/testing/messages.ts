/** What the process of a test file says to the runner, one message an event, over the channel between the two. */
export type TestMessage =
  | { readonly kind: 'begun'; readonly id: number; readonly parentId: number | undefined; readonly name: string }
  | { readonly kind: 'ended'; readonly id: number }
  | { readonly kind: 'passed'; readonly id: number }
  | { readonly kind: 'skipped'; readonly id: number; readonly reason: string }
  /** `id` is undefined for a hook of the whole file. */
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly error: string }
  | { readonly kind: 'remark'; readonly text: string }
  /** All tests are over and the process would end if these handles were closed. */
  | { readonly kind: 'left-open'; readonly handles: readonly string[] }
  | { readonly kind: 'over' }
