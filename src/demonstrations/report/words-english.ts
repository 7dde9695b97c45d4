/** Words of the evaluation report in English. */
import { equalMargin } from '../../core/difference-reading.ts'
import { grouped } from '../../core/grouped.ts'
import type { CollapseWarning } from '../evaluation/collapse.ts'

const methods: Readonly<Record<string, string>> = {
  'zero-shot': 'no demonstrations',
  random: 'random',
  fixed: 'fixed demonstrations',
  similar: 'most similar (retrieval)',
  oracle: 'best collected sequence (oracle)',
  untrained: 'untrained selector',
  learned: 'learned selector',
  rce: 'selector after imitation (RCE)',
  grpo: 'selector after RCE and GRPO',
}

export const evaluationEnglish = {
  title: 'Evaluation of demonstrations',
  questionText: (method: string) =>
    `Does the answering model get more questions right with the demonstrations of “${method}” than with those of the baselines?`,
  setUp: 'Set-up',
  setUpText: (questions: string, model: string, profile: string) =>
    `${questions} held-out questions, answered by ${model} under the evaluation profile “${profile}”. Every method answers the same questions; each question has one pool, never holding itself, that all methods but the retrieval over the whole index pick from.`,
  settings: 'All settings',
  more: (a: string, b: string, points: string, interval: string, shots: number) =>
    `“${a}” is above “${b}” at ${shots} shots: ${points} points [${interval}].`,
  less: (a: string, b: string, points: string, interval: string, shots: number) =>
    `“${a}” is below “${b}” at ${shots} shots: ${points} points [${interval}].`,
  equal: (a: string, b: string, points: string, interval: string, shots: number) =>
    `“${a}” and “${b}” are equal at ${shots} shots: ${points} points, and the whole interval [${interval}] lies within ${equalMargin * 100} point of 0.`,
  cannotTell: (a: string, b: string, points: string, interval: string, shots: number) =>
    `Cannot tell “${a}” and “${b}” apart at ${shots} shots: ${points} points, and the interval [${interval}] includes 0.`,
  /**
   * @param detectable in points; null where it is above 100.
   * @param needed questions that would show the difference of so many points; null where it is next to 0.
   */
  power: (n: number, detectable: string | null, difference: string, needed: string | null) =>
    `${grouped(n)} question${n === 1 ? '' : 's'} ${detectable === null ? `${n === 1 ? 'is' : 'are'} too few to show any difference` : `can show ${detectable} points`}${needed === null ? '' : `; ${difference} points would need ${needed}`}.`,
  nothing: 'There is nothing to compare: one method only.',
  accuracy: 'Accuracy on all questions',
  accuracyNote:
    'VQA accuracy with its 95 % interval (the questions about one image are one cluster), in points. The oracle takes the best of the collected sequences after the fact: part of it is luck, so it is no headroom.',
  who: 'demonstrations',
  shots: (count: number) => `${count} shot${count === 1 ? '' : 's'}`,
  failed: (count: number) => `${count} failed`,
  byShots: 'Accuracy by shots',
  shotsAxis: 'shots',
  differences: 'Differences, paired by question',
  differencesNote:
    'In points, with the 95 % Bonett-Price interval (the questions about one image are one cluster). p: exact McNemar test on right (above 0) and wrong / sign flips on the scores, each corrected by Holm for the numbers of shots. “Can show”: the difference that 4 of 5 such comparisons would find.',
  difference: 'difference',
  onlyOne: 'only one right',
  tests: 'p McNemar / sign flips',
  detectable: 'can show',
  otherBaselines: 'The other baselines',
  against: (baseline: string) => `against ${baseline}`,
  worlds: 'Seeds and worlds',
  worldsAccuracy: 'Accuracies by seed and world',
  worldsNote:
    'Differences of the learned selector in points, paired by question, with 95 % intervals. Everything is drawn again for each seed. In the null world it makes no difference which demonstrations are picked: a gain there would be an artefact.',
  separator: ', ',
  /** Names that a recipe gives its worlds and seeds. */
  worldNames: {} as Readonly<Record<string, string>>,
  seedNames: {} as Readonly<Record<string, string>>,
  world: 'world',
  seed: 'seed',
  minus: (a: string, b: string) => `${a} − ${b}`,
  segments: 'Prefixes and segments',
  segmentsText:
    'Published tables show the first N questions; those sets are nested, so their rows are not independent evidence. The disjoint segments are.',
  prefixes: 'The first N questions (nested)',
  disjoint: 'Disjoint segments',
  first: (count: number) => `first ${count}`,
  range: (from: number, to: number) => `${from} to ${to}`,
  curves: 'Training',
  metrics: {
    accuracy: 'accuracy on held-out questions',
    reward: 'mean reward of a round',
    loss: 'loss',
    kl: 'divergence (KL) from the starting checkpoint',
    signal: 'groups with signal (right and wrong mixed)',
    entropy: 'entropy of the policy, nats',
  } as Readonly<Record<string, string>>,
  axes: { imitation: 'step (imitation)', grpo: 'step' } as Readonly<Record<string, string>>,
  picked: 'What is picked for whom',
  pickedText:
    'Each row is a kind of question, each column a kind of demonstration; the square is the share of the row’s picks. A selector that has learned which demonstrations help shows a diagonal; random picks show columns.',
  pickedTitle: (method: string, rate: string, picks: string) =>
    `${method}: ${rate} of ${picks} picks are of the question's kind`,
  questions: 'questions',
  demonstrations: 'demonstrations',
  galleryTitle: 'Examples',
  galleryNote:
    'The prompt from left to right; the question comes last. Chosen by a fixed rule: the questions whose outcomes differ, else the first ones.',
  asked: 'asked',
  answer: 'answer',
  says: 'says',
  noAnswer: 'no answer (failure)',
  example: (number: number) => `Example ${number}`,
  collapse: 'Does it look at the question?',
  collapseNote: (entropy: string) =>
    `Entropy of the first pick over the questions, in nats (at most ${entropy}). A selector with one favourite, or two, can have a plausible accuracy; it shows here.`,
  distinct: 'different sequences',
  entropy: 'entropy of the first pick',
  top: 'commonest first pick',
  repeats: 'with a repeat',
  warnings: 'warning',
  warning: {
    'few-sequences': 'few different sequences',
    'one-favourite': 'one favourite',
    repeats: 'a demonstration twice in one prompt',
  } satisfies Record<CollapseWarning, string> as Record<CollapseWarning, string>,
  none: 'none',
  further: 'Look further',
  furtherText:
    'Every row is in `questions.jsonl` of the run: question, demonstrations, prediction and score. Two runs over the same questions, profile, pool and model are compared with:',
  method: (name: string) => methods[name] ?? name,
}

export type EvaluationWords = typeof evaluationEnglish
