/** The number of shots that a verdict is about: 2 where it was measured, as the published work reports; else the largest. */
export function leadingShots(measured: readonly number[]): number {
  return measured.includes(2) ? 2 : Math.max(0, ...measured)
}
