import { type Config, configSchema } from '../schema.ts'

/** The configuration with every default. */
export function defaultConfig(): Config {
  return configSchema.parse({})
}
