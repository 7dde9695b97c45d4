/** Generated problems: families, splits and files. */
export type { SynthesisedSplits, SynthesisOptions } from './synthesise.ts'
export { shippedOptions, splitFileNames, syntheticFiles } from './synthetic-files.ts'
