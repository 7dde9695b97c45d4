/** Generated problems: families, splits and files. */
export { countTable } from './counts.ts'
export { problemFamilies, type SynthesisedSplits, type SynthesisOptions, synthesise, typeShares } from './synthesise.ts'
export { shippedOptions, splitFileNames, splitText, syntheticFiles } from './synthetic-files.ts'
