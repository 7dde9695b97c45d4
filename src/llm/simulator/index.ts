/** The simulator as a server. Its brain is loaded only in the thread that answers. */
export type { SimulatorAnswer, SimulatorFaults, SimulatorOptions, SpreadLatency } from './options.ts'
export { type Simulator, type StartOptions, startSimulator } from './server.ts'
