/** Words of `baton runs`. */

import type { RunKind, RunState } from '../../runs/index.ts'
import { inLanguages } from '../language.ts'

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
  shots: (method: string, shots: number) =>
    shots === 0 ? method : `${method}, ${shots} ${shots === 1 ? 'shot' : 'shots'}`,
  message: (run: string, message: string) => `${run}: ${message}`,
  noRuns: (folder: string) => `no runs in ${folder}; start one with: npm start`,
}

export type RunsWords = typeof english

export const runsWords = inLanguages(english, {
  columns: {
    run: '运行',
    state: '状态',
    kind: '种类',
    step: '步',
    accuracy: '准确率',
    cost: '成本',
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
    evaluation: '示例评估',
    serve: '服务',
  },
  shots: (method, shots) => (shots === 0 ? method : `${method}，${shots} 个示例`),
  message: (run, message) => `${run}：${message}`,
  noRuns: (folder) => `${folder} 中没有任何运行；可用 npm start 开始一次`,
})
