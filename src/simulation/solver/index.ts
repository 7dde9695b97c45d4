/** The simulator's solver. */
export { knowsProblem } from './knows-problem.ts'
export { type ByDifficulty, defaultSkills, type Mode, type Skills } from './skills.ts'
export { type ThinkOptions, think } from './think.ts'
