/** The simulator as a server. Its solver is loaded only in the thread that answers. */
export type { SimulatorFaults, SimulatorOptions } from './options.ts'
export { type Simulator, startSimulator } from './server.ts'
