/** What `baton demos train` refuses: exit code 2 with a fix, before anything is made. */
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type CommandLine, startCommandLine } from '../src/cli/testing/command-line.ts'
import { writeToyFiles } from '../src/demonstrations/environment/testing/toy-demonstrations.ts'
import { createRun } from '../src/runs/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-demos-inputs-'))
let commands: CommandLine
before(() => {
  commands = startCommandLine()
  writeToyFiles(folder)
  const origin = { configHash: '', seed: 1, datasets: {}, argv: [] }
  for (const kind of ['training', 'collection'] as const)
    createRun({ root: join(folder, 'runs'), name: kind, kind, resolvedYaml: '{}\n', origin }).close()
})
after(() => {
  commands.close()
  rmSync(folder, { recursive: true })
})

const files = ['-d', 'sequences.json', '-e', 'embeddings.safetensors']
const set = (...keys: string[]): string[] => [...files, ...keys.flatMap((key) => ['--set', key])]
const nothingToLearn = set('demonstrations.reward.hardWeight=0', 'demonstrations.reward.softWeight=0')

const cases: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
  [[], /demonstrations needs a collection, or sequences and embeddings/],
  [['-d', 'sequences.json'], /demonstrations needs a collection, or sequences and embeddings/],
  [set('training.imitation.step=1'), /Did you mean training\.imitation\.steps\?/],
  [set('training.rollouts=sampled'), /no answering model can judge new sequences/],
  [set('environment=workflows'), /does not learn environment workflows/],
  [set('training.steps=0', 'training.imitation.steps=0'), /there is nothing to do/],
  [set('policy.pointer.heads=3'), /3 heads, which do not divide/],
  [set('policy.pointer.kind=bi-encoder', 'policy.pointer.freeze=backbone'), /no backbone to freeze/],
  [set('demonstrations.reward.mode=hybrid'), /reads beamScore/],
  [nothingToLearn, /no judged attempts to learn from/],
  [[...nothingToLearn, '--dry-run'], /no judged attempts to learn from/],
  [[...files, '--shots', '7'], /7 shots cannot be picked from a pool of 6/],
  [[...files, '--shots', 'two'], /policy\.maxCompletionTokens must be/],
  [['-d', 'embeddings.safetensors', '-e', 'embeddings.safetensors'], /embeddings\.safetensors/],
  [['-d', 'sequences.json', '-e', 'sequences.json'], /sequences\.json/],
  [['-d', 'nope.json', '-e', 'embeddings.safetensors'], /--data: nope\.json does not exist/],
  [['-d', 'sequences.json', '-e', 'nope'], /--embeddings: nope does not exist/],
  [[...files, '--query-embeddings', 'nope'], /--query-embeddings: nope does not exist/],
  [[...files, '--start', 'nope'], /--start: nope does not exist/],
  [['--collection', 'runs/training'], /runs\/training is a training run, not a collection/],
  [['--resume', 'runs/collection'], /runs\/collection is a collection of demonstrations, not a training run/],
  [['--resume', 'runs/training', '--shots', '3'], /--resume takes its files from the run/],
  [['--resume', 'runs/training', ...files], /--resume takes its files from the run/],
  [['--resume', 'runs/nowhere'], /there is no run runs\/nowhere/],
]

for (const [argv, message] of cases) {
  test(`demos train ${argv.join(' ')}`, async () => {
    const { code, stderr } = await commands.run(folder, ['demos', 'train', ...argv])
    assert.equal(code, 2, stderr)
    assert.match(stderr, message)
    assert.match(stderr, /^error: .*\n(?:- .*\n)* {7}\S/)
    assert.doesNotMatch(stderr, /\n +at |mistake in Baton|undefined/)
    assert.deepEqual(readdirSync(join(folder, 'runs')), ['collection', 'training'])
  })
}
