/** Figures of which some were not measured: what has no trials is left out, never 0. */
export function measured(figures: Readonly<Record<string, number | null>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter((entry): entry is [string, number] => entry[1] !== null))
}

/** @returns null where there is nothing to divide by. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
