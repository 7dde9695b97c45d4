/** JSON files, gzipped or not, read with an error that names the fix. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { dataError } from './data-error.ts'

export function readJsonFile(path: string): unknown {
  const text = readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : ''
    throw dataError(
      'not-json',
      `${path} is not JSON: ${reason.slice(0, 120)}`,
      'Download or unpack it again; a .zip must be unpacked first.',
      cause,
    )
  }
}

export function readText(path: string): string {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw dataError(
      'no-file',
      `${path} cannot be read: there is no such file, or it is a folder.`,
      'Check the path.',
      cause,
    )
  }
  const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  try {
    const text = new TextDecoder('utf-8').decode(isGzipped ? gunzipSync(bytes) : bytes)
    return text
  } catch (cause) {
    throw dataError('not-text', `${path} cannot be unpacked or is not text.`, 'Download it again.', cause)
  }
}
