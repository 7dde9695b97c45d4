/** Choosing demonstrations as an environment of the training loop, and what it is trained on. */
export { type CollectionAnswerer, openCollectionAnswerer } from './collection-answerer.ts'
export { type DemonstrationData, judgedProblem, loadDemonstrations } from './demonstration-data.ts'
export { createDemonstrationEnvironment } from './demonstration-environment.ts'
