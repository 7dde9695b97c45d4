/** Candidate sequences: proposed, judged, written and read. */
export { type CollectionPlan, type CollectionRequest, collectSequences, defaultPlan } from './collect-sequences.ts'
export { type AskingTools, openModels } from './open-models.ts'
export { embedQuestions, type PreparedCollection, prepareCollection } from './prepare.ts'
export { mergeGroups } from './refine.ts'
export { type CollectionOutcome, type RunCollectionOptions, runCollection } from './run-collection.ts'
export { type ReadSequencesOptions, readSequences } from './sequence-file.ts'
export { type CollectionSettings, checkSettings } from './settings.ts'
export type { SimulatedWorld } from './simulated-world.ts'
