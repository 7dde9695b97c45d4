/** Words of `baton ui`. */
import { inLanguages } from '../language.ts'

const english = {
  serving: (address: string, folder: string) => `The live page of ${folder} is at ${address}`,
  open: (host: string) => `It listens at ${host}: anyone who can reach this address can read the runs.`,
  stop: 'Ctrl-C stops it; trainings continue without it.',
  live: 'live page',
  notStarted: (reason: string) => `The live page could not be started: ${reason}`,
}

export const uiWords = inLanguages(english, {
  serving: (address, folder) => `${folder} 的实时页面：${address}`,
  open: (host) => `正在监听 ${host}：能访问这个地址的人都可以读取这些运行。`,
  stop: '按 Ctrl-C 停止；训练不受影响。',
  live: '实时页面',
  notStarted: (reason) => `无法启动实时页面：${reason}`,
})
