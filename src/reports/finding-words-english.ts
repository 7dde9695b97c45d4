/** Findings in English. Hints name keys of the configuration and commands as they are typed. */
import type { RecentShare } from '../core/health/findings.ts'
import type { FindingWords } from './finding-text.ts'
import { serviceRemedy } from './service-remedies.ts'
import { situationName } from './situation-words.ts'

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const number = (value: number): string => value.toPrecision(3)
/** `17 % of the rollouts of the last 5 steps (80 problems)` */
const ofRollouts = ({ share, steps, problems }: RecentShare): string =>
  steps === 0
    ? `${percent(share)} of the rollouts on ${problems} problems`
    : `${percent(share)} of the rollouts of the last ${steps} steps (${problems} problems)`

export const englishFindings: FindingWords = {
  'shared-problems': ({ shared, measured, splits }) => ({
    title: 'problems are trained on and measured on',
    message: `${shared} of the ${measured} problems that the policy is measured on (${splits.join(', ')}) are training problems too, by their text: the accuracy will be too high.`,
    hint: 'Take them out of one of the files; `npx baton data audit <file> <file>` lists them.',
  }),
  'validation-default': ({ train, measured }) => ({
    title: 'trained and measured on different kinds of problems',
    message: `The training problems are your own (${train}), but the policy is measured on problems that ship with Baton (${measured.join(', ')}).`,
    hint: 'Set data.validation to problems of your own that are not trained on, or evaluation.split=train.',
  }),
  'few-training-problems': ({ problems, problemsPerStep }) => ({
    title: problems === 1 ? 'one training problem' : 'few training problems',
    message: `There ${problems === 1 ? 'is 1 training problem' : `are ${problems} training problems`} and a step takes ${problemsPerStep}: the same ones come again and again, and the policy learns them by heart.`,
    hint: 'Add training problems, or lower training.problemsPerStep to try things out.',
  }),
  'context-too-short': ({ role, context, promptTokens, replyTokens, tooLong, problems, restart, replyKey, reply }) => ({
    title: `the context of the ${role} is short`,
    message: `With answers of full length, prompts of ${tooLong} of ${problems} problems would not fit the context of the ${role}: up to about ${promptTokens} tokens and ${replyTokens} of reply, where the server takes ${context}.`,
    hint: `${restart === null ? 'Choose a model with a longer context' : `Start the server with \`${restart}\``}, or ${reply === null ? 'leave out the longest problems' : `set ${replyKey}: ${reply}`}.`,
  }),
  'fines-drown-correctness': ({ composition, situation, fine, gap, gapDeviations }) => ({
    title: 'fines drown correctness',
    message: `With the rewards of \`${composition}\`, "${situationName(situation, 'en')}" costs ${number(fine)}, and a right answer is worth ${number(gap)} more than a wrong one (${(fine / gap).toFixed(1)} times less): in a group with three right, three wrong and two failed rollouts right and wrong are ${gapDeviations.toFixed(2)} deviations apart.`,
    hint: 'Choose another rewards.preset, or change rewards.weights; `npx baton rewards audit` shows what each situation earns.',
  }),
  'form-beats-correctness': ({ composition, right, wrong }) => ({
    title: 'the form of a program is worth more than a right answer',
    message: `With the rewards of \`${composition}\`, a right answer of a plain program earns ${number(right)}, a wrong one of a program with more operators ${number(wrong)}.`,
    hint: 'Raise the weight of correctness (rewards.weights), or choose another rewards.preset.',
  }),
  'judge-uncalibrated': ({ model, measured }) => ({
    title: 'the judge is not calibrated',
    message:
      measured === null
        ? `How often the judge ${model} is wrong was not measured.`
        : `How often the judge ${model} is wrong was not measured: judge.calibration is about ${measured === model ? 'other prompts' : measured}.`,
    hint: 'Run `npx baton judge calibrate --out judge.json` with its server, and set judge.calibration to the file.',
  }),
  'not-finite': ({ metrics }) => ({
    title: 'numbers that are not finite',
    message: `Not a finite number in one of the last steps: ${metrics.join(', ')}.`,
    hint: 'Lower training.learningRate and resume from a checkpoint before that step.',
  }),
  'optimizer-steps-skipped': ({ skipped, steps }) => ({
    title: 'optimizer steps skipped',
    message: `${skipped} of the last ${steps} optimizer steps were skipped because a gradient was not finite.`,
    hint: 'Lower training.learningRate, or bound the ratio with training.loss.dualClip: 3.',
  }),
  'hardly-right': (facts) => ({
    title: 'hardly any answer is right',
    message: `Hardly any answer was right: ${ofRollouts(facts)}. The policy has nothing to learn from but fines.`,
    hint: 'Use easier problems (data.maxDifficulty), try whether the executor can solve them at all (`npx baton workflow run`), and read some rollouts (`npx baton report <run> --worst 5`).',
  }),
  'judge-disagrees': (facts) => ({
    title: 'the judge and the exact scorers disagree',
    message: `The judge contradicts the exact scorer: ${ofRollouts(facts)} that both can decide.`,
    hint: 'Let exact scorers decide first (rewards.preset: standard), or measure the judge (`npx baton judge calibrate`).',
  }),
  'simulator-unknown': (facts) => ({
    title: 'the simulator does not know the problems',
    message: `The simulator does not know these problems and guesses: ${ofRollouts(facts)} got no other answer. It knows the shipped problem families alone, and nothing can be learned from its guesses.`,
    hint: 'Set llm.executor.baseUrl to a real server, or train on the shipped problems.',
  }),
  'no-update': ({ idle, steps }) => ({
    title: 'steps without an update',
    message: `${idle} of the last ${steps} steps changed nothing, because no group had two different rewards.`,
    hint: 'Raise training.groupSize or training.problemsPerStep, or choose problems that are solved now and then.',
  }),
  'little-spread': ({ share, steps, cause }) => ({
    title: 'little spread in the rewards',
    message: `${percent(share)} of the groups of the last ${steps} steps had no spread: all their rewards were the same, and they taught nothing.`,
    hint:
      cause === 'solved'
        ? 'Use harder problems, or raise training.groupSize.'
        : 'Use easier problems, train the warm start longer, or raise training.groupSize.',
  }),
  'entropy-collapse': ({ first, last }) => ({
    title: 'entropy collapse',
    message: `The policy's entropy fell from ${number(first)} to ${number(last)} nats a token: it hardly explores any more.`,
    hint: 'Raise training.loss.clipHigh (0.28 is usual), set training.loss.klCoefficient: 0.04, or raise policy.temperature.',
  }),
  'kl-growth': ({ last }) => ({
    title: 'far from the warm start',
    message: `The policy is ${number(last)} nats a token away from where it began.`,
    hint: 'Raise training.loss.klCoefficient, or lower training.learningRate.',
  }),
  'most-ratios-clipped': ({ share, steps }) => ({
    title: 'many probability ratios clipped',
    message: `${percent(share)} of the probability ratios of the last ${steps} steps lay outside the clip region.`,
    hint: 'Lower training.iterations or training.learningRate, or use larger minibatches.',
  }),
  'service-failures': ({ kinds, ...facts }) => ({
    title: 'rollouts lost to a service',
    message: `${ofRollouts(facts)} could not be scored because a service failed, and were left out: ${kinds.map(({ boundary, kind, share }) => `${boundary}/${kind} ${percent(share)}`).join(', ')}.`,
    hint: kinds[0] === undefined ? '' : serviceRemedy(kinds[0].kind, kinds[0].boundary, 'en'),
  }),
  'unscorable-rollouts': (facts) => ({
    title: 'answers without a verdict',
    message: `${ofRollouts(facts)} could not be scored, although no service failed, and were left out of the means.`,
    hint: 'Look at what the judge said in the report; raise llm.judge.maxTokens, or use another judge.',
  }),
  'broken-rules': (facts) => ({
    title: 'broken rules',
    message: `${ofRollouts(facts)} broke a rule of the contract, such as calling an operator that is not allowed for the problem's type.`,
    hint: 'See which rules in the failures of the report; raise the penalty (rewards.violation), or train the warm start longer.',
  }),
  'fallback-rate': (facts) => ({
    title: 'workflows that could not run',
    message: `The workflows of ${ofRollouts(facts)} could not be run and fell back to a plain answer.`,
    hint: 'Look at the parse and sandbox failures of the report, and train the warm start longer.',
  }),
  'truncated-completions': (facts) => ({
    title: 'completions cut off',
    message: `The completions of ${ofRollouts(facts)} ended at the length limit.`,
    hint: 'Raise policy.maxCompletionTokens.',
  }),
  'reward-fell': ({ first, last, steps }) => ({
    title: 'the reward fell',
    message: `The mean reward fell from ${number(first)} in the first to ${number(last)} in the last ${steps} steps, more than chance explains.`,
    hint: 'Lower training.learningRate, or take an earlier checkpoint.',
  }),
  'sampler-differs': ({ largest }) => ({
    title: 'sampler and trainer disagree',
    message: `Sampler and trainer disagree by up to ${number(largest)} nats on the log-prob of a token at equal weights.`,
    hint: 'Sample at policy.topP: 1, or set training.loss.importance: token_truncate.',
  }),
  held: (from, to) =>
    from === 0 && to === null
      ? 'since before the first step'
      : to === null
        ? `since step ${from}`
        : from === 0
          ? `up to step ${to}`
          : from === to
            ? `step ${from}`
            : `steps ${from} to ${to}`,
}
