/** Configuration: schema, files, presets, and the seeds' own files. */
export { differencesOf, refuseIncomparable, type SettingDifference } from './changes.ts'
export { throwProblems } from './check.ts'
export { assertInput, findInput, locateInput, readInput } from './input-files.ts'
export { modelServerAddress } from './kinds.ts'
export { type LoadConfigOptions, type LoadedConfig, loadConfig, parseResolved } from './load.ts'
export { type Config, judgeServer, type ServerConfig } from './schema.ts'
export { wrongValues } from './wrong-value.ts'
