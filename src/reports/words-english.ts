/** The report's words in English. */
import { type DifferenceReading, equalMargin } from '../core/difference-reading.ts'
import { grouped } from '../core/grouped.ts'
import type { JudgeTrialRecord } from '../core/run-events.ts'
import type { Language } from './language.ts'
import type { SettingName, SettingSentence } from './settings.ts'

type SettingTexts = Readonly<Record<SettingSentence, (...values: string[]) => string>>

const margin = `${equalMargin * 100} point`

export interface AgainstHull {
  readonly who: string
  readonly calls: string
  readonly accuracy: string
  readonly hull: string
  readonly points: string
  readonly interval: string
  readonly n: number
}

const againstHull = ({ who, calls, accuracy, hull, points, interval, n }: AgainstHull): string =>
  `${who}: ${accuracy} with ${calls} calls a problem. With as many calls fixed workflows, one for each type, reach ${hull}: ${points} points [${interval}], n = ${n}.`

function measuredProblems(isTrainedOn: boolean): string {
  return isTrainedOn ? 'problems that it is trained on' : 'held-out problems'
}

export const reportEnglish = {
  language: 'en' as Language,
  title: (name: string) => `Training report: ${name}`,
  /** Between the items of a list. */
  separator: ', ',
  /** Between two sentences. */
  space: ' ',
  questionText: (isTrainedOn: boolean) =>
    `Does GRPO teach the policy to write workflows that solve more of the ${measuredProblems(isTrainedOn)}?`,
  frozenQuestion: 'How good are the workflows that the generator writes, one by one and as the best of a group?',
  setUp: 'Set-up',
  setUpText: (steps: number, planned: number, perStep: string) =>
    `${steps} of ${planned} steps of ${perStep} rollouts (problems × rollouts of each).`,
  /** @param split `test problems` */
  measuredText: (isTrainedOn: boolean, problems: string, split: string) =>
    isTrainedOn
      ? `Measured on problems that the policy is trained on: ${problems}. What it does on problems that it has not seen is not known.`
      : `Measured on ${split} (${problems}), which the policy is never trained on.`,
  /** `180 math` */
  count: (count: number, what: string) => `${count} ${what}`,
  /** `math: Programmer 81 %, Test 0 %` */
  listed: (name: string, list: string) => `${name}: ${list}`,
  allSettings: 'All settings',
  settings: {
    policy: 'policy',
    executor: 'executor',
    judge: 'judge',
    problems: 'problem files (fingerprint)',
    step: 'rollouts a step',
    loss: 'loss',
    learningRate: 'learning rate',
    rewards: 'rewards',
    time: 'time in steps',
    seed: 'seed',
    versions: 'versions',
    configuration: 'configuration hash',
  } satisfies Record<SettingName, string> as Record<SettingName, string>,
  settingTexts: {
    simulator: () => 'simulator (offline, not a language model)',
    server: (model, address) => `${model} at ${address}`,
    sameServer: (model) => `${model} (server of the executor)`,
    sameAsExecutor: () => 'the same as the executor',
    policy: (model, engine) => `${model} (${engine})`,
    frozen: (model, address) => `${model} at ${address} (frozen)`,
    loss: (type, scale, kl) => `${type}, advantages: ${scale}, KL ${kl}`,
    time: (all, rollouts, updates) => `${all} (rollouts ${rollouts}, updates ${updates})`,
  } satisfies SettingTexts as SettingTexts,
  types: {} as Record<string, string>,
  changed: 'Settings that were changed when the run was resumed:',
  changesFrom: (step: number, list: string) => `from step ${step}: ${list}`,
  settingChange: (key: string, to: string, from: string, isForced: boolean) =>
    `${key} ${to} (was ${from})${isForced ? ', forced: the steps before and after are not comparable' : ''}`,
  listSeparator: '; ',
  yes: (points: string, interval: string, n: number) =>
    `Yes: ${points} points against the warm start [${interval}], paired by problem, n = ${n}.`,
  no: (points: string, interval: string, n: number) =>
    `No, it got worse: ${points} points against the warm start [${interval}], paired by problem, n = ${n}.`,
  equal: (points: string, interval: string, n: number) =>
    `Equal: ${points} points against the warm start, and the whole interval [${interval}] lies within ${margin} of 0; paired by problem, n = ${n}.`,
  cannotTell: (points: string, interval: string, n: number) =>
    `Cannot tell: ${points} points against the warm start, and the interval [${interval}] includes 0; paired by problem, n = ${n}.`,
  /**
   * @param detectable in points; null where it is above 100.
   * @param needed problems that would show the difference of so many points; null where it is next to 0.
   */
  power: (n: number, detectable: string | null, difference: string, needed: string | null) =>
    `${grouped(n)} problem${n === 1 ? '' : 's'} ${detectable === null ? `${n === 1 ? 'is' : 'are'} too few to show any difference` : `can show ${detectable} points`}${needed === null ? '' : `; ${difference} points would need ${needed}`}.`,
  unfinished: (steps: number, planned: number) =>
    `No result yet: the run is at step ${steps} of ${planned} and has no last evaluation.`,
  notMeasured: (steps: number, folder: string) =>
    `Not measured: all ${steps} steps are done, and no evaluation was made at their end. Measure it: npx baton eval ${folder}.`,
  nothingScored: (samples: number) =>
    `Nothing could be scored: of the ${grouped(samples)} answer${samples === 1 ? '' : 's'} of the last evaluation none has a verdict (n = 0). The failures below say why.`,
  nothingInCommon:
    'Nothing to compare: no problem of the last evaluation could also be scored before the training (n = 0).',
  soFar: (label: string, points: string, interval: string, n: number) =>
    `So far (\`${label}\`): ${points} points against the warm start [${interval}], paired by problem, n = ${n}.`,
  bestOfN: (n: number, single: string, best: string) =>
    `Nothing was trained. One workflow solves ${single}; the best of ${n}, chosen by the reward, which has seen the reference answer, ${best}: an upper bound of what choosing can give.`,
  goOn: 'Go on with:',
  fixed: {
    more: (points: string, interval: string) =>
      `The trained policy is above the best fixed workflow of each type that a search found: ${points} points [${interval}].`,
    less: (points: string, interval: string) =>
      `The trained policy is below the best fixed workflow of each type that a search found: ${points} points [${interval}].`,
    equal: (points: string, interval: string) =>
      `The trained policy equals the best fixed workflow of each type that a search found: ${points} points, and the whole interval [${interval}] lies within ${margin} of 0.`,
    'cannot-tell': (points: string, interval: string) =>
      `Above or below the best fixed workflow of each type that a search found? Cannot tell: ${points} points, and the interval [${interval}] includes 0.`,
  } satisfies Record<DifferenceReading, unknown>,
  comparison: (isTrainedOn: boolean): string => (isTrainedOn ? 'Accuracy on training problems' : 'Held-out accuracy'),
  noEvaluation: 'No evaluation has been recorded.',
  comparisonNote: (split: string) =>
    `Share of problems solved, its 95 % interval in points (the samples of one problem are one cluster), and n, the problems that could be scored. ${split}`,
  comparisonSource: (rows: string) =>
    `Source: evaluations ${rows} of this run. All ran the same problems with the same random draws. Calls are those of the workflow that the executor answered, tokens theirs, in and out; the judge's are not counted. A dash: not measured.`,
  differences: 'Differences in points, paired by problem',
  differencesNote: `95 % Bonett-Price intervals. “Equal”: the whole interval lies within ${margin} of 0. “Cannot tell”: it includes 0 and is wider than that. Nothing is corrected for looking at several types.`,
  minus: (a: string, b: string) => `${a} − ${b}`,
  reading: { more: 'more', less: 'less', equal: 'equal', 'cannot-tell': 'cannot tell' } satisfies Record<
    DifferenceReading,
    string
  >,
  fixedFound: 'The best fixed workflows, searched on training problems',
  workflow: 'workflow',
  found: 'solved in the search',
  meanOfReward: 'mean reward',
  candidates: 'candidates',
  who: 'policy or workflow',
  type: 'type',
  all: 'all',
  tokensPerProblem: 'tokens a problem',
  cost: 'cost a problem',
  unscorable: 'unscorable',
  labels: {
    before: 'warm start',
    'best-fixed': 'best fixed workflow per type',
    'fixed:overall': 'best fixed workflow for all',
    'fixed:oracle': 'oracle',
    after: 'trained policy',
  } as Record<string, string>,
  /** Shown before the verdict: greedy is what is deployed and needs no word. */
  decodedBy: { greedy: '', sampled: 'Sampled, greedy was not measured before and after. ' },
  otherGain: (decoding: string, points: string, interval: string, n: number) =>
    `The same policies ${decoding}: ${points} points [${interval}], paired by problem, n = ${n}.`,
  decodings: { greedy: 'greedy', sampled: 'sampled' },
  frontier: 'Accuracy against calls',
  callsPerProblem: 'calls a problem',
  solvedShare: 'problems solved',
  hullName: 'within reach of fixed workflows',
  againstHull: {
    more: (facts: AgainstHull) => `${againstHull(facts)} The policy is above them.`,
    less: (facts: AgainstHull) => `${againstHull(facts)} The policy is below them.`,
    equal: (facts: AgainstHull) => `${againstHull(facts)} They are equal within 1 point.`,
    'cannot-tell': (facts: AgainstHull) => `${againstHull(facts)} These problems cannot tell which is better.`,
  },
  frontierNote:
    'Calls are those of the operators to the executor; the judge’s do not count. The line is the upper hull of fixed workflows, one for each type of problem, and of draws between two such choices, on the same problems. As a maximum over measurements it lies rather too high. Interval of the difference: paired bootstrap over problems. The oracle takes, for each family and difficulty, the workflow with the highest reward on training problems.',
  frontierParts: 'The fixed workflows that the frontier is made of',
  policyAt: (step: number) => `policy at step ${step}`,
  curves: 'Curves',
  curvesNote: (window: number) =>
    `${window > 1 ? `Reward, accuracy and groups of the training are means of ${window} steps. ` : ''}Bands are 95 % intervals over problems (not rollouts: those of one problem are alike). Evaluations are points; the thin line between them only joins them. Every point is a line of \`metrics.jsonl\`. A policy loss near 0 is normal: with one update a step the ratio is 1 and the advantages add up to 0.`,
  reward: 'Reward of the training rollouts',
  meanReward: 'mean',
  rewardParts: 'Reward by part',
  judgeTrial: ({ right, wrong }: Pick<JudgeTrialRecord, 'right' | 'wrong'>) =>
    `Before the first step the judge was tried on answers to the run's own problems: it called ${wrong.true} of ${wrong.true + wrong.false} wrong ones true and ${right.false} of ${right.true + right.false} right ones false.`,
  /** Each with wrong answers called true, and right answers called false. */
  judgeCalibrated: (
    pairs: number,
    [judgeTrue, judgeFalse]: readonly [string, string],
    [decidedTrue, decidedFalse]: readonly [string, string],
  ) =>
    `It was calibrated on ${pairs} labelled pairs: ${judgeTrue} of the wrong answers called true, ${judgeFalse} of the right ones called false; with exact scorers first ${decidedTrue} and ${decidedFalse}.`,
  judgeCorrected: (measured: string, corrected: string) =>
    `The last accuracy, ${measured}, corrected for these errors (Rogan and Gladen): ${corrected}.`,
  stepReward: 'of each step',
  accuracy: 'Accuracy over the training, with 95 % intervals',
  accuracyTrain: 'training problems',
  /** By split; the path of a file stays as it is. */
  splits: { train: 'training problems', validation: 'validation problems', test: 'test problems' } as Record<
    string,
    string
  >,
  fixedLine: (value: string) => `best fixed workflow per type, ${value}`,
  faults: 'Workflows with faults',
  invalid: 'not valid as written',
  fallback: 'could not run',
  violations: 'broke a rule',
  unscorableRate: 'could not be scored',
  signal: 'Groups by what they teach',
  mixed: 'mixed: signal',
  allGood: 'all right',
  allBad: 'all wrong',
  costCurve: 'Cost of the training rollouts so far (USD)',
  callsCurve: 'LLM calls that the rollouts of a step made',
  entropy: 'Entropy (nats a token)',
  kl: 'KL to the warm start (nats a token)',
  gradient: 'Norm of the gradient, before clipping',
  length: 'Length of the completions (tokens)',
  callsPerWorkflow: 'Calls of a workflow to the executor',
  sharesOver: (type: string) => `Operators over the training: ${type}`,
  step: 'step',
  learned: 'What was learned',
  otherwise: 'What changed',
  operatorsHeldOut: (isTrainedOn: boolean) => `Operators called for the ${measuredProblems(isTrainedOn)}`,
  learnedNote: (before: string, after: string) =>
    `Shares of the operators that the policy's own workflows called. Source: evaluations \`${before}\` and \`${after}\`; over the training, the rollouts of each step.`,
  /** Beside the name of a problem type. */
  ofProblems: (type: string, n: number) => `${type} (n = ${n})`,
  warned: (titles: string) => `Warnings: ${titles}. See “What went wrong”.`,
  was: (operator: string, now: string, before: string) => `${operator} ${now} (was ${before})`,
  choices: 'Operators called for problems of each family',
  /** @param fewest problems of a family from which on its operators say something; null where no two families have them. */
  choicesNote: (fewest: number | null) =>
    `Share of the workflows that call the operator (full colour: all of them). ${fewest === null ? '' : `Families of one type, of at least ${fewest} problems each, that get different operators suggest that the policy reads the problem. `}Source: the rollouts of the evaluations above.`,
  commonestTitle: 'The commonest workflow for each family',
  commonest: (when: string) => `commonest workflow ${when}`,
  source: 'family',
  solved: (correct: number, scored: number) => `${correct} of ${scored} solved`,
  nothingCalled: 'nothing called',
  beforeTraining: 'before',
  afterTraining: 'after',
  nowTraining: 'now',
  best: 'Best workflows',
  worst: 'Worst workflows',
  examplesNote: (command: string) =>
    `Training rollouts, the problem types in turn, the latest first among equal rewards. More of them: \`${command}\`.`,
  noExamples: 'No rollout has been scored.',
  exampleTitle: (type: string, problem: string, step: number, reward: string) =>
    `${type} · ${problem} · step ${step} · reward ${reward}`,
  example: {
    asked: 'asked',
    answered: 'answered',
    failed: 'failed',
    nothing: 'nothing',
    prediction: 'answer',
    verdict: 'verdict',
    parts: 'reward',
    failures: 'went wrong',
    repairs: 'repaired (line)',
    program: 'What the policy wrote',
    operators: 'What its operators did',
    calls: (count: number) => (count === 1 ? '1 call' : `${count} calls`),
    noOperators: 'No operator was called.',
  },
  decided: (verdict: string, who: string | null, reason: string) =>
    `${verdict}${who === null ? '' : ` (${who})`}: ${reason}`,
  verdicts: { true: 'right', false: 'wrong', unscorable: 'unscorable' },
  decidedBy: {
    gate: 'rule for empty and absurd answers',
    math: 'math scorer',
    tests: 'hidden tests',
    match: 'text match',
    judge: 'judge',
  } as Record<string, string>,
  wrong: 'What went wrong',
  levels: { note: 'note', warning: 'warning' },
  nothingWrong: 'No rule of the health check was broken.',
  failuresTitle: 'Failures of training rollouts',
  failuresNote: (rollouts: number, unscorable: number, ends: number) =>
    `n = ${rollouts} rollouts, of which ${unscorable} could not be scored and were left out of means and updates. A rollout counts once a kind; shares with their 95 % interval and n, the problems. First and last: in the first and last ${ends === 1 ? 'step' : `${ends} steps`}.`,
  noFailures: 'No rollout failed.',
  serviceRemedies: 'What a service did is not the policy’s fault: such rollouts have no reward. What to do about it:',
  kind: 'kind',
  rollouts: 'rollouts',
  share: 'share',
  first: 'first',
  last: 'last',
  forExample: 'for example',
  /** Parts of a reward by their recorded names; the names themselves where they are not listed. */
  partNames: {} as Record<string, string>,
  at: (problem: string, step: number) => `${problem}, step ${step}`,
  judging: 'Who decided, and the judge',
  decider: 'decided by',
  answers: 'answers',
  right: 'found right',
  judgeText: (answers: number) =>
    `The judge was asked about ${answers} answers of training rollouts (what is asked alike is asked once: the table of calls below counts that).`,
  judgeNone: 'The judge was not asked about any training rollout: exact scorers decided.',
  judgeMute: (list: string) => `Without a verdict, hence unscorable: ${list}.`,
  judgeClear: 'Each of them got a verdict.',
  calls: 'Calls and cost',
  callsNote:
    'All LLM calls of the run by purpose, search and evaluations included. Every attempt counts, failed ones too; a call answered from the journal is not paid for again. Attempts are estimated if no server reported their tokens: those ended by a deadline, or in flight when the run was killed.',
  noCalls: 'No call was made.',
  unknownPrice: 'unknown',
  purpose: 'purpose',
  callCount: 'calls',
  failedCalls: 'failed for good',
  attempts: 'attempts',
  failedAttempts: 'failed attempts',
  tokensIn: 'tokens in',
  tokensOut: 'tokens out',
  total: 'total',
  ofWhichEstimated: 'of which estimated',
  further: 'Looking further',
  furtherText: 'Every figure above comes from the journal of this run and can be made again. The rollouts behind it:',
}

export type Words = typeof reportEnglish
