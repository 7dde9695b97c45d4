/** The configurations of the recipes load, and their lengths fit the context that they name. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../src/config/index.ts'

test('recipes/qwen2.5-7b-workflows: every key is known, prompt and completion fit the context, minibatches divide a step', () => {
  const file = join(import.meta.dirname, '..', 'recipes', 'qwen2.5-7b-workflows', 'config.yaml')
  const { policy, training } = loadConfig({ file }).config
  assert.equal(policy.engine, 'tinker')
  assert.ok(policy.promptMaxTokens + policy.maxCompletionTokens <= policy.tinker.contextLength)
  assert.equal((training.problemsPerStep * training.groupSize) % (training.minibatchSize ?? 1), 0)
})
