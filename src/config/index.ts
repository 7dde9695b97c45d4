/** Configuration: schema, files, presets. */
export { type Config, configSchema, defaultConfig, judgeServer, type ServerConfig } from './schema.ts'
