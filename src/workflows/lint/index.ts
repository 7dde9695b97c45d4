/** The contract lint: prompts and validator say the same. */
export type { Contradiction } from './contradiction.ts'
export {
  type LintedPrompt,
  type LintReport,
  lintContract,
  promptsUnderLint,
  type RunExample,
} from './lint-contract.ts'
