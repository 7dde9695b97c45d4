/** Configuration: schema, files, presets, and the seeds' own files. */
export { configMarkdown } from './config-docs.ts'
export { type ConfigKey, describeConfig } from './keys.ts'
export { type LoadConfigOptions, type LoadedConfig, loadConfig, locateInput } from './load.ts'
export { presetNames } from './presets.ts'
export { type Config, defaultConfig, judgeServer, type ServerConfig } from './schema.ts'
