/** Configuration: schema, files, presets, and the seeds' own files. */
export { findInput, type LoadConfigOptions, type LoadedConfig, loadConfig, locateInput } from './load.ts'
export { type Config, judgeServer, type ServerConfig } from './schema.ts'
