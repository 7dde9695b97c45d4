/** What a request asks for, read from its address. What cannot be meant is refused. */
import type { Context } from 'hono'
import type { RolloutPlace } from '../core/records.ts'
import type { Verdict } from '../core/reward.ts'
import type { Language } from '../reports/index.ts'
import type { RolloutOrder } from '../runs/index.ts'
import type { AskedSteps } from './other-pages.ts'
import type { RolloutListRequest } from './rollout-pages.ts'

export class BadRequest extends Error {
  readonly status: 400 | 404

  constructor(message: string, status: 400 | 404 = 400) {
    super(message)
    this.status = status
  }
}

export function askedLanguage(c: Context): Language {
  return c.req.query('lang') === 'zh' ? 'zh' : 'en'
}

const orders: readonly RolloutOrder[] = ['newest', 'oldest', 'highest', 'lowest']
const verdicts: readonly Verdict[] = ['true', 'false', 'unscorable']
const mostRollouts = 200

export function askedRollouts(c: Context): RolloutListRequest {
  const text = (name: string): string | undefined => c.req.query(name) || undefined
  const label = text('label') ?? ''
  const verdict = oneOf(c, 'verdict', verdicts)
  const given = {
    step: asked(c, 'step'),
    problemType: text('type'),
    problemId: text('problem'),
    verdict,
    failure: text('failure'),
    operator: text('operator'),
    least: asked(c, 'least', false),
    most: asked(c, 'most', false),
  }
  return {
    phase: label === '' ? 'train' : 'evaluation',
    label,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    order: oneOf(c, 'order', orders) ?? 'newest',
    offset: asked(c, 'offset') ?? 0,
    limit: Math.min(mostRollouts, asked(c, 'limit') ?? 50),
  }
}

export function askedPlace(c: Context): RolloutPlace {
  const label = c.req.query('label') ?? ''
  const number = (name: string): number => asked(c, name) ?? 0
  return {
    phase: label === '' ? 'train' : 'evaluation',
    label,
    step: number('step'),
    position: number('position'),
    rollout: number('rollout'),
  }
}

export function askedSteps(c: Context): AskedSteps {
  return { from: asked(c, 'from'), to: asked(c, 'to') }
}

function oneOf<Value extends string>(c: Context, name: string, values: readonly Value[]): Value | undefined {
  const text = c.req.query(name) ?? ''
  if (text === '') return undefined
  const value = values.find((each) => each === text)
  if (value === undefined) throw new BadRequest(`${name} must be one of ${values.join(', ')}.`)
  return value
}

function asked(c: Context, name: string, isWhole = true): number | undefined {
  const text = c.req.query(name) ?? ''
  if (text.trim() === '') return undefined
  const value = Number(text)
  const isFine = isWhole ? Number.isSafeInteger(value) && value >= 0 : Number.isFinite(value)
  if (!isFine) throw new BadRequest(`${name} must be ${isWhole ? 'a whole number' : 'a number'}.`)
  return value
}
