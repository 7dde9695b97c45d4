import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { BatonError } from '../core/failure.ts'
import { locateInput } from './input-files.ts'
import { describeConfig } from './keys.ts'
import { type LoadConfigOptions, loadConfig } from './load.ts'
import { otherNames } from './other-names.ts'
import { presetNames } from './presets.ts'
import { judgeServer } from './schema.ts'
import { defaultConfig } from './testing/default-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-config-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function refusal(options: LoadConfigOptions): BatonError {
  try {
    loadConfig(options)
  } catch (error) {
    assert.ok(error instanceof BatonError, String(error))
    assert.equal(error.boundary, 'config')
    assert.equal(error.exitCode, 2)
    return error
  }
  throw new assert.AssertionError({ message: `accepted: ${JSON.stringify(options)}` })
}

test('the value that a fix names is the one in force: of the file, else of the preset, else the default', () => {
  const set = ['training.steps=lots']
  const over = file('in-force.yaml', 'training:\n  steps: 9\n')
  assert.equal(refusal({ set }).hint, 'Set training.steps: 60.')
  assert.equal(refusal({ preset: 'quickstart', set }).hint, 'Set training.steps: 100.')
  assert.equal(refusal({ preset: 'quickstart', file: over, set }).hint, 'Set training.steps: 9.')
})

describe('layers', () => {
  test('without layers every value is the default and says so', () => {
    const { config, origin } = loadConfig()
    assert.deepEqual(config, defaultConfig())
    assert.deepEqual(new Set(Object.values(origin)), new Set(['default']))
  })

  test('a file lies over the preset and --set lies over both, each value knowing where it came from', () => {
    const path = file('over.yaml', 'seed: 7\ntraining:\n  groupSize: 6\n  steps: 9\n')
    const { config, origin } = loadConfig({ preset: 'tiny', file: path, set: ['training.steps=5', 'training.steps=4'] })
    assert.equal(config.training.problemsPerStep, 4)
    assert.equal(config.training.groupSize, 6)
    assert.equal(config.training.steps, 4)
    assert.match(origin['training.problemsPerStep'] ?? '', /^preset tiny, line \d+$/)
    assert.equal(origin['training.groupSize'], 'over.yaml, line 3')
    assert.equal(origin['training.steps'], '--set')
    assert.equal(origin['training.iterations'], 'default')
  })

  test('values of --set are YAML', () => {
    const set = ['data.mix={math: 4, qa: 3}', 'rewards.range=[-1, 1]', 'training.minibatchSize=null', 'run.name=a-1']
    const { config } = loadConfig({ set })
    assert.deepEqual(config.data.mix, { math: 4, code: 0, qa: 3 })
    assert.deepEqual(config.rewards.range, [-1, 1])
    assert.equal(config.training.minibatchSize, null)
    assert.equal(config.run.name, 'a-1')
  })

  test('an empty section means no keys', () => {
    assert.deepEqual(loadConfig({ file: file('empty.yaml', 'training:\npolicy:\n') }).config, defaultConfig())
  })

  test('every preset loads without a note', () => {
    const data: Readonly<Record<string, readonly string[]>> = {
      demonstrations: ['demonstrations.collection=runs/c'],
      imitate: ['training.imitation.from=[experts]'],
    }
    for (const preset of presetNames()) {
      assert.deepEqual(loadConfig({ preset, set: data[preset] ?? [] }).notes, [], preset)
    }
  })

  test('a loaded configuration cannot be changed', () => {
    const { config } = loadConfig()
    assert.throws(() => Object.assign(config.training.loss, { clipLow: 1 }), TypeError)
  })
})

describe('the resolved configuration', () => {
  test('saved and loaded again is the same configuration with the same hash', () => {
    const numbers = fc.record({
      seed: fc.nat(2 ** 32 - 1),
      learningRate: fc.double({ min: 1e-12, max: 1, noNaN: true }),
      groupSize: fc.integer({ min: 2, max: 64 }),
      train: fc.string({ minLength: 1 }).filter((path) => path !== 'data/problems/validation.jsonl'),
      mix: fc.option(fc.record({ math: fc.integer({ min: 1, max: 9 }), code: fc.nat(9), qa: fc.nat(9) })),
    })
    fc.assert(
      fc.property(numbers, ({ seed, learningRate, groupSize, train, mix }) => {
        const text = stringify({ seed, training: { learningRate, groupSize }, data: { train, mix } })
        const first = loadConfig({ file: file('any.yaml', text) })
        const again = loadConfig({ file: file('resolved.yaml', first.resolvedYaml) })
        assert.deepEqual(again.config, first.config)
        assert.equal(again.hash, first.hash)
        assert.equal(again.resolvedYaml, first.resolvedYaml)
      }),
      { numRuns: 40 },
    )
  })

  test('the hash follows the settings and not the name or place of the run', () => {
    const { hash } = loadConfig()
    assert.match(hash, /^sha256:[0-9a-f]{64}$/)
    assert.equal(loadConfig({ set: ['run.name=x', 'run.folder=elsewhere'] }).hash, hash)
    assert.notEqual(loadConfig({ set: ['training.learningRate=1e-3'] }).hash, hash)
  })
})

describe('what is wrong is said with place and fix', () => {
  test('an unknown key names file, line and the nearest known key', () => {
    const error = refusal({ file: file('my.yaml', '# comment\n\ntraining:\n  steps: 3\n  groupSizee: 4\n') })
    assert.equal(error.message, 'training.groupSizee is not a known key (my.yaml, line 5).')
    assert.equal(error.hint, 'Did you mean training.groupSize?')
  })

  test('an unknown key is found under another section, in another case, shortened, or by its name in another trainer', () => {
    const meant = { groupSize: 'training.groupSize', 'training.group_size': 'training.groupSize' }
    const others = { 'training.loss.klCoef': 'training.loss.klCoefficient', num_generations: 'training.groupSize' }
    for (const [key, ours] of Object.entries({ ...meant, ...others })) {
      assert.equal(refusal({ set: [`${key}=4`] }).hint, `Did you mean ${ours}?`)
    }
    const misspelt = {
      'adam.beta1': 'training.adam.beta1',
      'executor.model': 'llm.executor.model',
      'llm.baseUrl': 'llm.executor.baseUrl',
      'trainig.steps': 'training.steps',
      'data.mix.maths': 'data.mix.math',
      strategy_model: 'policy.tinker.baseModel',
      lr: 'training.learningRate',
    }
    for (const [key, ours] of Object.entries(misspelt)) {
      assert.equal(refusal({ set: [`${key}=4`] }).hint, `Did you mean ${ours}?`)
    }
    const here = (theirs: string, ours: string): string =>
      `Did you mean ${theirs}, a key of other trainers? Here it is ${ours}.`
    const theirs = { strategy_modell: 'strategy_model', kl_loss_coeff: 'kl_loss_coef', reward_weight: 'reward_weights' }
    for (const [key, other] of Object.entries(theirs)) {
      assert.equal(refusal({ set: [`${key}=4`] }).hint, here(other, otherNames[other] ?? ''))
    }
    assert.equal(refusal({ set: ['zzz=4'] }).hint, 'docs/config.md lists every key.')
    assert.equal(refusal({ set: ['__proto__.x=4'] }).code, 'unknown-key')
  })

  test('any misspelling by one letter of any key is answered with that key', () => {
    const keys = describeConfig().filter(
      ({ key }) => key.length >= 5 && key.slice(key.lastIndexOf('.') + 1).length >= 4,
    )
    fc.assert(
      fc.property(fc.constantFrom(...keys), ({ key }) => {
        assert.equal(refusal({ set: [`${key}x=1`] }).hint, `Did you mean ${key}?`)
      }),
    )
  })

  test('a value out of range says what it must be, what it was and where', () => {
    const error = refusal({ file: file('range.yaml', 'training:\n  groupSize: 1\n') })
    assert.match(
      error.message,
      /^training\.groupSize must be a whole number from 2 to 4096 \(got 1; range\.yaml, line 2\)\. /,
    )
    assert.equal(error.hint, 'Set training.groupSize: 8.')
  })

  test('a value of the wrong type or choice is refused by name', () => {
    assert.match(
      refusal({ set: ['training.steps=many'] }).message,
      /training\.steps must be a whole number.*got "many"/,
    )
    assert.match(refusal({ set: ['training.loss.type=ppo'] }).message, /one of `grpo`, `bnpo`.*got "ppo"/)
    assert.match(refusal({ set: ['training=5'] }).message, /training must be a section/)
    assert.match(refusal({ set: ['llm.executor.baseUrl=localhost'] }).message, /`simulator` or an address/)
    assert.match(refusal({ set: ['rewards.range=[1]'] }).message, /list of 2 numbers/)
  })

  test('of a wrong value the one that was meant is named, and accepted', () => {
    const meant = {
      'llm.executor.baseUrl=localhost:8002': 'http://localhost:8002/v1',
      'llm.judge.baseUrl=Executor': 'executor',
      'policy.tinker.baseUrl=localhost:10610/api/v1': 'http://localhost:10610',
      'llm.executor.apiKeyEnvironment=${MY_KEY}': 'MY_KEY',
      'run.name=../evil': 'evil',
      'run.name=a b': 'a-b',
      'run.name=con.txt': 'run-con.txt',
      'policy.promptStyle=Ful': 'full',
      'training.loss.type=dr-grpo': 'dr_grpo',
      'data.skipBadRows=yes': 'true',
      'data.mix=4:3:3': '{math: 4, code: 3, qa: 3}',
      'data.mix=[4, 3, 3]': '{math: 4, code: 3, qa: 3}',
      'data.mix=math=4,qa=1': '{math: 4, qa: 1}',
      'data.mix=none': 'null',
      'rewards.range=-10..10': '[-10, 10]',
      'rewards.range=20 to -20': '[-20, 20]',
      'training.steps=1,000': '1000',
      'training.steps=60 steps': '60',
      'training.steps=2.6': '3',
      'training.maxCostUsd=$5': '5',
      'training.maxUnscorableRate=30%': '0.3',
      'training.maxUnscorableRate=30': '0.3',
      'llm.executor.attemptTimeoutMs=2 min': '120000',
      'sandbox.memoryMb=1GB': '1024',
      'llm.simulator.faults=emptycontent=0.1': '{emptyContent: 0.1}',
    }
    for (const [setting, value] of Object.entries(meant)) {
      const key = setting.slice(0, setting.indexOf('='))
      assert.equal(refusal({ set: [setting] }).hint, `Set ${key}: ${value}.`)
      const model = key === 'llm.executor.baseUrl' ? ['llm.executor.model=m'] : []
      assert.doesNotThrow(() => loadConfig({ set: [`${key}=${value}`, ...model] }), setting)
    }
  })

  test('a text that looks like a number needs quotes, a file is not a list, and a pattern is a text', () => {
    assert.equal(refusal({ set: ['run.name=7'] }).hint, `Write --set 'run.name="7"' for a text.`)
    assert.match(refusal({ set: ['data.train=[a.jsonl, b.jsonl]'] }).hint ?? '', /cat a\.jsonl b\.jsonl > c\.jsonl/)
    assert.equal(loadConfig({ set: ['data.train=*.jsonl'] }).config.data.train, '*.jsonl')
    assert.match(refusal({ file: file('alias.yaml', 'data:\n  train: *.jsonl\n') }).message, /alias\.yaml: .*alias/)
  })

  test('what may be a key in an address is refused and not repeated', () => {
    for (const address of ['https://api.example.com/v1?key=abc', 'https://me:abc@host/v1', 'me:abc@host:80']) {
      const { code, message, hint } = refusal({ set: [`llm.executor.baseUrl=${address}`] })
      assert.equal(code, 'secret-in-config')
      assert.ok(!`${message} ${hint}`.includes('abc'))
    }
  })

  test('several mistakes are told at once', () => {
    const error = refusal({ set: ['training.steps=-1', 'training.groupSize=1'] })
    assert.match(error.message, /^2 things/)
    assert.match(error.message, /training\.steps.*\n.*training\.groupSize/)
  })

  test('malformed YAML names the line', () => {
    assert.match(refusal({ file: file('bad.yaml', 'seed: 1\ntraining: [1\n') }).message, /^bad\.yaml, line \d+: /)
    assert.match(refusal({ file: file('twice.yaml', 'seed: 1\nseed: 2\n') }).message, /^twice\.yaml, line 2: .*unique/)
    assert.equal(refusal({ file: file('list.yaml', '- 1\n') }).code, 'not-a-mapping')
    assert.equal(refusal({ file: join(folder, 'absent.yaml') }).code, 'missing-file')
    assert.equal(refusal({ preset: 'nope' }).hint, 'Take one of: demonstrations, imitate, quickstart, tiny.')
    assert.equal(refusal({ set: ['seed'] }).code, 'malformed-setting')
  })
})

describe('rules between keys', () => {
  const broken: readonly (readonly [setting: string, pattern: RegExp])[] = [
    ['training.minibatchSize=129', /minibatchSize \(129\) is more than the 128 rollouts/],
    ['data.validation=./data/problems/train.jsonl', /the same file/],
    ['data.mix={math: 0}', /share of 0/],
    ['llm.executor.baseUrl=http://localhost:8000/v1', /llm\.executor\.model is not set/],
    ['llm.executor.model=gpt-oss-120b', /baseUrl is the simulator/],
    ['llm.judge.totalTimeoutMs=1000', /llm\.judge\.attemptTimeoutMs/],
    ['llm.simulator.faults={emptyContent: 0.6, reset: 0.6}', /add up to 1\.2/],
    ['rewards.range=[5, 5]', /is empty/],
    ['rewards.wrong=11', /not below rewards\.correct/],
    ['rewards.callPrice=1.5', /takes 15 for 10 calls, and a right answer is worth 15 more/],
    ['rewards={callPrice: 1, wrong: 0}', /takes 10 for 10 calls, and a right answer is worth 10 more/],
    ['training.loss.type=cispo', /largest probability ratio/],
    ['training.loss.twoSidedDelta=1.1', /above 1 \+ clipHigh/],
    ['training.loss.importanceFloor=4', /above importanceCap \(3\)/],
    ['training.rollouts=collected', /rollouts is collected, but environment workflows has no attempts/],
    ['training.imitation.steps=2', /imitation\.steps is above 0, but training\.imitation\.from names nothing/],
    ['training.imitation={steps: 2, from: [x], patience: 2, evaluateEvery: 0}', /held-out problems is not measured/],
    ['training.imitation={steps: 2, from: [x], patience: 2, heldOut: 0}', /held-out problems is not measured/],
    ['training.steps=0', /there is nothing to do/],
    ['policy={constrain: grammar, engine: tinker, tinker: {baseModel: m}}', /engine tinker cannot hold/],
    ['policy={constrain: plan, promptStyle: full}', /asked for a program/],
    [
      'policy={engine: frozen, frozen: {model: m}, lora: {rank: 8}}',
      /policy\.lora\.rank is 8, but policy\.engine frozen/,
    ],
  ]
  for (const [setting, pattern] of broken) {
    test(`${setting} is refused with a fix`, () => {
      const error = refusal({ set: [setting] })
      assert.equal(error.code, 'conflict')
      assert.match(error.message, pattern)
      assert.ok(error.hint)
    })
  }

  const collection = 'demonstrations.collection=runs/c'
  const files = ['demonstrations.sequences=[a.json]', 'demonstrations.embeddings=e.npy']
  const brokenSelectors: readonly (readonly [set: readonly string[], pattern: RegExp])[] = [
    [[], /needs a collection, or sequences and embeddings/],
    [files.slice(0, 1), /needs a collection, or sequences and embeddings/],
    [files, /without a collection no answering model can judge/],
    [[collection, 'policy.engine=embedded'], /policy\.engine embedded does not learn environment demonstrations/],
    [[collection, 'environment=workflows', 'training.imitation.steps=0'], /policy\.engine pointer does not learn/],
    [[collection, 'training.steps=0', 'training.imitation.steps=0'], /are both 0/],
    [[collection, 'training.imitation.from=[runs/x]'], /demonstrations imitates its judged sequences/],
    [[collection, 'demonstrations.reward.mode=hybrid'], /hybrid reads the score of the InfoScore beam/],
    [[collection, 'demonstrations.reward.mode=hard01_plus_gtprob'], /reads the probability of the reference/],
    [[collection, 'demonstrations.reward.mode=hard_plus_gtprob_plus_rel'], /reads the probability of the reference/],
  ]
  for (const [set, pattern] of brokenSelectors) {
    test(`a selector with ${set.join(' ') || 'no data'} is refused with a fix`, () => {
      const error = refusal({ preset: 'demonstrations', set })
      assert.equal(error.code, 'conflict')
      assert.match(error.message, pattern)
      assert.ok(error.hint)
    })
  }

  test('a selector may be trained on a collection or its files, by imitation or GRPO alone', () => {
    const collected = 'training.rollouts=collected'
    for (const set of [
      [collection],
      [...files, collected],
      [collection, collected, 'demonstrations.reward.mode=hybrid'],
      [collection, 'training.steps=0'],
      [collection, 'training.imitation.steps=0'],
    ]) {
      assert.doesNotThrow(() => loadConfig({ preset: 'demonstrations', set }))
    }
  })

  test('weights of rewards have names of their own, also in the saved configuration', () => {
    const set = ['rewards.preset=tiers', 'rewards.weights={correctness: 0.8}']
    const { config, resolvedYaml } = loadConfig({ preset: 'tiny', set })
    assert.deepEqual(config.rewards.weights, { correctness: 0.8 })
    assert.match(resolvedYaml, /weights:\n\s+correctness: 0\.8/)
  })

  test('the edge of each rule is allowed', () => {
    const set = [
      'training.minibatchSize=128',
      'llm.simulator.faults={emptyContent: 0.5, reset: 0.5}',
      'training.loss.twoSidedDelta=1.21',
      'rewards.callPrice=1.49',
      'llm.executor.baseUrl=http://localhost:8000/v1',
      'llm.executor.model=simulator',
    ]
    assert.doesNotThrow(() => loadConfig({ set }))
  })

  test('settings with a side effect are allowed and remarked upon', () => {
    const set = ['policy.topP=0.9', 'training.steps=2', 'training.maxCostUsd=1']
    assert.equal(loadConfig({ set }).notes.length, 3)
    const priced = [...set, 'llm.executor.inputPerMillionUsd=1']
    assert.equal(loadConfig({ set: priced }).notes.length, 2, 'a price is something to limit')
  })
})

describe('API keys', () => {
  test('a key in the configuration is refused, and the message does not repeat it', () => {
    const secret = 'sk-very-secret-123'
    const settings = ['llm.executor.apiKey', 'llm.judge.api_key', 'llm.executor.apiKeyEnvironment', 'llm.token']
    for (const error of settings.map((key) => refusal({ set: [`${key}=${secret}`] }))) {
      assert.equal(error.code, 'secret-in-config')
      assert.ok(!`${error.message}${error.hint}`.includes(secret))
      assert.match(error.hint ?? '', /apiKeyEnvironment: MY_API_KEY/)
    }
    assert.equal(refusal({ set: ['llm.executor.baseUrl=https://me:pass@host/v1'] }).code, 'secret-in-config')
  })

  test('a variable that is not set is found before anything starts', () => {
    const set = ['llm.executor.apiKeyEnvironment=MY_KEY']
    assert.match(refusal({ set, environment: {} }).message, /names MY_KEY, which is not set/)
    assert.doesNotThrow(() => loadConfig({ set, environment: { MY_KEY: 'x' } }))
    assert.doesNotThrow(() => loadConfig({ set }))
  })
})

describe('the judge', () => {
  test('takes server, model, key and prices from the executor unless told otherwise', () => {
    const executor = ['llm.executor.baseUrl=http://a/v1', 'llm.executor.model=m', 'llm.executor.apiKeyEnvironment=K']
    const same = judgeServer(loadConfig({ set: [...executor, 'llm.executor.inputPerMillionUsd=2'] }).config.llm)
    assert.deepEqual([same.baseUrl, same.model, same.apiKeyEnvironment], ['http://a/v1', 'm', 'K'])
    assert.deepEqual([same.temperature, same.inputPerMillionUsd], [0, 2])
    const other = judgeServer(
      loadConfig({ set: [...executor, 'llm.judge.baseUrl=http://b/v1', 'llm.judge.model=j'] }).config.llm,
    )
    assert.deepEqual([other.baseUrl, other.model, other.apiKeyEnvironment], ['http://b/v1', 'j', null])
  })
})

describe('inputs', () => {
  test('are found in the working folder or among what ships, and named by key when missing', () => {
    assert.equal(locateInput('data.train', file('rows.jsonl', '{}')), join(folder, 'rows.jsonl'))
    assert.ok(locateInput('policy.model', 'package.json').endsWith('package.json'))
    assert.throws(() => locateInput('data.train', 'no/such.jsonl'), /data\.train: no\/such\.jsonl does not exist/)
  })
})
