/** Words of `baton train`: set-up, progress, closing lines. */
import { equalMargin } from '../../core/difference-reading.ts'
import { inLanguages } from '../language.ts'

interface StepShape {
  readonly problems: number
  readonly groupSize: number
  readonly rollouts: string
  readonly environment: string
}

interface ImitationShape {
  readonly attempts: string
  readonly problems: string
  /** Problems. */
  readonly heldOut: string
  readonly sources: string
}

interface StepFigures {
  readonly step: string
  readonly reward: string
  readonly accuracy: string
  readonly loss: string
  readonly heldOut: string
  readonly valid: string
  readonly fallback: string
  readonly signal: string
  readonly seconds: string
  readonly eta: string
}

const english = {
  problems: 'problems',
  step: 'step',
  subject: {
    frozen: (engine: string, groupSize: number) =>
      `${engine} writes workflows, best of ${groupSize}; nothing is trained`,
    served: (engine: string) => `${engine} learns to write workflows`,
    embedded: (millions: string) => `a ${millions}M-parameter policy learns to write workflows`,
    own: (environment: string) => `a policy learns ${environment}`,
    selector: (parameters: string) => `a selector of ${parameters} parameters learns which demonstrations to show`,
  },
  scoredAlone: 'no model is asked: the environment scores alone (llm.executor.baseUrl is not set)',
  nobodyAsked: 'no model is asked: the sequences were judged before (training.rollouts=collected)',
  trainProblems: (count: string, shares: string, measured: string) =>
    `${count} train (${shares}) · measured on ${measured}`,
  typeShare: (type: string, percent: number) => `${type} ${percent} %`,
  splitCount: (count: string, split: string) => `${count} ${split}`,
  and: ' and ',
  stepShape: ({ problems, groupSize, rollouts, environment }: StepShape) =>
    `${problems} problems x ${groupSize} rollouts: accuracy with its 95 % interval over n = ${problems} problems; ${environment === 'workflows' ? `valid and fallback of ${rollouts} rollouts; ` : ''}signal of ${problems} groups`,
  imitates: 'imitates',
  imitation: ({ attempts, problems, heldOut, sources }: ImitationShape) =>
    `${attempts} attempts at ${problems} problems, ${heldOut} of them held out: ${sources}`,
  simulator: (port: number | null) =>
    `simulator on 127.0.0.1:${port} (offline, not a language model; see docs/simulator.md)`,
  dryRun: 'nothing was trained (--dry-run); --print-config prints every setting',
  stoppedBefore: 'stopped before the first step',
  complete: (steps: number) =>
    `this run is complete at step ${steps}; nothing to do (raise training.steps to extend it)`,
  stoppedAt: (step: number, goOn: string) => `stopped at step ${step}; ${goOn}`,
  ready: (where: string, state: string) => `${where}: ${state}`,
  changed: 'changed',
  forced: 'forced',
  change: (step: number, key: string, to: string, from: string) => `from step ${step}: ${key} ${to} (was ${from})`,
  bestFixed: (list: string) => `best fixed workflow for each type: ${list}`,
  /** Progress. */
  waiting: 'waiting',
  waited: (queue: string, seconds: number) => `${queue}, ${seconds} s`,
  resumeText: (step: number) => `step ${step} is whole; what follows is in the journal and is not bought again`,
  forecast: 'forecast',
  forecastTell: (share: string, band: string, groupSize: number, problems: string) =>
    `${share} ${band} of groups should carry signal (right and wrong answers mixed) at G = ${groupSize}; from ${problems} problems`,
  forecastCannot: (band: string, groupSize: number, fix: string) =>
    `cannot forecast the share of groups with signal (right and wrong answers mixed) at G = ${groupSize}: the estimate is ${band} %; ${fix}`,
  moreSamples: 'a single attempt at each problem shows no variation; use --set evaluation.samplesPerProblem=4',
  moreProblems: (problems: string) => `${problems} problems are too few; raise evaluation.problems`,
  noLonger: 'no longer:',
  finding: (message: string, hint: string) => `${message} ${hint}`,
  ended: (title: string, held: string) => ` ${title} (${held})`,
  rollouts: (count: string, isLearning: boolean) => `${count} ${isLearning ? 'rollouts, learning' : 'rollouts'}`,
  reward: 'reward',
  /** The activity in progress, by the training's own name for it. */
  activity: (name: string) => name,
  figures: {
    step: (text: string) => `step ${text}`,
    reward: (text: string) => `reward ${text}`,
    accuracy: (text: string) => `accuracy ${text}`,
    loss: (text: string) => `loss ${text}`,
    heldOut: (text: string) => `held-out loss ${text}`,
    valid: (text: string) => `valid ${text}`,
    fallback: (text: string) => `fallback ${text}`,
    signal: (text: string) => `signal ${text}`,
    seconds: (text: string) => `${text} s`,
    eta: (text: string) => `eta ${text}`,
  } satisfies Record<keyof StepFigures, (text: string) => string>,
  /** Closing lines. */
  gain: 'gain',
  calls: 'calls',
  learned: 'learned',
  /** Of operators, where no gain shows that anything was learned. */
  otherwise: 'changed',
  gainText: (interval: string, decoding: string, n: number, reading: string) =>
    `${interval}, ${decoding}, paired by problem, n=${n}${reading}`,
  points: (points: string, low: string, high: string) => `${points} points [${low}, ${high}]`,
  againstFixed: (interval: string, cannotTell: boolean) =>
    `${interval} against fixed workflows, one a type, with as many calls${cannotTell ? ': cannot tell' : ''}`,
  againstBest: (interval: string, calls: string | null, reading: string) =>
    `${interval} against the best fixed workflow per type${calls === null ? '' : ` (${calls} calls)`}${reading}`,
  callsText: (after: string, before: string) => `${after} a problem (${before} before the training)`,
  equal: `: equal within ${equalMargin * 100} point`,
  cannotTell: (power: string) => `: cannot tell.${power}`,
  learnedType: (type: string, n: number, changes: string) => `${type} (n=${n}): ${changes}`,
  next: {
    workflows: (folder: string) => [
      'Next: a real executor    npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b',
      '      your own problems  npx baton train --set data.train=mine.jsonl --set data.validation=mine-held-out.jsonl',
      `      what it wrote      npx baton report ${folder} --best 5`,
    ],
    demonstrations: (folder: string) => [
      `Next: beside its baselines    npx baton demos eval --selector ${folder}/selector.safetensors`,
      `      what it picked          npx baton report ${folder} --best 5`,
    ],
  } satisfies Record<string, (folder: string) => string[]>,
}

const activities: Readonly<Record<string, string>> = {
  search: '搜索',
  'search all': '搜索',
  fixed: '固定',
  eval: '评估',
  before: '训练前',
  after: '训练后',
}

export const trainingWords = inLanguages(english, {
  problems: '题目',
  step: '每步',
  subject: {
    frozen: (engine, groupSize) => `${engine} 编写工作流，每 ${groupSize} 条取最佳；不训练`,
    served: (engine) => `${engine} 学习编写工作流`,
    embedded: (millions) => `${millions}M 参数的策略学习编写工作流`,
    own: (environment) => `策略学习 ${environment}`,
    selector: (parameters) => `${parameters} 参数的选择器学习该展示哪些示例`,
  },
  scoredAlone: '不向任何模型提问：环境自行评分（未设置 llm.executor.baseUrl）',
  nobodyAsked: '不向任何模型提问：序列此前已评判（training.rollouts=collected）',
  trainProblems: (count, shares, measured) => `训练 ${count} 道（${shares}）· 评估：${measured}`,
  typeShare: (type, percent) => `${type} ${percent} %`,
  splitCount: (count, split) => `${split} ${count} 道`,
  and: '，',
  stepShape: ({ problems, groupSize, rollouts, environment }) =>
    `${problems} 道题 × ${groupSize} 条轨迹：准确率附 95 % 区间，n = ${problems} 道题；${environment === 'workflows' ? `有效与降级以 ${rollouts} 条轨迹计；` : ''}信号以 ${problems} 组计`,
  imitates: '模仿',
  imitation: ({ attempts, problems, heldOut, sources }) =>
    `${problems} 道题的 ${attempts} 次尝试，其中留出 ${heldOut} 道：${sources}`,
  simulator: (port) => `模拟器，位于 127.0.0.1:${port}（离线，不是语言模型；见 docs/simulator.md）`,
  dryRun: '未进行训练（--dry-run）；--print-config 会输出全部设置',
  stoppedBefore: '在第一步之前停止',
  complete: (steps) => `本次运行已在第 ${steps} 步完成，无事可做（要延长训练，请调高 training.steps）`,
  stoppedAt: (step, goOn) => `停在第 ${step} 步；${goOn}`,
  ready: (where, state) => `${where}：${state}`,
  changed: '更改',
  forced: '强制更改',
  change: (step, key, to, from) => `自第 ${step} 步起：${key} 改为 ${to}（原为 ${from}）`,
  bestFixed: (list) => `各类型的最佳固定工作流：${list}`,
  waiting: '等待',
  waited: (queue, seconds) => `${queue}，${seconds} 秒`,
  resumeText: (step) => `第 ${step} 步已完整；其后的内容在日志中，不会重复付费`,
  forecast: '预测',
  forecastTell: (share, band, groupSize, problems) =>
    `G = ${groupSize} 时应有 ${share} ${band} 的组带有信号（有对有错）；依据 ${problems} 道题`,
  forecastCannot: (band, groupSize, fix) =>
    `无法预测 G = ${groupSize} 时带有信号（有对有错）的组的占比：估计值为 ${band} %；${fix}`,
  moreSamples: '每题只尝试一次，看不出各次尝试之间的差异；请用 --set evaluation.samplesPerProblem=4',
  moreProblems: (problems) => `这 ${problems} 道题还不够：请调高 evaluation.problems`,
  noLonger: '已消除：',
  finding: (message, hint) => `${message}${hint}`,
  ended: (title, held) => `${title}（${held}）`,
  rollouts: (count, isLearning) => `${count} 条轨迹${isLearning ? '，学习中' : ''}`,
  reward: '奖励',
  activity: (name) => activities[name] ?? name.replace(/^step[- ](\d+)$/, '第 $1 步'),
  figures: {
    step: (text) => `步 ${text}`,
    reward: (text) => `奖励 ${text}`,
    accuracy: (text) => `准确率 ${text}`,
    loss: (text) => `损失 ${text}`,
    heldOut: (text) => `留出题损失 ${text}`,
    valid: (text) => `有效 ${text}`,
    fallback: (text) => `降级 ${text}`,
    signal: (text) => `信号 ${text}`,
    seconds: (text) => `${text} 秒`,
    eta: (text) => `剩余 ${text}`,
  },
  gain: '提升',
  calls: '调用',
  learned: '学到',
  otherwise: '变化',
  gainText: (interval, decoding, n, reading) => `${interval}，${decoding}，按题目配对，n=${n}${reading}`,
  points: (points, low, high) => `${points} 个百分点 [${low}, ${high}]`,
  againstFixed: (interval, cannotTell) =>
    `${interval}，对比调用数相同的固定工作流（每个类型一个）${cannotTell ? '：无法判断' : ''}`,
  againstBest: (interval, calls, reading) =>
    `${interval}，对比各类型的最佳固定工作流${calls === null ? '' : `（${calls} 次调用）`}${reading}`,
  callsText: (after, before) => `每题 ${after} 次（训练前 ${before} 次）`,
  equal: `：相当，相差不超过 ${equalMargin * 100} 个百分点`,
  cannotTell: (power) => `：无法判断。${power}`,
  learnedType: (type, n, changes) => `${type}（n=${n}）：${changes}`,
  next: {
    workflows: (folder) => [
      '接下来：真实的执行模型  npx baton train --set llm.executor.baseUrl=http://localhost:8002/v1 --set llm.executor.model=gpt-oss-120b',
      '        自己的题目      npx baton train --set data.train=mine.jsonl --set data.validation=mine-held-out.jsonl',
      `        看它写了什么    npx baton report ${folder} --best 5`,
    ],
    demonstrations: (folder) => [
      `接下来：与各基线一同评估    npx baton demos eval --selector ${folder}/selector.safetensors`,
      `        查看它挑选的示例    npx baton report ${folder} --best 5`,
    ],
  },
})
