/** What the models of a run cost by its configuration: prices given, from the table, or not known. */
import type { JsonObject } from '../core/json.ts'
import { type Pricing, pricingOf } from '../llm/index.ts'
import { atPath } from './settings.ts'

export type CallRole = 'executor' | 'judge' | 'policy' | 'other'

/** Of a call's purpose: `executor/Review` is the executor's, `judge-trial` the judge's. */
export function roleOf(purpose: string): CallRole {
  const [role = ''] = purpose.split(/[/-]/)
  return role === 'executor' || role === 'judge' || role === 'policy' ? role : 'other'
}

export interface RolePrices extends Pricing {
  readonly model: string
}

/** By role; a role that the configuration names no model for is left out. */
export function rolePrices(config: JsonObject): Partial<Record<CallRole, RolePrices>> {
  const text = (...path: string[]): string | null => {
    const value = atPath(config, ...path)
    return typeof value === 'string' ? value : null
  }
  const price = (...path: string[]): number | null => {
    const value = atPath(config, ...path)
    return typeof value === 'number' ? value : null
  }
  const given = (...section: string[]) => ({
    inputPerMillionUsd: price(...section, 'inputPerMillionUsd'),
    outputPerMillionUsd: price(...section, 'outputPerMillionUsd'),
  })
  const executor = text('llm', 'executor', 'model')
  if (executor === null) return {}
  const isSameModel = (text('llm', 'judge', 'model') ?? 'executor') === 'executor'
  const judge = isSameModel ? executor : (text('llm', 'judge', 'model') ?? executor)
  const [own, shared] = [given('llm', 'judge'), given('llm', 'executor')]
  const judgePrices = {
    inputPerMillionUsd: own.inputPerMillionUsd ?? (isSameModel ? shared.inputPerMillionUsd : null),
    outputPerMillionUsd: own.outputPerMillionUsd ?? (isSameModel ? shared.outputPerMillionUsd : null),
  }
  const frozen = text('policy', 'engine') === 'frozen' ? text('policy', 'frozen', 'model') : null
  return {
    executor: { model: executor, ...pricingOf(executor, shared) },
    judge: { model: judge, ...pricingOf(judge, judgePrices) },
    ...(frozen === null ? {} : { policy: { model: frozen, ...pricingOf(frozen, given('policy', 'frozen')) } }),
  }
}

export function unpricedRoles(config: JsonObject): CallRole[] {
  return Object.entries(rolePrices(config)).flatMap(([role, { source }]) =>
    source === 'unpriced' ? [role as CallRole] : [],
  )
}
