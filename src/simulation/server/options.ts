/** How a simulator is set up, with every default filled in. All of it is plain data: it crosses into a worker. */
import { BatonError } from '../../core/failure.ts'
import type { ChatMessage } from '../../llm/chat-model.ts'
import type { Skills } from '../solver/index.ts'

/** Rates in 0..1, each of all requests; their sum is at most 1, so that a request has one fault at the most. */
export interface SimulatorFaultRates {
  /** 200, content "", no reasoning, `stop`. */
  readonly emptyContent: number
  /** 200, content null and the answer in the reasoning only, `stop`. */
  readonly nullContent: number
  /** 200, the answer cut off, `length`. */
  readonly truncated: number
  /** 429 with `Retry-After`. */
  readonly rateLimit: number
  /** 500. */
  readonly serverError: number
  /** 503, as while a model loads. */
  readonly loading: number
  /** 200, the connection reset in the middle of the body. */
  readonly reset: number
  /** 200, a body that is not JSON. */
  readonly garbage: number
  /** 200, an `error` instead of choices. */
  readonly errorIn200: number
  /** The answer comes ten times as late. */
  readonly slow: number
}

export interface SimulatorFaults extends SimulatorFaultRates {
  /** Of a 429, in seconds. */
  readonly retryAfterSeconds: number
  /** 503 for every request until this long after the start. */
  readonly loadingForMs: number
  /** 503 for this many requests, the first ones. */
  readonly loadingForRequests: number
}

export const noSimulatorFaults: SimulatorFaults = {
  emptyContent: 0,
  nullContent: 0,
  truncated: 0,
  rateLimit: 0,
  serverError: 0,
  loading: 0,
  reset: 0,
  garbage: 0,
  errorIn200: 0,
  slow: 0,
  retryAfterSeconds: 1,
  loadingForMs: 0,
  loadingForRequests: 0,
}

/** A median and the deviation of its logarithm: 0.5 makes one answer in 40 take more than 2.7 times the median. */
export interface SpreadLatency {
  readonly medianMs: number
  readonly sigma: number
}

export interface SimulatorReply {
  readonly content: string
  readonly reasoning: string
  /** How likely the answer is that the chat ends with, natural logarithm; null or absent where it does not end so. */
  readonly answerLogprob?: number | null
  /** False for a guess; null or absent where the reply needs no problem. */
  readonly knowsProblem?: boolean | null
}

/** A pure function from a chat to a reply: the same request gives the same reply. */
export type SimulatorAnswer = (
  messages: readonly ChatMessage[],
  options: { readonly seed: number; readonly skills: Skills; readonly model: string },
) => SimulatorReply

export interface SimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number
  /** Default: this machine only. */
  readonly host?: string
  /** Name under which it is called; `simulator` is understood too. */
  readonly model?: string
  /** Multiplies the rates of right answers; 1 is the documented table. */
  readonly skill?: number
  /** Replaces entries of the table of skills. */
  readonly skills?: Partial<Skills>
  readonly faults?: Partial<SimulatorFaults>
  /** Pause before each answer. */
  readonly latencyMs?: number | SpreadLatency
  /** Of faults and latencies. Answers depend on the request's own seed. */
  readonly seed?: number
}

export interface SimulatorSettings {
  readonly port: number
  readonly host: string
  readonly model: string
  readonly skills: Partial<Skills>
  readonly faults: SimulatorFaults
  readonly latency: SpreadLatency
  readonly seed: number
}

/** Fills in the defaults. Throws BatonError for rates that are none, or that add up to more than 1. */
export function simulatorSettings(options: SimulatorOptions): SimulatorSettings {
  const faults = { ...noSimulatorFaults, ...options.faults }
  const latency = options.latencyMs ?? 0
  checkFaults(faults)
  return {
    port: options.port ?? 0,
    host: options.host ?? '127.0.0.1',
    model: options.model ?? 'simulator',
    skills: { ...options.skills, ...(options.skill === undefined ? {} : { skill: options.skill }) },
    faults,
    latency: typeof latency === 'number' ? { medianMs: latency, sigma: 0 } : latency,
    seed: options.seed ?? 0,
  }
}

/** In the order in which one draw is split among them. */
export const faultNames = [
  'emptyContent',
  'nullContent',
  'truncated',
  'rateLimit',
  'serverError',
  'loading',
  'reset',
  'garbage',
  'errorIn200',
  'slow',
] as const satisfies readonly (keyof SimulatorFaultRates)[]

export type FaultName = (typeof faultNames)[number]

function checkFaults(faults: SimulatorFaults): void {
  const wrong = faultNames.find((name) => !(faults[name] >= 0 && faults[name] <= 1))
  const sum = faultNames.reduce((total, name) => total + faults[name], 0)
  if (wrong === undefined && sum <= 1 + 1e-9) return
  const message =
    wrong === undefined
      ? `the simulator's fault rates add up to ${sum.toFixed(3)}; at most 1 is possible.`
      : `the simulator's fault rate ${wrong} must lie in 0..1 (got ${faults[wrong]}).`
  throw new BatonError(message, { boundary: 'config', code: 'fault-rates', hint: 'Give rates such as 0.13.' })
}
