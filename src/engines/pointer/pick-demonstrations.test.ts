import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatonError } from '../../core/failure.ts'
import type { TokenSequence } from '../policy-engine.ts'
import { leastShots, pointerArchitecture } from './architecture.ts'
import type { PointerEngine } from './create-pointer-engine.ts'
import { type PooledQuery, pickPromptTokens } from './pick-tokens.ts'
import { logSoftmax, plackettLuce } from './plackett-luce.ts'
import { referenceScores } from './testing/reference-network.ts'
import {
  openToy,
  toyArchitectures,
  toyParameters,
  toyPrompts,
  toyQueries,
  toyTables,
  toyTokens,
} from './testing/toy-selectors.ts'

const stop = toyTokens.candidates
const sampling = { maxTokens: 2, temperature: 1, topP: 1 }

/** Every completion that the selector could choose. */
function allCompletions([, ...pool]: readonly number[], shots: number, stopAfter: number): number[][] {
  let unfinished: number[][] = [[]]
  const finished: number[][] = []
  for (let step = 0; step < shots; step++) {
    const next: number[][] = []
    for (const picks of unfinished) {
      for (const choice of pool) if (!picks.includes(choice)) next.push([...picks, choice])
      if (picks.length >= stopAfter) finished.push([...picks, stop])
    }
    unfinished = next
  }
  return [...finished, ...unfinished]
}

const sum = (list: ArrayLike<number>): number => Array.from(list).reduce((a, b) => a + b, 0)

/** By prompt and completion the log-probs of its tokens. */
function allLogprobs(
  engine: PointerEngine,
  prompts: readonly (readonly number[])[],
  shots: number,
): Promise<Map<string, Float32Array>[]> {
  const stopAfter = leastShots(engine.architecture)
  return Promise.all(
    prompts.map(async (prompt) => {
      const completions = allCompletions(prompt, shots, stopAfter)
      const logprobs = await engine.logprobs(completions.map((completion) => ({ prompt, completion })))
      return new Map(completions.map((completion, i) => [completion.join(), logprobs[i]!]))
    }),
  )
}

for (const [name, architecture] of Object.entries(toyArchitectures)) {
  test(`the probabilities of all completions add up to 1, and those drawn carry theirs: ${name}`, async (t) => {
    const engine = await openToy(t, architecture)
    const prompts = toyPrompts([4, 5, 5])
    const known = await allLogprobs(engine, prompts, 3)
    const pairs = await allLogprobs(engine, prompts, 2)
    for (const logprobs of [...known, ...pairs]) {
      const total = sum([...logprobs.values()].map((list) => Math.exp(sum(list))))
      assert.ok(Math.abs(total - 1) < 1e-5, `they add up to ${total}`)
    }
    const requests = prompts.map((prompt, i) => ({ prompt, count: 6, key: ['draws', i] }))
    const [drawn, beams, greedy, narrow] = [
      await engine.sample(requests, { ...sampling, maxTokens: 3 }),
      await engine.beam(requests, 2),
      await engine.sample(requests, { ...sampling, temperature: 0 }),
      await engine.beam(
        prompts.map((prompt) => ({ prompt, count: 1 })),
        2,
      ),
    ]
    for (const [lists, possible] of [
      [drawn, known],
      [beams, pairs],
    ] as const) {
      lists.forEach((list, q) => {
        assert.equal(list.length, 6)
        for (const { tokens, logprobs, stopReason } of list) {
          const expected = possible[q]!.get(tokens.join())
          assert.ok(expected !== undefined, `${tokens.join()} could not be chosen`)
          assert.equal(logprobs.length, tokens.length)
          logprobs.forEach((logprob, step) => {
            assert.ok(Math.abs(logprob - expected[step]!) < 2e-6)
          })
          assert.equal(stopReason, tokens.at(-1) === stop ? 'stop' : 'length')
        }
      })
    }
    // As wide as the pool, a beam of two steps misses nothing: it has the likeliest of all, in order.
    beams.forEach((list, q) => {
      const best = [...pairs[q]!.values()].map(sum).sort((a, b) => b - a)
      list.forEach(({ logprobs }, place) => {
        assert.ok(Math.abs(sum(logprobs) - best[place]!) < 4e-6)
      })
      assert.equal(new Set(list.map(({ tokens }) => tokens.join())).size, list.length)
    })
    greedy.forEach((list, q) => {
      for (const { tokens } of list) assert.deepEqual(tokens, narrow[q]![0]!.tokens)
      const first = [...pairs[q]!].map(([completion, logprobs]) => [completion, logprobs[0]!] as const)
      const likeliest = first.reduce((best, one) => (one[1] > best[1] ? one : best))
      assert.equal(String(list[0]!.tokens[0]), likeliest[0].split(',')[0])
    })
  })
}

/** log-probs of every first pick, one list a prompt in the order of its pool. */
async function firstLogprobs(engine: PointerEngine, prompts: readonly (readonly number[])[]): Promise<number[][]> {
  const sequences = prompts.flatMap((prompt) => prompt.slice(1).map((token) => ({ prompt, completion: [token] })))
  const logprobs = await engine.logprobs(sequences)
  return prompts.map(({ length }) => logprobs.splice(0, length - 1).map(([logprob]) => logprob!))
}

test('scores are those of the network in float64, whatever else is in the batch and however pools are padded', async (t) => {
  const architecture = toyArchitectures['pointer network, two layers and heads']
  const engine = await openToy(t, architecture)
  const queries = toyQueries([6, 3, 17, 6, 6, 6, 16, 2])
  // More prompts than one batch holds, one of them a pool in another order.
  queries.push({ ...queries[0]!, pool: queries[0]!.pool.toReversed() })
  const prompts = queries.map((query) => pickPromptTokens(toyTokens, query))
  const references = queries.map((query) =>
    referenceScores(architecture, toyParameters(architecture), toyTables(), query),
  )
  const first = await firstLogprobs(engine, prompts)
  references.forEach((scores, q) => {
    assert.equal(first[q]!.length, scores.length)
    logSoftmax(scores, () => true).forEach((value, k) => {
      assert.ok(Math.abs(value - first[q]![k]!) < 2e-5)
    })
  })
  const pairs = prompts.map((prompt): TokenSequence => ({ prompt, completion: [prompt[2]!, prompt[1]!] }))
  const together = await engine.logprobs(pairs)
  for (const [q, pair] of pairs.entries()) {
    const [alone] = await engine.logprobs([pair])
    assert.ok(Math.abs(sum(alone!) - sum(together[q]!)) < 2e-6)
    assert.ok(Math.abs(plackettLuce(references[q]!, [1, 0]) - sum(alone!)) < 2e-5)
  }
})

test('equal candidates make a uniform policy: a pair has loss ln K + ln(K - 1)', async (t) => {
  const tables = toyTables()
  const { rows, width } = tables.candidates
  rows.forEach((_, i) => {
    rows[i] = rows[i % width]!
  })
  const [prompt] = toyPrompts([8])
  for (const architecture of [
    toyArchitectures['pointer network, two layers and heads'],
    toyArchitectures['bi-encoder'],
  ]) {
    const engine = await openToy(t, architecture, { tables })
    const [logprobs] = await engine.logprobs([{ prompt: prompt!, completion: [prompt![4]!, prompt![6]!] }])
    assert.ok(Math.abs(-sum(logprobs!) - (Math.log(8) + Math.log(7))) < 1e-5)
  }
})

for (const name of [
  'pointer network with gate',
  'pointer network with recurrent cell, step embeddings, likeness penalty and STOP',
  'language model',
] as const) {
  test(`samples depend on key and prompt alone: ${name}`, async (t) => {
    const engine = await openToy(t, toyArchitectures[name])
    const prompts = toyPrompts([6, 6, 6])
    const draw = async (list: typeof prompts, round: string): Promise<string[]> => {
      const requests = list.map((prompt) => ({ prompt, count: 5, key: [1, round, prompt[0]!] }))
      return (await engine.sample(requests, sampling)).map((group) => JSON.stringify(group.map(({ tokens }) => tokens)))
    }
    const all = await draw(prompts, 'round 1')
    assert.deepEqual((await draw(prompts.toReversed(), 'round 1')).toReversed(), all)
    assert.deepEqual(await draw([prompts[1]!], 'round 1'), [all[1]!])
    assert.notDeepEqual(await draw(prompts, 'round 2'), all)
  })
}

test('draws follow the probabilities of their temperature, and carry its log-probs', async (t) => {
  const engine = await openToy(t, toyArchitectures['pointer network with gate'])
  const prompts = toyPrompts([4])
  const [first] = await firstLogprobs(engine, prompts)
  for (const temperature of [1, 3]) {
    // Scores are log-probs plus a number, which the softmax takes away again.
    const expected = logSoftmax(
      first!.map((logprob) => logprob / temperature),
      () => true,
    )
    const requests = [{ prompt: prompts[0]!, count: 5000, key: ['frequencies'] }]
    const [group] = await engine.sample(requests, { ...sampling, maxTokens: 1, temperature })
    const counts = [0, 0, 0, 0]
    for (const { tokens, logprobs } of group!) {
      const place = prompts[0]!.indexOf(tokens[0]!) - 1
      assert.ok(Math.abs(logprobs[0]! - expected[place]!) < 1e-5)
      counts[place]! += 1
    }
    // Four standard deviations of a share of 5,000 draws are at most 0.028.
    counts.forEach((count, place) => {
      assert.ok(Math.abs(count / 5000 - Math.exp(expected[place]!)) < 0.028)
    })
  }
})

test('a pool that is used up ends the completion', async (t) => {
  const engine = await openToy(t, toyArchitectures['pointer network with gate'])
  const [prompt] = toyPrompts([3])
  const [group] = await engine.sample([{ prompt: prompt!, count: 2, key: [1] }], { ...sampling, maxTokens: 5 })
  for (const { tokens, stopReason } of group!) {
    assert.deepEqual(tokens.toSorted(), prompt!.slice(1).toSorted())
    assert.equal(stopReason, 'length')
  }
})

test('what cannot be picked is refused with the fix', async (t) => {
  const gated = await openToy(t, toyArchitectures['pointer network with gate'])
  const language = await openToy(t, toyArchitectures['language model'])
  const stopping = await openToy(
    t,
    toyArchitectures['pointer network with recurrent cell, step embeddings, likeness penalty and STOP'],
  )
  const [prompt] = toyPrompts([3])
  const [, a, b, c] = prompt as [number, number, number, number]
  const other = Array.from({ length: stop }, (_, row) => row).find((row) => ![a, b, c].includes(row))!
  const refused = async (work: Promise<unknown>, pattern: RegExp): Promise<void> => {
    await assert.rejects(
      work,
      (error) => error instanceof BatonError && error.hint !== undefined && pattern.test(error.message),
      String(pattern),
    )
  }
  const scoring = (engine: PointerEngine, completion: number[], given: readonly number[] = prompt!) =>
    engine.logprobs([{ prompt: given, completion }])
  await refused(scoring(gated, [a, b, c, other]), /4 shots cannot be picked from a pool of 3/)
  await refused(scoring(gated, [a, a]), /picks a demonstration twice/)
  await refused(scoring(gated, [a, other]), /not in its pool of 3/)
  await refused(scoring(gated, [a, stop]), /stops where it may not/)
  await refused(scoring(stopping, [stop]), /stops where it may not/)
  await refused(scoring(stopping, [a, stop, b]), /stops where it may not/)
  const query: PooledQuery = { query: 0, pool: [0, 1] }
  const given = (change: Partial<PooledQuery>): number[] => pickPromptTokens(toyTokens, { ...query, ...change })
  await refused(scoring(gated, [0], given({ query: 99 })), /does not begin with a query/)
  await refused(scoring(gated, [0], [0, 1]), /does not begin with a query/)
  await refused(scoring(gated, [0], given({ pool: [] })), /has no pool/)
  await refused(scoring(gated, [0], given({ pool: [0, 99] })), /something else than demonstrations/)
  await refused(scoring(gated, [0], given({ pool: [0, 1, 0] })), /a demonstration twice in its pool/)
  await refused(
    language.sample([{ prompt: toyPrompts([12])[0]!, count: 1, key: [1] }], { ...sampling, maxTokens: 9 }),
    /made for 8 shots \(got 9\)/,
  )
  assert.throws(() => gated.tokenizer.promptOf('q99', ['d0']), /query q99 has no embedding/)
  assert.throws(() => gated.tokenizer.promptOf('q0', ['d0', 'd99']), /demonstration d99 of query q0 has no embedding/)
})

test('a selector for other embeddings is refused when it is opened', async (t) => {
  const wide = pointerArchitecture({ inputWidth: 16, hiddenWidth: 8 })
  await assert.rejects(openToy(t, wide), /embeddings have 12 numbers, the selector takes 16/)
  const small = { ...toyArchitectures['language model'], indexRows: 39 }
  await assert.rejects(openToy(t, small), /the index has 40 rows, the language model knows 39/)
})
