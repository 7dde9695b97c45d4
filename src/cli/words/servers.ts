/** Words of `baton doctor`, `serve` and `simulate`. */
import { inLanguages } from '../language.ts'

const english = {
  waiting: (queue: string, seconds: number) => `  waiting: ${queue}, ${seconds} s`,
  verdicts: { passed: 'passed', differs: 'differs', failed: 'failed', skipped: 'skipped' },
  profileWritten: (path: string) => `profile written to ${path}; use it with --set policy.tinker.profile=${path}`,
  serving: (address: string) => `Baton serves the Tinker protocol at ${address}`,
  models: 'models',
  everyWeight: 'every weight is trained, whatever LoRA rank is asked for (docs/serve.md)',
  key: 'key',
  noKey: 'none asked for (loopback only)',
  keptIn: 'kept in',
  keptText: (folder: string) => `${folder}: start it again here and its clients continue`,
  openAi: 'OpenAI API',
  stop: 'Ctrl-C stops it.',
  simulating: (address: string, model: string) =>
    `The model simulator answers at ${address} (model "${model}"). It is not a language model: it reads\nthe shipped problem families and works them out, with seeded errors (docs/simulator.md). Ctrl-C stops it.`,
}

export const serverWords = inLanguages(english, {
  waiting: (queue, seconds) => `  等待：${queue}，${seconds} 秒`,
  verdicts: { passed: '通过', differs: '不同', failed: '失败', skipped: '跳过' },
  profileWritten: (path) => `配置档已写入 ${path}；用法：--set policy.tinker.profile=${path}`,
  serving: (address) => `Baton 在 ${address} 提供 Tinker 协议`,
  models: '模型',
  everyWeight: '无论请求的 LoRA 秩是多少，都训练全部权重（docs/serve.md）',
  key: '密钥',
  noKey: '不要求（仅本机）',
  keptIn: '保存于',
  keptText: (folder) => `${folder}：在此重新启动后，客户端可以继续`,
  openAi: 'OpenAI API',
  stop: '按 Ctrl-C 停止。',
  simulating: (address, model) =>
    `模型模拟器在 ${address} 回答（模型 "${model}"）。它不是语言模型：它读懂随附的题族并自行计算，\n按随机种子犯错（docs/simulator.md）。按 Ctrl-C 停止。`,
})
