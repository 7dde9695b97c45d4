/** The simulated world: a generator of problems, and a server that solves and judges them with seeded errors. */
export { type SynthesisOptions, shippedOptions, splitFileNames, syntheticFiles } from './problems/index.ts'
export { type Simulator, type SimulatorFaults, type SimulatorOptions, startSimulator } from './server/index.ts'
