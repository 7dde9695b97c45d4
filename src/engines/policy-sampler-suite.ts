/** The suite that every `PolicySampler` passes: engines and their snapshots. */
import assert from 'node:assert/strict'
import { hashKey } from '../core/random.ts'
import { assertRejectsWith, type ContractSubject, sharedContractOf } from '../testing/contract.ts'
import type { PolicySampler, SampleRequest, Tokenizer } from './policy-engine.ts'

export type SamplerPart = 'sampling' | 'keys' | 'greedy' | 'truncation' | 'log-probs' | 'context' | 'abort'

/** What an engine takes as prompts and completions; without one any ordinary tokens are. */
export interface PromptSource {
  readonly tokenizer: Tokenizer
  readonly sequences?: {
    /** Another, and a longer one, for a larger `index`. */
    prompt(index: number): number[]
    /** Of the prompt of that index. */
    completion(index: number, length: number): number[]
  }
}

export interface SamplerScene extends PromptSource {
  readonly sampler: PolicySampler
  readonly contextLength: number
}

export const sampling = { maxTokens: 8, temperature: 1, topP: 1 }

export function policySamplerContract(subject: ContractSubject<SamplerPart, SamplerScene>): void {
  const check = sharedContractOf(subject)

  check('sampling', 'a completion ends with the end of text or at the token limit', async (scene) => {
    const groups = await scene.sampler.sample([request(scene, 0, 6)], sampling)
    assert.equal(groups[0]?.length, 6)
    for (const { tokens, logprobs, stopReason } of groups.flat()) {
      assert.equal(tokens.length, logprobs.length)
      assert.ok(logprobs.every((logprob) => logprob <= 0))
      const ended = tokens.indexOf(scene.tokenizer.endOfTextId)
      if (stopReason === 'stop') assert.equal(ended, tokens.length - 1)
      else assert.deepEqual([ended, tokens.length], [-1, sampling.maxTokens])
    }
  })

  check('sampling', 'no requests give no groups, and a count of 0 an empty one', async (scene) => {
    assert.deepEqual(await scene.sampler.sample([], sampling), [])
    const groups = await scene.sampler.sample([request(scene, 0, 0), request(scene, 1, 1)], sampling)
    assert.deepEqual(
      groups.map(({ length }) => length),
      [0, 1],
    )
  })

  check('sampling', 'completions are the same alone, in company, in another order and again', async (scene) => {
    const { sampler } = scene
    const requests = [request(scene, 0, 2), request(scene, 1, 3), request(scene, 2, 1)]
    const together = await sampler.sample(requests, sampling)
    assert.deepEqual(await sampler.sample(requests, sampling), together)
    const tokensOf = (groups: typeof together) => groups.map((group) => group.map(({ tokens }) => tokens))
    assert.deepEqual(
      tokensOf(await sampler.sample([requests[1] as SampleRequest], sampling)),
      tokensOf(together.slice(1, 2)),
    )
    const reversed = await sampler.sample(requests.toReversed(), sampling)
    assert.deepEqual(tokensOf(reversed.toReversed()), tokensOf(together))
    const atOnce = await Promise.all(requests.map((one) => sampler.sample([one], sampling)))
    assert.deepEqual(tokensOf(atOnce.flat()), tokensOf(together))
  })

  check('keys', 'another key draws another completion, and the i-th completion has its own key', async (scene) => {
    const { sampler } = scene
    const [one, two] = await sampler.sample([request(scene, 0, 4, 'one'), request(scene, 0, 4, 'two')], sampling)
    assert.notDeepEqual(one, two)
    assert.equal(new Set(one?.map(({ tokens }) => tokens.join())).size, 4)
    const [fewer] = await sampler.sample([request(scene, 0, 2, 'one')], sampling)
    assert.deepEqual(
      fewer?.map(({ tokens }) => tokens),
      one?.slice(0, 2).map(({ tokens }) => tokens),
    )
  })

  check('keys', 'seeds that are the hashes of keys draw what the keys draw', async (scene) => {
    const keyed = request(scene, 0, 3)
    const seeds = [0, 1, 2].map((i) => hashKey([...keyed.key, i]))
    const seeded = { ...keyed, key: ['another'], seeds }
    assert.deepEqual(await scene.sampler.sample([seeded], sampling), await scene.sampler.sample([keyed], sampling))
  })

  check('greedy', 'temperature 0 takes the same tokens whatever the key', async (scene) => {
    const requests = [request(scene, 0, 3), request(scene, 0, 1, 'another')]
    const groups = await scene.sampler.sample(requests, { ...sampling, temperature: 0 })
    assert.equal(new Set(groups.flat().map(({ tokens }) => tokens.join())).size, 1)
  })

  check('truncation', 'one candidate, by top_k or by a small top_p, is the greedy one', async (scene) => {
    const tokensWith = async (options: { temperature: number; topP: number; topK?: number }) =>
      (await scene.sampler.sample([request(scene, 0, 2)], { ...sampling, ...options }))[0]?.map(({ tokens }) => tokens)
    const greedy = await tokensWith({ temperature: 0, topP: 1 })
    assert.deepEqual(await tokensWith({ temperature: 1, topP: 1, topK: 1 }), greedy)
    assert.deepEqual(await tokensWith({ temperature: 1, topP: 1e-6 }), greedy)
  })

  check('log-probs', 'log-probs of sampled tokens are those that it computes of given ones', async (scene) => {
    const requests = [request(scene, 0, 3), request(scene, 1, 3)]
    const groups = await scene.sampler.sample(requests, sampling)
    const flat = groups.flatMap((group, i) =>
      group.map((sampled) => ({ sampled, prompt: (requests[i] as SampleRequest).prompt })),
    )
    const scored = await scene.sampler.logprobs(
      flat.map(({ prompt, sampled }) => ({ prompt, completion: sampled.tokens })),
    )
    assert.equal(scored.length, flat.length)
    flat.forEach(({ sampled }, i) => {
      assertClose(scored[i] ?? [], sampled.logprobs, 1e-4)
    })
    assert.deepEqual(await scene.sampler.logprobs([]), [])
  })

  check('context', 'prompts that are empty or do not fit are refused with their length', async (scene) => {
    const { sampler, contextLength } = scene
    const withPrompt = (length: number) => [{ prompt: ordinaryTokens(scene.tokenizer, length, 0), count: 1, key: [0] }]
    await assert.rejects(sampler.sample(withPrompt(0), sampling), { code: 'context-length', message: /0 tokens/ })
    const tooLong = sampler.sample(withPrompt(contextLength), sampling)
    await assert.rejects(tooLong, { code: 'context-length', message: new RegExp(`${contextLength} tokens`) })
    const [group] = await sampler.sample(withPrompt(contextLength - 2), sampling)
    assert.ok((group?.[0]?.tokens.length ?? 9) <= 2, 'a completion ends where the context does')
  })

  check('abort', 'an aborted call rejects with the reason and leaves the sampler usable', async (scene) => {
    const { sampler } = scene
    const reason = new Error('enough')
    const requests = [request(scene, 0, 2)]
    await assertRejectsWith(sampler.sample(requests, sampling, AbortSignal.abort(reason)), reason)
    const controller = new AbortController()
    const many = [request(scene, 0, 16), request(scene, 1, 16), request(scene, 2, 16)]
    const running = sampler.sample(many, { ...sampling, maxTokens: 60 }, controller.signal)
    controller.abort(reason)
    await assertRejectsWith(running, reason)
    assert.equal((await sampler.sample(requests, sampling)).length, 1)
  })
}

/** A prompt of ordinary tokens, longer for a larger `index`. */
export function request(
  { tokenizer, sequences }: PromptSource,
  index: number,
  count: number,
  key = 'contract',
): SampleRequest {
  const prompt = sequences?.prompt(index) ?? ordinaryTokens(tokenizer, 3 + 4 * index, index)
  return { prompt, count, key: [key, index] }
}

export function ordinaryTokens(
  { vocabularySize, endOfTextId, padId }: Tokenizer,
  count: number,
  start: number,
): number[] {
  const special = [endOfTextId, padId]
  const first = special.includes(0) || special.includes(1) ? Math.max(...special) + 1 : 0
  const ordinary = first === 0 ? Math.min(...special) : vocabularySize - first
  return Array.from({ length: count }, (_, i) => first + ((start * 13 + i * i + 5 * i) % ordinary))
}

export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number))
    assert.ok(difference <= tolerance, `item ${i}: ${actual[i]} and ${expected[i]} differ by ${difference}`)
  }
}
