/** What tokens cost. A model without a known price costs 0 and is flagged, so that it is not taken for free. */
import type { Usage } from './chat-model.ts'
import { pricesAsOf, priceTable } from './price-table.ts'

export interface Prices {
  readonly inputPerMillionUsd: number
  readonly outputPerMillionUsd: number
}

export interface Pricing {
  /** `unpriced`: no price was given and the table has none; costs read 0. */
  readonly source: 'given' | 'table' | 'unpriced'
  readonly prices: Prices
  /** Month of the table, where a price is from it. */
  readonly asOf?: string
}

/** Prices as given, each one left out (null) taken from the table. */
export function pricingOf(model: string, given: { readonly [price in keyof Prices]: number | null } | null): Pricing {
  const known = tablePrices(model)
  const input = given?.inputPerMillionUsd ?? null
  const output = given?.outputPerMillionUsd ?? null
  const prices = {
    inputPerMillionUsd: input ?? known?.inputPerMillionUsd ?? 0,
    outputPerMillionUsd: output ?? known?.outputPerMillionUsd ?? 0,
  }
  if (input !== null && output !== null) return { source: 'given', prices }
  if (known !== null) return { source: 'table', prices, asOf: pricesAsOf }
  return { source: 'unpriced', prices }
}

/** Found by name, by name without its provider (`openai/gpt-4o`), and without its date (`gpt-4o-2024-08-06`). */
function tablePrices(model: string): Prices | null {
  const name = model.toLowerCase().replace(/^(?:openai|anthropic|google)\//, '')
  const undated = name.replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, '')
  const listed = [name, undated].find((candidate) => Object.hasOwn(priceTable, candidate))
  const row = listed === undefined ? undefined : priceTable[listed]
  return row === undefined ? null : { inputPerMillionUsd: row[0], outputPerMillionUsd: row[1] }
}

export function costUsd(prices: Prices, usage: Usage): number {
  return (usage.inputTokens * prices.inputPerMillionUsd + usage.outputTokens * prices.outputPerMillionUsd) / 1e6
}
