/** What `baton runs` says, by language. */

import type { Language } from '../reports/index.ts'
import type { RunKind, RunState } from '../runs/index.ts'

const english = {
  columns: {
    run: 'run',
    state: 'state',
    kind: 'kind',
    step: 'step',
    accuracy: 'accuracy',
    cost: 'cost',
    size: 'size',
    begun: 'begun',
  },
  states: {
    running: 'running',
    complete: 'complete',
    stopped: 'stopped',
    failed: 'failed',
    killed: 'killed',
    unknown: 'unknown',
    damaged: 'damaged',
  } satisfies Record<RunState['state'] | 'damaged', string> as Record<RunState['state'] | 'damaged', string>,
  /** `stopped: budget` */
  why: (state: string, code: string) => `${state}: ${code}`,
  kinds: {
    training: 'training',
    'demonstrations-training': 'demonstrations-training',
    collection: 'collection',
    evaluation: 'evaluation',
    serve: 'serve',
  } satisfies Record<RunKind, string> as Record<RunKind, string>,
  decodings: { greedy: 'greedy', sampled: 'sampled' },
  shots: (method: string, shots: number) =>
    shots === 0 ? method : `${method}, ${shots} ${shots === 1 ? 'shot' : 'shots'}`,
  notScored: 'not scored',
  message: (run: string, message: string) => `${run}: ${message}`,
  noRuns: (folder: string) => `no runs in ${folder}; start one with: npm start`,
}

export type RunsWords = typeof english

const chinese: RunsWords = {
  columns: {
    run: '运行',
    state: '状态',
    kind: '种类',
    step: '步',
    accuracy: '正确率',
    cost: '费用',
    size: '大小',
    begun: '开始于',
  },
  states: {
    running: '运行中',
    complete: '已完成',
    stopped: '已停止',
    failed: '失败',
    killed: '被杀死',
    unknown: '未知',
    damaged: '已损坏',
  },
  why: (state, code) => `${state}：${code}`,
  kinds: {
    training: '训练',
    'demonstrations-training': '示例选择训练',
    collection: '示例收集',
    evaluation: '示例评测',
    serve: '服务',
  },
  decodings: { greedy: '贪心', sampled: '采样' },
  shots: (method, shots) => (shots === 0 ? method : `${method}，${shots} 个示例`),
  notScored: '未评分',
  message: (run, message) => `${run}：${message}`,
  noRuns: (folder) => `${folder} 中没有运行；用 npm start 开始一次`,
}

export const runsWords: Readonly<Record<Language, RunsWords>> = { en: english, zh: chinese }
