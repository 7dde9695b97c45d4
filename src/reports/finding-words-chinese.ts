/** Findings in Chinese. Keys of the configuration and commands stay as they are typed. */
import type { RecentShare } from '../core/health/findings.ts'
import type { FindingWords } from './finding-text.ts'
import { serviceRemedy } from './service-remedies.ts'
import { situationName } from './situation-words.ts'

const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
const number = (value: number): string => value.toPrecision(3)
/** `最近 5 步（80 道题）的轨迹中有 17 %` */
const ofRollouts = ({ share, steps, problems }: RecentShare): string =>
  steps === 0
    ? `${problems} 道题的轨迹中有 ${percent(share)}`
    : `最近 ${steps} 步（${problems} 道题）的轨迹中有 ${percent(share)}`

const roles = { policy: '策略', executor: '执行模型', judge: '裁判模型' } as const

export const chineseFindings: FindingWords = {
  'shared-problems': ({ shared, measured, splits }) => ({
    title: '训练题目与评估题目重叠',
    message: `用于评估的 ${measured} 道题（${splits.join('、')}）中有 ${shared} 道的文本也出现在训练题目里：准确率会偏高。`,
    hint: '请从其中一个文件删去这些题目；`npx baton data audit <file> <file>` 会列出它们。',
  }),
  'validation-default': ({ train, measured }) => ({
    title: '训练与评估用的不是同一类题目',
    message: `训练题目是您自己的（${train}），评估用的却是 Baton 随附的题目（${measured.join('、')}）。`,
    hint: '请把 data.validation 设为您自己的、不参与训练的题目，或设 evaluation.split=train。',
  }),
  'few-training-problems': ({ problems, problemsPerStep }) => ({
    title: problems === 1 ? '只有一道训练题' : '训练题目太少',
    message: `训练题目只有 ${problems} 道，而每步要取 ${problemsPerStep} 道：同样的题目反复出现，策略只会把它们背下来。`,
    hint: '请增加训练题目；只是试用时，可调低 training.problemsPerStep。',
  }),
  'context-too-short': ({ role, context, promptTokens, replyTokens, tooLong, problems, restart, replyKey, reply }) => ({
    title: `${roles[role]}的上下文偏短`,
    message: `若回答都达到最大长度，${problems} 道题中有 ${tooLong} 道的提示词放不进${roles[role]}的上下文：提示词最长约 ${promptTokens} 个 token，另加回复 ${replyTokens} 个，而服务器只接受 ${context} 个。`,
    hint: `请${restart === null ? '改用上下文更长的模型' : `以 \`${restart}\` 重新启动服务器`}，或${reply === null ? '去掉最长的题目' : `设 ${replyKey}: ${reply}`}。`,
  }),
  'fines-drown-correctness': ({ composition, situation, fine, gap, gapDeviations }) => ({
    title: '扣分淹没了正确性',
    message: `按 \`${composition}\` 的奖励，「${situationName(situation, 'zh')}」扣 ${number(fine)}，而答对只比答错多 ${number(gap)}（相差 ${(fine / gap).toFixed(1)} 倍）：在三条答对、三条答错、两条失败的一组里，对与错只相差 ${gapDeviations.toFixed(2)} 个标准差。`,
    hint: '请换一个 rewards.preset，或更改 rewards.weights；`npx baton rewards audit` 会列出每种情形的奖励。',
  }),
  'form-beats-correctness': ({ composition, right, wrong }) => ({
    title: '程序的形式比答对更值钱',
    message: `按 \`${composition}\` 的奖励，简单程序答对得 ${number(right)}，算子更多的程序答错却得 ${number(wrong)}。`,
    hint: '请提高 `correctness` 的权重（rewards.weights），或换一个 rewards.preset。',
  }),
  'judge-uncalibrated': ({ model, measured }) => ({
    title: '裁判未经校准',
    message:
      measured === null
        ? `没有测量过裁判 ${model} 多常出错。`
        : `没有测量过裁判 ${model} 多常出错：judge.calibration 针对的是${measured === model ? '另一套提示' : ` ${measured}`}。`,
    hint: '请用它的服务器运行 `npx baton judge calibrate --out judge.json`，并把 judge.calibration 设为该文件。',
  }),
  'not-finite': ({ metrics }) => ({
    title: '出现非有限数值',
    message: `最近几步中出现了非有限数值：${metrics.join('、')}。`,
    hint: '请调低 training.learningRate，并从该步之前的检查点继续。',
  }),
  'optimizer-steps-skipped': ({ skipped, steps }) => ({
    title: '有优化步被跳过',
    message: `最近 ${steps} 个优化步中有 ${skipped} 个因梯度非有限而被跳过。`,
    hint: '请调低 training.learningRate，或用 training.loss.dualClip: 3 限制概率比。',
  }),
  'hardly-right': (facts) => ({
    title: '几乎没有正确的答案',
    message: `几乎没有正确的答案：${ofRollouts(facts)}正确。除了扣分，策略学不到任何东西。`,
    hint: '请换更容易的题目（data.maxDifficulty），检查执行模型是否解得出这些题目（`npx baton workflow run`），并查看几条轨迹（`npx baton report <run> --worst 5`）。',
  }),
  'judge-disagrees': (facts) => ({
    title: '裁判与精确评分器不一致',
    message: `裁判与精确评分器的结论相反：在两者都能判定的答案中，${ofRollouts(facts)}如此。`,
    hint: '请让精确评分器先判定（`rewards.preset: standard`），或测量裁判（`npx baton judge calibrate`）。',
  }),
  'simulator-unknown': (facts) => ({
    title: '模拟器不认识这些题目',
    message: `模拟器不认识这些题目，只能猜：${ofRollouts(facts)}得到的全是猜测。它只认识随附的题目类别，从它的猜测中学不到东西。`,
    hint: '请把 llm.executor.baseUrl 设为真实的服务器，或改用随附的题目训练。',
  }),
  'no-update': ({ idle, steps }) => ({
    title: '有些步没有更新',
    message: `最近 ${steps} 步中有 ${idle} 步没有改变策略：没有一组出现两种不同的奖励。`,
    hint: '请调高 training.groupSize 或 training.problemsPerStep，或选用时对时错的题目。',
  }),
  'little-spread': ({ share, steps, cause }) => ({
    title: '组内奖励差异太少',
    message: `最近 ${steps} 步中有 ${percent(share)} 的组内奖励完全相同，学不到东西。`,
    hint:
      cause === 'solved'
        ? '请换更难的题目，或调高 training.groupSize。'
        : '请换更容易的题目，延长预热训练，或调高 training.groupSize。',
  }),
  'entropy-collapse': ({ first, last }) => ({
    title: '熵塌缩',
    message: `策略的熵从每个 token ${number(first)} 纳特降到 ${number(last)} 纳特：它几乎不再探索。`,
    hint: '请调高 training.loss.clipHigh（常用 0.28），设 training.loss.klCoefficient: 0.04，或调高 policy.temperature。',
  }),
  'kl-growth': ({ last }) => ({
    title: '策略已远离预热策略',
    message: `策略与起点相距每个 token ${number(last)} 纳特。`,
    hint: '请调高 training.loss.klCoefficient，或调低 training.learningRate。',
  }),
  'most-ratios-clipped': ({ share, steps }) => ({
    title: '许多概率比被裁剪',
    message: `最近 ${steps} 步中有 ${percent(share)} 的概率比落在裁剪区间之外。`,
    hint: '请调低 training.iterations 或 training.learningRate，或使用更大的小批量。',
  }),
  'service-failures': ({ kinds, ...facts }) => ({
    title: '有轨迹因服务失败而作废',
    message: `${ofRollouts(facts)}因服务失败而无法评分，未计入均值：${kinds.map(({ boundary, kind, share }) => `${boundary}/${kind} ${percent(share)}`).join('，')}。`,
    hint: kinds[0] === undefined ? '' : serviceRemedy(kinds[0].kind, kinds[0].boundary, 'zh'),
  }),
  'unscorable-rollouts': (facts) => ({
    title: '有答案得不到判定',
    message: `${ofRollouts(facts)}无法评分（并非服务失败），未计入均值。`,
    hint: '请查看报告中裁判模型的回答；可调高 llm.judge.maxTokens，或换一个裁判模型。',
  }),
  'broken-rules': (facts) => ({
    title: '违反规则',
    message: `${ofRollouts(facts)}违反了契约中的规则，例如调用了该题目类型不允许的算子。`,
    hint: '请在报告的失败表中查看是哪些规则；可加大惩罚（rewards.violation），或延长预热训练。',
  }),
  'fallback-rate': (facts) => ({
    title: '许多工作流无法运行',
    message: `${ofRollouts(facts)}的工作流无法运行，降级为直接回答。`,
    hint: '请查看报告中的解析与沙箱失败，并延长预热训练。',
  }),
  'truncated-completions': (facts) => ({
    title: '许多生成被截断',
    message: `${ofRollouts(facts)}的生成因长度上限被截断。`,
    hint: '请调高 policy.maxCompletionTokens。',
  }),
  'reward-fell': ({ first, last, steps }) => ({
    title: '奖励下降',
    message: `平均奖励从最初 ${steps} 步的 ${number(first)} 降到最后 ${steps} 步的 ${number(last)}，超出偶然所能解释的范围。`,
    hint: '请调低 training.learningRate，或改用较早的检查点。',
  }),
  'sampler-differs': ({ largest }) => ({
    title: '采样与训练的对数概率不一致',
    message: `权重相同时，采样与训练对同一 token 的对数概率最多相差 ${number(largest)} 纳特。`,
    hint: '请以 policy.topP: 1 采样，或设 training.loss.importance: token_truncate。',
  }),
  held: (from, to) =>
    from === 0 && to === null
      ? '从第一步之前起'
      : to === null
        ? `从第 ${from} 步起`
        : from === 0
          ? `直到第 ${to} 步`
          : from === to
            ? `第 ${from} 步`
            : `第 ${from} 至 ${to} 步`,
}
