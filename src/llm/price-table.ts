/** When the table was last compared with the providers' lists. */
export const pricesAsOf = '2026-02'

/**
 * List prices of hosted models in dollars for a million tokens, without discounts for cached input or batches. Prices change: set `inputPerMillionUsd` and `outputPerMillionUsd` where it matters. A model served by
 * yourself is not in the table, whatever it is.
 */
export const priceTable: Readonly<Record<string, readonly [inputPerMillionUsd: number, outputPerMillionUsd: number]>> =
  {
    'gpt-5': [1.25, 10],
    'gpt-5-mini': [0.25, 2],
    'gpt-5-nano': [0.05, 0.4],
    'gpt-4.1': [2, 8],
    'gpt-4.1-mini': [0.4, 1.6],
    'gpt-4.1-nano': [0.1, 0.4],
    'gpt-4o': [2.5, 10],
    'gpt-4o-mini': [0.15, 0.6],
    o3: [2, 8],
    'o3-mini': [1.1, 4.4],
    'o4-mini': [1.1, 4.4],
    'claude-opus-4-1': [15, 75],
    'claude-sonnet-4-5': [3, 15],
    'claude-sonnet-4': [3, 15],
    'claude-haiku-4-5': [1, 5],
    'gemini-2.5-pro': [1.25, 10],
    'gemini-2.5-flash': [0.3, 2.5],
    'gemini-2.5-flash-lite': [0.1, 0.4],
    'baton-simulator': [0, 0],
    simulator: [0, 0],
  }
