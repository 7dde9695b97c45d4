/**
 * Text that anyone may have written, made safe to show on a terminal: what would move the cursor, change colours, ring,
 * hide or reorder text is shown escaped (`\x1b`), so that a reader sees that it is there.
 */

/** Controls (but line feed), lone surrogates, line separators, direction marks and invisible characters. */
const unsafe =
  /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu

/** Line feeds stay, a tab becomes two blanks, `\r\n` a line feed. */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', '  ').replace(unsafe, escaped)
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`
}
