/** The key of a server: which texts can be one, and how it is kept out of everything that is shown or saved. */
import { BatonError } from '../core/failure.ts'

/** Stand-ins such as `EMPTY` or `none` are words that a model may say: only what can be a secret is redacted. */
const shortestSecret = 8

/** Without the white space around it; '' for none. @throws BatonError where no header can hold it. */
export function usableKey(apiKey: string | undefined): string {
  const key = (apiKey ?? '').trim()
  if (!/^[\x21-\x7e]*$/.test(key)) {
    throw new BatonError('the API key holds characters that no HTTP header may hold.', {
      boundary: 'config',
      code: 'api-key',
      hint: 'Look at the environment variable: a key has no spaces, line breaks or letters with accents.',
    })
  }
  return key
}

export function redactKey(text: string, key: string): string {
  return key.length >= shortestSecret && text.includes(key) ? text.replaceAll(key, '[api key]') : text
}
