/** Builds a family from a kit: an input kind, stages, finals and wording. */
import type { Rng } from '../../../core/random.ts'
import type { Draft, Family } from '../family.ts'
import type { FinalMaker, Stage, StageMaker, Value } from './stage.ts'
import { planTests } from './tests.ts'

interface Kit<V extends Value> {
  readonly family: string
  /** Names of functions, from verbs and nouns that fit the kind. */
  readonly verbs: readonly string[]
  readonly nouns: readonly string[]
  readonly parameter: string
  /** `a list of integers`. */
  readonly takes: readonly string[]
  /** @param at 0-based place in the pipeline. */
  readonly stages: (level: number) => readonly StageMaker<V>[]
  readonly finals: readonly FinalMaker<V>[]
  /** A stage that always comes after the first ones and before `after`: grouping, splitting. */
  readonly middle?: { readonly make: FinalMaker<V>; readonly after: readonly StageMaker<Value>[] }
  /** A random input; `numbers` are those in the stages' keys, for boundary values. */
  readonly input: (rng: Rng, numbers: readonly number[]) => Value
  /** Turns the raw input into the value that the stages work on, and its Python. */
  readonly enter?: {
    readonly apply: (input: Value) => V
    readonly python: (v: string) => string
    readonly phrase: string
    readonly name: string
  }
}

function functionName(rng: Rng, kit: { verbs: readonly string[]; nouns: readonly string[] }): string {
  const tail = rng.integer(3) === 0 ? `_${rng.pick(['then', 'again', 'next', 'all', 'here'])}` : ''
  return `${rng.pick(kit.verbs)}_${rng.pick(kit.nouns)}${tail}`
}

function numbersIn(keys: readonly string[]): number[] {
  return keys.flatMap((key) => (key.match(/-?\d+/g) ?? []).map(Number))
}

/** `a, b and c`, or with `then` between, as a sentence's predicate. */
function predicate(rng: Rng, phrases: readonly string[]): string {
  if (phrases.length === 1) return phrases[0] as string
  const joined = phrases
    .slice(0, -1)
    .map((phrase, i) => (i > 0 && phrases.length > 3 && rng.integer(2) === 0 ? `then ${phrase}` : phrase))
  return `${joined.join(', ')}${rng.integer(2) === 0 ? ' and' : ', and then'} ${phrases[phrases.length - 1]}`
}

function describe(
  rng: Rng,
  kit: { takes: readonly string[]; parameter: string },
  { name, phrases }: { readonly name: string; readonly phrases: readonly string[] },
): string {
  const signature = `\`${name}(${kit.parameter})\``
  const takes = rng.pick(kit.takes)
  const does = predicate(rng, phrases)
  return rng.pick([
    `Write a Python function ${signature} that takes ${takes}, ${does}.`,
    `Write a Python function ${signature}. Given ${takes}, it ${does}.`,
    `Implement the Python function ${signature}: it takes ${takes}, ${does}.`,
    `In Python, define a function ${signature} which receives ${takes}, ${does}.`,
  ])
}

/** `count` stages of different kinds, in random order; fewer where the kit has fewer. */
function distinctStages(rng: Rng, makers: readonly StageMaker<Value>[], count: number): Stage[] {
  const stages: Stage[] = []
  for (const make of rng.shuffle(makers)) {
    if (stages.length >= count) break
    const stage = make(rng)
    if (!stages.some((other) => other.key.split(' ')[0] === stage.key.split(' ')[0])) stages.push(stage)
  }
  return stages
}

export function pipelineFamily<V extends Value>(kit: Kit<V>): Family {
  const make = (rng: Rng, level: number): Draft | null => {
    const plain = kit.finals.filter((final) => final(rng).isPlain === true)
    const telling = kit.finals.filter((final) => final(rng).isPlain !== true)
    const isPlain = plain.length > 0 && (level === 1 || telling.length === 0 || rng.integer(3) === 0)
    const final = rng.pick(isPlain ? plain : telling)(rng) as Stage
    const wanted = level - (isPlain ? 0 : 1)
    const late = kit.middle === undefined || kit.middle.after.length === 0 ? 0 : rng.integer(Math.min(wanted, 2) + 1)
    const before = distinctStages(rng, kit.stages(level) as unknown as readonly StageMaker<Value>[], wanted - late)
    if (before.length < wanted - late) return null
    const after = late > 0 && kit.middle !== undefined ? distinctStages(rng, kit.middle.after, late) : []
    if (after.length < late) return null
    const middle = kit.middle === undefined ? [] : [kit.middle.make(rng) as Stage]
    const stages = [...before, ...middle, ...after, final]
    return draft(rng, kit as unknown as Kit<Value>, { stages, inputCount: 40 + 30 * level })
  }
  return { name: kit.family, type: 'code', make }
}

function draft(
  rng: Rng,
  kit: Kit<Value>,
  { stages, inputCount }: { readonly stages: readonly Stage[]; readonly inputCount: number },
): Draft | null {
  const name = functionName(rng, kit)
  const keys = stages.map((stage) => stage.key)
  const numbers = numbersIn(keys)
  const enter = kit.enter?.apply ?? ((input: Value): Value => input)
  const run =
    (replaced: number, by: (value: Value) => Value) =>
    (input: Value): Value =>
      stages.reduce((value, stage, i) => (i === replaced ? by(value) : stage.apply(value)), enter(input))
  const mistakes = stages.flatMap((stage, i) => [
    ...stage.mistakes.map((mistake) => run(i, mistake)),
    ...(i < stages.length - 1 && kit.middle === undefined ? [run(i, (value) => value)] : []),
  ])
  const inputs = Array.from({ length: inputCount }, () => kit.input(rng, numbers))
  const plan = planTests(rng, name, { inputs, behaviour: { right: run(-1, (value) => value), mistakes } })
  if (plan === null) return null
  const work = kit.enter?.name ?? kit.parameter
  const body = stages.map((stage, i) =>
    i === stages.length - 1 ? `    return ${stage.python(work)}` : `    ${work} = ${stage.python(work)}`,
  )
  const first = kit.enter === undefined ? [] : [`    ${work} = ${kit.enter.python(kit.parameter)}`]
  const phrases = stages.map((stage) => rng.pick(stage.phrases))
  const question = describe(rng, kit, {
    name,
    phrases: kit.enter === undefined || kit.enter.phrase === '' ? phrases : [kit.enter.phrase, ...phrases],
  })
  return {
    question,
    answer: [`def ${name}(${kit.parameter}):`, ...first, ...body].join('\n'),
    parameters: keys,
    entryPoint: name,
    ...plan,
  }
}
