/** Display mathematics over several lines as one line: its content, of aligned equations the last one. */

const blocks = [/\\\[([\s\S]*?)\\\]/g, /\$\$([\s\S]*?)\$\$/g]
const environment =
  /\\begin\{(equation|align|aligned|alignat|gather|gathered|eqnarray|multline|split|displaymath|math)(\*?)\}(?:\{\d+\})?([\s\S]*?)\\end\{\1\2\}/g

export function withoutDisplay(text: string): string {
  if (!/\\\[|\$\$|\\begin\{/.test(text)) return text
  const flat = text.replace(environment, (_, _name, _star, inner: string) => lastEquation(inner))
  return blocks.reduce(
    (plain, block) => plain.replace(block, (_, inner: string) => ` \\(${inner.replace(/\s*\n\s*/g, ' ').trim()}\\) `),
    flat,
  )
}

/** `x &= 64 \\` is `x = 64`. */
function lastEquation(inner: string): string {
  const lines = rows(inner)
  const last = lines.at(-1) ?? ''
  return last
    .replace(/&/g, ' ')
    .replace(/\\(?:nonumber|notag|label\{[^{}]*\}|tag\{[^{}]*\})/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
}

/** Lines of the environment; `\\` inside a matrix parts none. */
function rows(inner: string): string[] {
  const found: string[] = ['']
  let depth = 0
  for (const part of inner.split(/(\\begin\{|\\end\{|\\\\(?:\[[^\]]*\])?)/)) {
    if (part === '\\begin{') depth += 1
    if (part === '\\end{') depth -= 1
    if (part.startsWith('\\\\') && depth === 0) found.push('')
    else found[found.length - 1] += part
  }
  return found.filter((row) => row.trim() !== '')
}
