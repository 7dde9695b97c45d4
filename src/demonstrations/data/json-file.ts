/** JSON files, gzipped or not, read with an error that names the fix. */
import { gunzipSync } from 'node:zlib'
import { dataError } from './data-error.ts'
import { inputBytes } from './input-bytes.ts'

export function readJsonFile(path: string): unknown {
  const text = readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw dataError(
      'not-json',
      `${path} is not JSON: ${reason.replaceAll(/\s+/g, ' ').slice(0, 120)}`,
      'Download or unpack it again; a .zip must be unpacked first.',
      cause,
    )
  }
}

export function readText(path: string): string {
  const bytes = inputBytes(path)
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    const text = new TextDecoder('utf-8').decode(isGzipped ? gunzipSync(bytes) : bytes)
    return text
  } catch (cause) {
    throw dataError('not-text', `${path} cannot be unpacked or is not text.`, 'Download it again.', cause)
  }
}
