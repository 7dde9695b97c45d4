/** Configuration: schema, files, presets, and the seeds' own files. */
export { differencesOf, refuseIncomparable, type SettingDifference } from './changes.ts'
export {
  findInput,
  type LoadConfigOptions,
  type LoadedConfig,
  loadConfig,
  locateInput,
  parseResolved,
} from './load.ts'
export { type Config, judgeServer, type ServerConfig } from './schema.ts'
