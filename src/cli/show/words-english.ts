/** What `baton show` says, in English. */
import type { Language } from '../../reports/index.ts'

export const showEnglish = {
  language: 'en' as Language,
  /** Between the items of a list. */
  separator: ', ',
  /** Between the parts of a sentence. */
  comma: ', ',
  columns: {
    step: 'step',
    evaluation: 'evaluation',
    problems: 'problems',
    problem: 'problem',
    type: 'type',
    rollout: 'rollout',
    reward: 'reward',
    mean: 'mean',
    deviation: 'deviation',
    right: 'right',
    mixed: 'mixed',
    failures: 'failures',
    failure: 'what went wrong',
    teaches: 'teaches',
    time: 'time',
  },
  of: (part: number, all: number) => `${part} of ${all}`,
  underWay: 'not whole',
  noTraining: 'No training step has rollouts.',
  eventsSince: 'what comes after these:',
  lookCloser: 'look closer:',
  more: (count: number, command: string) => `${count} more: ${command}`,
  earlier: (count: number) => `${count} earlier`,
  lessons: {
    signal: 'signal: right and wrong answers are mixed',
    spread: (areRight: boolean, parts: string) =>
      `spread alone: all ${areRight ? 'right' : 'wrong'}, rewards differ by ${parts}`,
    'no-spread': 'nothing: all rewards are equal',
    'too-few': 'nothing: fewer than two rewards',
  },
  kinds: {
    none: (kind: string) => `No rollout has a failure of the kind ${kind}.`,
    noFailures: 'No rollout failed.',
    found: (shown: number, all: number, kind: string) =>
      `${shown === all ? all : `${shown} of ${all}`} ${all === 1 ? 'rollout' : 'rollouts'} of the kind ${kind}`,
    there: (list: string) => `The kinds that there are: ${list}`,
  },
  group: {
    title: (problem: string, type: string, place: string) => `${problem} (${type}), ${place}`,
    step: (step: number) => `step ${step}`,
    evaluation: (label: string, step: number) => `evaluation ${label} at step ${step}`,
    from: 'from',
    source: (source: string, difficulty: number) => `${source}, difficulty ${difficulty}`,
    result: 'result',
    resultText: (right: string, mean: string, deviation: string) =>
      `${right} right, mean ${mean}, deviation ${deviation}`,
    equalRewards: (count: number, all: number, reward: string) => `${count} of ${all} have the reward ${reward}`,
    teaches: 'teaches',
    failures: 'failures',
    advantage: 'advantage',
    question: 'question',
    answer: 'reference',
    notShown: (reason: string) => `question and reference answer are not shown: ${reason}`,
  },
  /** How rewards become advantages, by `training.advantages.scale`. */
  scales: {
    group: (epsilon: string) => `(reward − mean of the group) / (deviation of the group + ${epsilon})`,
    batch: (epsilon: string) => `(reward − mean of the group) / (deviation of all rewards of the step + ${epsilon})`,
    none: () => 'reward − mean of the group, not divided',
    rloo: () => 'reward − mean of the other rollouts of the group',
  },
  rollout: {
    one: (rollout: number) => `rollout ${rollout}`,
    several: (list: string, count: number) => `rollouts ${list} (x${count})`,
    verdict: 'verdict',
    answer: 'answer',
    reward: 'reward',
    advantage: 'advantage',
    failure: 'failure',
    repairs: 'repaired',
    repair: (kind: string, line: number) => `${kind} (line ${line})`,
    calls: 'calls',
    callsText: (calls: number, cost: string, operators: string) => `${calls}, ${cost}: ${operators}`,
    noOperator: 'no operator',
    program: 'program',
    /** Of a selector, in the place of a program. */
    picks: 'picked',
    callsAlone: (calls: number, cost: string) => `${calls}, ${cost}`,
    marks: '- as written, + as run',
    nothing: 'nothing',
  },
  advantage: {
    notYet: 'none yet: the step is not whole',
    recordedAlone: (value: string) => `${value}, as recorded`,
    zero: {
      unscorable: '0: it could not be scored',
      alone: '0: fewer than two rollouts have a reward',
      'no-spread': '0: all rewards are equal',
    },
    baselines: {
      'group-mean': 'mean',
      'mean-of-others': 'mean of the others',
    },
    difference: (reward: string, baseline: string, value: string) => `reward ${reward} − ${baseline} ${value}`,
    divided: (difference: string, deviation: string) => `(${difference}) / deviation ${deviation}`,
    recorded: (value: string) => `(recorded: ${value}, with other settings)`,
  },
  calls: {
    title: (rollout: string) => `calls of ${rollout}`,
    none: 'no call was made',
    fallback: (operator: string) => `${operator} of the fallback workflow`,
    judge: 'judge',
    asked: 'asked',
    reasoning: 'thought',
    answered: 'answered',
    failed: 'failed',
    took: (tokensIn: string, tokensOut: string, time: string, cost: string) =>
      `${tokensIn} tokens in, ${tokensOut} out, ${time}, ${cost}`,
    attempts: (count: number) => `, ${count} attempts`,
    unrecorded: (count: number) =>
      `${count} ${count === 1 ? 'call has' : 'calls have'} no record: broken off, or made by an older version`,
    /** In place of the question within a prompt. */
    question: '[question]',
  },
}

export type ShowWords = typeof showEnglish
