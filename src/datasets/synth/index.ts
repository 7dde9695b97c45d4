/** Generated problems: families, splits and files. */
export { countTable } from './counts.ts'
export { families, type SynthesisedSplits, type SynthesisOptions, synthesise, typeShares } from './synthesise.ts'
export { shippedOptions, splitText, type WrittenFile, writeSynthetic } from './write.ts'
