/**
 * Which fault a request meets and how long it takes. Drawn from (seed, the request's content, how often it was seen
 * before): the order in which different requests arrive changes nothing, and a request sent again is drawn again.
 */
import { hashKey, randomFor } from '../../core/random.ts'
import { type FaultName, faultNames, type SimulatorSettings } from './options.ts'

export interface Treatment {
  readonly fault: FaultName | null
  readonly delayMs: number
  /** Uniform in [0, 1): how much of an answer is left where it is cut. */
  readonly cut: number
}

/** @returns a function from the text of a request's body to what befalls it. */
export function createTreatments(settings: SimulatorSettings): (requestText: string) => Treatment {
  const { faults, latency, seed } = settings
  const isQuiet = faultNames.every((name) => faults[name] === 0) && latency.sigma === 0
  const seen = new Map<number, number>()
  return (requestText) => {
    if (isQuiet) return { fault: null, delayMs: latency.medianMs, cut: 0 }
    const content = hashKey([requestText])
    const times = seen.get(content) ?? 0
    seen.set(content, times + 1)
    const rng = randomFor('simulator-fault', seed, content, times)
    const fault = splitDraw(faults, rng.next())
    const factor = fault === 'slow' ? 10 : 1
    return { fault, cut: rng.next(), delayMs: latency.medianMs * Math.exp(latency.sigma * rng.normal()) * factor }
  }
}

function splitDraw(rates: SimulatorSettings['faults'], draw: number): FaultName | null {
  let upTo = 0
  for (const name of faultNames) {
    upTo += rates[name]
    if (draw < upTo) return name
  }
  return null
}
