import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/index.ts'
import { loadProblems } from '../../src/datasets/index.ts'
import { chosenWorkflow, parseWorkflowTable } from '../../src/workflows/index.ts'
import { profileOf, skillsFingerprint } from './profile-of.ts'

const root = join(import.meta.dirname, '..', '..')
const path = join(root, 'data', 'problems', 'best-workflows.json')
const { config } = loadConfig({ preset: 'quickstart' })
const problemsOf = (split: string) =>
  loadProblems(join(root, 'data', 'problems', `${split}.jsonl`), { skipBadRows: false })

test('every shipped problem has a profile, and each family of a type has one profile alone', async () => {
  const profiles = new Map<string, string>()
  for (const split of ['train', 'test']) {
    for (const problem of (await problemsOf(split)).problems) {
      const profile = profileOf(problem)
      assert.notEqual(profile, 'unknown', problem.id)
      assert.equal(profiles.get(problem.source) ?? profile, profile, problem.source)
      profiles.set(problem.source, profile)
    }
  }
})

test('the fingerprint of the skills follows the problems that it is of', async () => {
  const { problems } = await problemsOf('validation')
  const whole = skillsFingerprint(problems)
  assert.equal(skillsFingerprint(problems), whole)
  assert.notEqual(skillsFingerprint(problems.slice(1)), whole)
})

test('the shipped table of best workflows fits the problems, the skills and the price, and knows every test problem', {
  skip: existsSync(path) ? false : 'no table is shipped yet',
}, async () => {
  const table = parseWorkflowTable(readFileSync(path, 'utf8'))
  const train = await problemsOf('train')
  assert.equal(table.problems, train.fingerprint)
  assert.equal(table.skills, skillsFingerprint(train.problems), 'the skills changed: npm run best-workflows')
  assert.equal(table.callPrice, config.rewards.callPrice)
  for (const problem of (await problemsOf('test')).problems) assert.ok(chosenWorkflow(table, problem), problem.id)
})
