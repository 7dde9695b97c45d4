/** Where a prompt and the validator, or a run, do not say the same. */
export interface Contradiction {
  readonly prompt: string
  /** What the prompt states, or leaves out. */
  readonly what: string
  /** What the validator or the run says. */
  readonly message: string
}
