/** Runs work over a list with a bound on how much is under way; results keep the list's order. */

/**
 * The first rejection stops the starting of further items and is rethrown once those under way have settled, so that
 * nothing runs on behind the caller's back.
 * @param limit most items under way at once, >= 1.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  let failure: { readonly error: unknown } | null = null
  const lane = async (): Promise<void> => {
    while (failure === null && next < items.length) {
      const index = next++
      try {
        results[index] = await work(items[index] as T, index)
      } catch (error) {
        failure ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, items.length)) }, lane))
  if (failure !== null) throw (failure as { readonly error: unknown }).error
  return results
}
