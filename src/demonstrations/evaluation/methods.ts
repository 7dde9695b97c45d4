/**
 * The methods of an evaluation: who chooses the demonstrations of each question. All but retrieval choose from the
 * question's own pool. Sequences are given as the prompt shows them: what was picked first comes last, next to the
 * question.
 */
import { BatonError } from '../../core/failure.ts'
import { randomFor } from '../../core/random.ts'
import type { PointerEngine } from '../../engines/pointer/index.ts'

/** A question of the evaluation with its pool, as ids. */
export interface PooledQuestion {
  readonly id: string
  /** Ids of the demonstrations it may be shown; never its own. */
  readonly pool: readonly string[]
}

export interface Method {
  readonly name: string
  /** Whether it shows anything: a method without demonstrations is asked once, whatever the shots. */
  readonly hasDemonstrations: boolean
  /** @returns by question the ids in prompt order; null where the method has nothing for a question. */
  choose(shots: number, signal?: AbortSignal): Promise<readonly (readonly string[] | null)[]>
}

export function zeroShot(questions: readonly PooledQuestion[]): Method {
  return { name: 'zero-shot', hasDemonstrations: false, choose: async () => questions.map(() => []) }
}

/** Uniform draws without replacement, keyed by (seed, question): k shots begin with those of k - 1. */
export function randomDemonstrations(questions: readonly PooledQuestion[], seed: number): Method {
  return {
    name: 'random',
    hasDemonstrations: true,
    choose: async (shots) =>
      questions.map(({ id, pool }) => {
        refuseTooMany(shots, pool.length, id)
        const rng = randomFor(seed, 'random-demonstrations', id)
        return rng.shuffle(pool).slice(0, shots).reverse()
      }),
  }
}

/**
 * The same demonstrations for every question: those of `ids`, in order, that the question is not itself.
 * @param ids one more than the shots, in case one is the question.
 */
export function fixedDemonstrations(questions: readonly PooledQuestion[], ids: readonly string[]): Method {
  return {
    name: 'fixed',
    hasDemonstrations: true,
    choose: async (shots) =>
      questions.map(({ id }) => {
        const others = ids.filter((candidate) => candidate !== id)
        refuseTooMany(shots, others.length, id)
        return others.slice(0, shots)
      }),
  }
}

/** Retrieval (RICES): the most similar of the whole index, the most similar one last. @param ranked best first. */
export function similarDemonstrations(
  questions: readonly PooledQuestion[],
  ranked: readonly (readonly string[])[],
): Method {
  return {
    name: 'similar',
    hasDemonstrations: true,
    choose: async (shots) =>
      questions.map(({ id }, i) => {
        const others = (ranked[i] ?? []).filter((candidate) => candidate !== id)
        refuseTooMany(shots, others.length, id)
        return others.slice(0, shots).reverse()
      }),
  }
}

/** A sequence that was collected and judged. */
export interface CollectedSequence {
  /** In prompt order. */
  readonly demonstrations: readonly string[]
  readonly score: number
}

/** After the fact the best collected sequence of each question: an upper end that holds luck, no headroom. */
export function oracle(
  questions: readonly PooledQuestion[],
  collected: ReadonlyMap<string, readonly CollectedSequence[]>,
): Method {
  return {
    name: 'oracle',
    hasDemonstrations: true,
    choose: async (shots) =>
      questions.map(({ id }) => {
        const fitting = (collected.get(id) ?? []).filter(({ demonstrations }) => demonstrations.length === shots)
        const best = fitting.reduce<CollectedSequence | null>(
          (found, sequence) => (found === null || sequence.score > found.score ? sequence : found),
          null,
        )
        return best === null ? null : best.demonstrations
      }),
  }
}

/** The greedy sequence of a selector, which knows the questions and their pools by their ids. */
export function selectorMethod(
  name: string,
  questions: readonly PooledQuestion[],
  engine: Pick<PointerEngine, 'sample' | 'tokenizer'>,
): Method {
  return {
    name,
    hasDemonstrations: true,
    async choose(shots, signal) {
      const requests = questions.map(({ id, pool }) => {
        refuseTooMany(shots, pool.length, id)
        return { prompt: engine.tokenizer.promptOf(id, pool), count: 1, key: [id] }
      })
      const groups = await engine.sample(requests, { maxTokens: shots, temperature: 0, topP: 1 }, signal)
      return groups.map(([completion]) => engine.tokenizer.idsOf(completion?.tokens ?? []).reverse())
    },
  }
}

function refuseTooMany(shots: number, available: number, id: string): void {
  if (shots <= available) return
  throw new BatonError(`question ${id} has ${available} demonstrations to choose from, too few for ${shots} shots.`, {
    boundary: 'dataset',
    code: 'shots-exceed-pool',
    hint: 'Ask for fewer shots, or build larger pools.',
  })
}
