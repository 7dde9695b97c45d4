/** Rules between keys, checked before anything loads: what each key's own range cannot say. */
import { resolve } from 'node:path'
import { type Config, judgeServer } from './schema.ts'
import { rewardsSection } from './sections/rewards.ts'

export interface ConfigProblem {
  readonly message: string
  readonly hint: string
}

/** @param isGiven whether a key was set by anyone (not a default). */
type Rule = (config: Config, isGiven: (key: string) => boolean) => ConfigProblem | null

/** What a reward reads that only a collection measures. */
const readOfCollections: Partial<Record<Config['demonstrations']['reward']['mode'], string>> = {
  hybrid: 'the score of the InfoScore beam',
  hard01_plus_gtprob: 'the probability of the reference answers',
  hard01_plus_gtprob_separated: 'the probability of the reference answers',
  hard_plus_gtprob_plus_rel: 'the probability of the reference answers',
}

/** Calls up to which a right answer beats a wrong one that made none. */
const usualCalls = 10

const rules: readonly Rule[] = [
  function minibatchFitsTheStep({ training }) {
    const rollouts = training.problemsPerStep * training.groupSize
    if (training.minibatchSize === null || training.minibatchSize <= rollouts) return null
    return {
      message: `training.minibatchSize (${training.minibatchSize}) is more than the ${rollouts} rollouts of a step (${training.problemsPerStep} problems x ${training.groupSize}).`,
      hint: `Set training.minibatchSize: ${rollouts} or less, or null for all.`,
    }
  },
  function splitsDiffer({ data }) {
    const named = Object.entries({ validation: data.validation, test: data.test ?? '' })
    const same = named.find(([, path]) => path !== '' && resolve(path) === resolve(data.train))
    if (same !== undefined) {
      return {
        message: `data.train and data.${same[0]} are the same file (${data.train}): the policy would be measured on what it learned from.`,
        hint: `Give data.${same[0]} another file.`,
      }
    }
    if (data.test === null || resolve(data.validation) !== resolve(data.test)) return null
    return {
      message: `data.validation and data.test are the same file (${data.test}): what is reported would have been used to choose.`,
      hint: 'Give data.test another file, or null to report on data.validation.',
    }
  },
  function testSplitHasAFile({ data, evaluation }) {
    if (evaluation.split !== 'test' || data.test !== null) return null
    return {
      message: 'evaluation.split is test, but data.test is not set.',
      hint: 'Set data.test to a file of problems, or evaluation.split: validation.',
    }
  },
  function mixHasAShare({ data }) {
    if (data.mix === null || data.mix.math + data.mix.code + data.mix.qa > 0) return null
    return {
      message: 'data.mix gives every problem type a share of 0.',
      hint: 'Set data.mix: {math: 4, code: 3, qa: 3}, or null.',
    }
  },
  function realServerNamesItsModel({ llm }, isGiven) {
    if (llm.executor.baseUrl === 'simulator' || isGiven('llm.executor.model')) return null
    return {
      message: `llm.executor.baseUrl is ${llm.executor.baseUrl}, but llm.executor.model is not set.`,
      hint: `Set llm.executor.model to a name that the server lists (${llm.executor.baseUrl.replace(/\/$/, '')}/models).`,
    }
  },
  function simulatorIsNotAskedForAModel({ llm }) {
    if (llm.executor.baseUrl !== 'simulator' || llm.executor.model === 'simulator') return null
    return {
      message: `llm.executor.model is ${llm.executor.model}, but llm.executor.baseUrl is the simulator.`,
      hint: 'Set llm.executor.baseUrl to the server that has this model, e.g. http://localhost:8000/v1.',
    }
  },
  function trainingServerNamesItsModel({ policy }) {
    if (policy.engine !== 'tinker' || policy.tinker.baseModel !== '') return null
    return {
      message: `policy.engine is tinker, but policy.tinker.baseModel is not set.`,
      hint: `Set it to a name that ${policy.tinker.baseUrl} lists (npx baton doctor --server ${policy.tinker.baseUrl}).`,
    }
  },
  function attemptsFitTheDeadline({ llm }) {
    const servers = [
      ['llm.executor', llm.executor],
      ['llm.judge', llm.judge],
    ] as const
    const late = servers.find(([, server]) => server.attemptTimeoutMs > server.totalTimeoutMs)
    if (late === undefined) return null
    const [name, server] = late
    return {
      message: `${name}.attemptTimeoutMs (${server.attemptTimeoutMs}) is more than ${name}.totalTimeoutMs (${server.totalTimeoutMs}): no call could use its first try.`,
      hint: `Set ${name}.totalTimeoutMs: ${server.attemptTimeoutMs * server.attempts}.`,
    }
  },
  function faultsLeaveRoom({ llm }) {
    const sum = Object.values(llm.simulator.faults).reduce((total, rate) => total + rate, 0)
    if (sum <= 1 + 1e-9) return null
    return {
      message: `llm.simulator.faults add up to ${Number(sum.toFixed(6))}, above 1.`,
      hint: 'Lower the rates until they add up to 1 at most.',
    }
  },
  function rangeHoldsTheRewards({ rewards }) {
    const [low, high] = rewards.range
    if (low >= high) {
      return {
        message: `rewards.range [${low}, ${high}] is empty.`,
        hint: 'Set rewards.range: [-10, 10], lowest first.',
      }
    }
    if (rewards.wrong < rewards.correct) return null
    return {
      message: `rewards.wrong (${rewards.wrong}) is not below rewards.correct (${rewards.correct}): nothing would speak for right answers.`,
      hint: 'Set rewards.correct: 10 and rewards.wrong: -5.',
    }
  },
  function callPriceLeavesCorrectnessInFront({ rewards }) {
    const { callPrice, correct, wrong } = rewards
    if (correct <= wrong || callPrice * usualCalls < correct - wrong) return null
    return {
      message: `rewards.callPrice (${callPrice}) takes ${Number((callPrice * usualCalls).toFixed(6))} for ${usualCalls} calls, and a right answer is worth ${correct - wrong} more than a wrong one: a right answer with ${usualCalls} calls would not beat a wrong one without any.`,
      hint: `Set rewards.callPrice below ${(correct - wrong) / usualCalls}, e.g. ${(correct - wrong) / (3 * usualCalls)}.`,
    }
  },
  function weightsHaveParts({ rewards }) {
    const { weights, module, preset } = rewards
    if (weights === null || module !== null || (preset !== 'standard' && preset !== 'judge-only')) return null
    return {
      message: `rewards.weights is set, but rewards.preset ${preset} has amounts instead of weights.`,
      hint: 'Set rewards.correct, rewards.wrong, ..., or another rewards.preset.',
    }
  },
  function cispoCapsTheRatioItself({ training: { loss } }) {
    if (loss.type !== 'cispo' || loss.clipHigh >= 1) return null
    return {
      message: `training.loss.type cispo reads training.loss.clipHigh as the largest probability ratio (got ${loss.clipHigh}).`,
      hint: 'Set training.loss.clipHigh: 5, or training.loss.type: cispo_verl, whose clipHigh is a distance from 1.',
    }
  },
  function deltaLiesAboveTheClip({ training: { loss } }) {
    if (loss.twoSidedDelta === null || loss.twoSidedDelta > 1 + loss.clipHigh) return null
    return {
      message: `training.loss.twoSidedDelta (${loss.twoSidedDelta}) must be above 1 + clipHigh (${1 + loss.clipHigh}).`,
      hint: 'Set training.loss.twoSidedDelta: 4, or null.',
    }
  },
  function floorLiesBelowTheCap({ training: { loss } }) {
    if (loss.importanceFloor <= loss.importanceCap) return null
    return {
      message: `training.loss.importanceFloor (${loss.importanceFloor}) is above importanceCap (${loss.importanceCap}).`,
      hint: 'Set training.loss.importanceFloor: 0, or a weight below importanceCap.',
    }
  },
  function engineFitsTheEnvironment({ policy, environment }) {
    const isSelector = policy.engine === 'pointer'
    if (isSelector === (environment === 'demonstrations')) return null
    return {
      message: `policy.engine ${policy.engine} does not learn environment ${environment}.`,
      hint: isSelector
        ? 'Set environment: demonstrations, or another policy.engine.'
        : 'Set policy.engine: pointer with environment: demonstrations, or environment: workflows.',
    }
  },
  function demonstrationsHaveData({ environment, demonstrations, training }) {
    if (environment !== 'demonstrations' || demonstrations.collection !== null) return null
    if (demonstrations.sequences.length === 0 || demonstrations.embeddings === null) {
      return {
        message: 'demonstrations needs a collection, or sequences and embeddings.',
        hint: 'Set demonstrations.collection to the run folder of npx baton demos collect, or give its files.',
      }
    }
    if (training.rollouts === 'collected') return null
    return {
      message: 'training.rollouts is sampled, and without a collection no answering model can judge new sequences.',
      hint: 'Set demonstrations.collection, or training.rollouts: collected.',
    }
  },
  function newAnswersHaveTheReward({ environment, demonstrations, training }) {
    const { mode } = demonstrations.reward
    const read = readOfCollections[mode]
    if (environment !== 'demonstrations' || training.rollouts === 'collected' || read === undefined) return null
    return {
      message: `demonstrations.reward.mode ${mode} reads ${read}, which new sequences (training.rollouts sampled) do not have.`,
      hint: 'Set training.rollouts: collected, or demonstrations.reward.mode: hard_plus_soft.',
    }
  },
  function judgedAttemptsAreGiven({ environment, training }) {
    const { imitation, rollouts } = training
    if (environment === 'demonstrations') {
      if (imitation.from.length === 0) return null
      return {
        message: 'training.imitation.from is given, but environment demonstrations imitates its judged sequences.',
        hint: 'Set training.imitation.from: [], and demonstrations.collection or demonstrations.sequences.',
      }
    }
    if (rollouts === 'collected') {
      return {
        message: `training.rollouts is collected, but environment ${environment} has no attempts that were judged before.`,
        hint: 'Set training.rollouts: sampled. Rollouts of an earlier run can be imitated: training.imitation.from.',
      }
    }
    if (imitation.steps === 0 || imitation.from.length > 0) return null
    return {
      message: 'training.imitation.steps is above 0, but training.imitation.from names nothing to imitate.',
      hint: 'Set training.imitation.from to a run folder, a JSONL file or experts, or training.imitation.steps: 0.',
    }
  },
  function imitationHasALearner({ policy, training }) {
    if (policy.engine !== 'frozen' || training.imitation.steps === 0) return null
    return {
      message: 'policy.engine is frozen, which learns nothing, but training.imitation.steps is above 0.',
      hint: 'Set policy.engine: embedded or tinker, or training.imitation.steps: 0.',
    }
  },
  function earlyEndIsMeasured({ training: { imitation, evaluateEvery } }) {
    if (imitation.steps === 0 || imitation.patience === null) return null
    if ((imitation.evaluateEvery ?? evaluateEvery) > 0 && imitation.heldOut > 0) return null
    return {
      message: `training.imitation.patience is ${imitation.patience}, but the loss on held-out problems is not measured in the course of imitation.`,
      hint: 'Set training.imitation.evaluateEvery: 10 and training.imitation.heldOut: 0.1, or training.imitation.patience: null.',
    }
  },
  function constrainedPolicyIsSampledHere({ policy, environment }) {
    if (policy.constrain === 'none') return null
    const takes = environment === 'workflows' && (policy.engine === 'embedded' || policy.engine === 'frozen')
    if (takes) return null
    return {
      message: `policy.constrain is ${policy.constrain}, which policy.engine ${policy.engine} cannot hold its completions to.`,
      hint: 'Set policy.constrain: none, or policy.engine: embedded or frozen.',
    }
  },
  function constrainedFormIsAskedFor({ policy, workflows }) {
    const { constrain } = policy
    const isAsked = policy.promptStyle === 'full' || policy.engine === 'frozen'
    const form = constrain === 'plan' ? 'plan' : 'program'
    if (constrain === 'none' || !isAsked || workflows.form === form) return null
    return {
      message: `policy.constrain is ${constrain}, but the policy is asked for a ${workflows.form} (workflows.form).`,
      hint: `Set workflows.form: ${form}, or policy.constrain: ${constrain === 'plan' ? 'grammar' : 'plan'}.`,
    }
  },
  function somethingIsTrained({ training }) {
    if (training.steps + training.imitation.steps > 0) return null
    return {
      message: 'training.steps and training.imitation.steps are both 0: there is nothing to do.',
      hint: 'Set one of them to 1 or more.',
    }
  },
  function adapterIsOfTheEmbeddedEngine({ policy }) {
    if (policy.lora.rank === 0 || policy.engine === 'embedded') return null
    return {
      message: `policy.lora.rank is ${policy.lora.rank}, but policy.engine ${policy.engine} does not train that adapter.`,
      hint:
        policy.engine === 'tinker'
          ? 'Set policy.tinker.loraRank, and policy.lora.rank: 0.'
          : 'Set policy.engine: embedded, or policy.lora.rank: 0.',
    }
  },
  function generatorIsNamed({ policy }) {
    if (policy.engine !== 'frozen' || policy.frozen.model !== '') return null
    return {
      message: 'policy.engine is frozen, but policy.frozen.model is not set.',
      hint: `Set policy.frozen.model to a name that the server lists (${policy.frozen.baseUrl.replace(/\/$/, '')}/models).`,
    }
  },
]

/** Every rule that the configuration breaks. */
export function brokenRules(config: Config, isGiven: (key: string) => boolean): ConfigProblem[] {
  return rules.flatMap((rule) => rule(config, isGiven) ?? [])
}

/** Settings that are allowed and worth a word. */
export function remarks(config: Config): string[] {
  const { policy, training, llm } = config
  const notes: string[] = []
  if (policy.topP < 1) {
    notes.push(`policy.topP is ${policy.topP}: below 1 the importance ratios of the training are biased.`)
  }
  if (training.steps > 0 && training.warmupSteps >= training.steps) {
    notes.push(
      `training.warmupSteps (${training.warmupSteps}) is not below training.steps (${training.steps}): the learning rate never stays at its full value.`,
    )
  }
  const unused = unusedAmounts(config)
  if (unused.length > 0) {
    const { module, preset } = config.rewards
    const own = module === null ? `rewards.preset ${preset}` : 'rewards.module'
    notes.push(`${own} has amounts of its own: ${unused.join(', ')} have no effect.`)
  }
  if (training.maxCostUsd !== null && isFreeSimulator(llm.executor) && isFreeSimulator(judgeServer(llm))) {
    notes.push('training.maxCostUsd has nothing to limit: the simulator costs nothing.')
  }
  return notes
}

/** Amounts that were changed and that the composition does not read. */
function unusedAmounts({ rewards }: Config): string[] {
  const { preset, module } = rewards
  if (module === null && (preset === 'standard' || preset === 'judge-only')) return []
  const { preset: _, module: __, moduleTimeoutMs: ___, weights: ____, ...amounts } = rewards
  const defaults: Readonly<Record<string, unknown>> = rewardsSection.parse({})
  return Object.entries(amounts)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name]))
    .map(([name]) => `rewards.${name}`)
}

/** A price may be set for the simulator too, to try a budget out. */
function isFreeSimulator(server: ReturnType<typeof judgeServer>): boolean {
  const priceUsd = (server.inputPerMillionUsd ?? 0) + (server.outputPerMillionUsd ?? 0)
  return server.baseUrl === 'simulator' && priceUsd === 0
}

/** Environment variables that hold API keys and are not set. */
export function missingVariables(
  config: Config,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigProblem[] {
  const named = [
    ['llm.executor', config.llm.executor.apiKeyEnvironment],
    ['llm.judge', judgeServer(config.llm).apiKeyEnvironment],
    ['policy.frozen', config.policy.engine === 'frozen' ? config.policy.frozen.apiKeyEnvironment : null],
    ['policy.tinker', config.policy.engine === 'tinker' ? config.policy.tinker.apiKeyEnvironment : null],
  ] as const
  const missing = named.filter(([, name]) => name !== null && !environment[name])
  return [...new Map(missing.map(([server, name]) => [name, server]))].map(([name, server]) => ({
    message: `${server}.apiKeyEnvironment names ${name}, which is not set in the environment.`,
    hint: `Set it (export ${name}=...), or set ${server}.apiKeyEnvironment: null for a server that wants no key.`,
  }))
}
