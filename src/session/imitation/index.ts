/** What a training imitates: sources of attempts, and their tokens. */
export type { Imitation } from './imitated.ts'
export { judgeImitation } from './judge-imitation.ts'
export { loadImitation } from './load-imitation.ts'
