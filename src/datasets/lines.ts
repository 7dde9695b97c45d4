/** Lines of a UTF-8 file, decoded one by one: a file may be longer than a string can be. */

/** Numbered from 1; a byte order mark and carriage returns are taken off. */
export function* readLines(bytes: Uint8Array): Generator<{ readonly line: number; readonly text: string }> {
  const decoder = new TextDecoder()
  let line = 0
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline < 0 ? bytes.length : newline
    line += 1
    yield { line, text: decoder.decode(bytes.subarray(start, end)).replace(/\r$/, '') }
    start = end + 1
  }
}
