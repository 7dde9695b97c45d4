/** Finds the Python code in what a model wrote: fenced blocks first, else the part that looks like code. */

const fence = /^[ \t]*```[ \t]*([\w+-]*)[^\n]*\n([\s\S]*?)(?:^[ \t]*```[ \t]*$|$(?![\s\S]))/gm
const codeLine = /^(?:@|def |async def |class |import |from \w[\w.]* import )/m

/**
 * The code of a reply, ending with one newline; '' when there is none.
 * Of several fenced blocks the last one that defines `entryPoint` counts; where none does, all of them together.
 */
export function pythonCode(text: string, entryPoint: string): string {
  const normal = text.replace(/\r\n?/g, '\n')
  const blocks = [...normal.matchAll(fence)].map(([, language = '', code = '']) => ({ language, code }))
  const labelled = blocks.filter(({ language }) => /^(?:python\d*|py\d*)$/i.test(language))
  const usable = (labelled.length > 0 ? labelled : blocks.filter(({ language }) => language === '')).map(
    ({ code }) => code,
  )
  if (usable.length > 0) return tidy(usable.findLast((code) => definesName(code, entryPoint)) ?? usable.join('\n'))
  const bare = normal.replace(/^[ \t]*```.*$/gm, '')
  const start = bare.search(codeLine)
  if (start >= 0) return tidy(withoutProseAfter(bare.slice(withConstantsBefore(bare, start))))
  // An indented or one-line answer such as `f = lambda x: x + 1`.
  return definesName(bare, entryPoint) ? tidy(bare) : ''
}

const assignment = /^[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*\s*(?::[^=\n]+)?=(?!=)/

/** Where code begins, assignments and comments right before its first line included. */
function withConstantsBefore(text: string, start: number): number {
  if (assignment.test(text.trimStart())) return 0
  const before = text.slice(0, start).split('\n').slice(0, -1)
  let first = before.length
  for (let i = before.length - 1; i >= 0 && /^\s*(?:#.*)?$|^[A-Za-z_][\w\s,:[\]]*=(?!=)/.test(before[i] ?? ''); i--)
    if (assignment.test(before[i] ?? '')) first = i
  return before.slice(0, first).reduce((length, line) => length + line.length + 1, 0)
}

/** Whether a module of this text binds the name at its top level, as far as a glance can tell. */
export function definesName(code: string, name: string): boolean {
  const escaped = name.replace(/[^\w]/g, '\\$&')
  return new RegExp(
    `^(?:(?:async )?def ${escaped}\\b|class ${escaped}\\b|${escaped}\\s*(?::[^=\\n]*)?=[^=])`,
    'm',
  ).test(code)
}

/** Cuts at the first unindented line after code that cannot be code: a sentence. */
function withoutProseAfter(code: string): string {
  const lines = code.split('\n')
  const end = lines.findIndex((line) => /^[A-Z][a-z]+(?: [a-zA-Z',-]+){2,}.*[.:!]$/.test(line))
  return (end < 0 ? lines : lines.slice(0, end)).join('\n')
}

function tidy(code: string): string {
  const trimmed = dedent(code.replace(/^(?:[ \t]*\n)+/, '').trimEnd())
  return trimmed === '' ? '' : `${trimmed}\n`
}

function dedent(code: string): string {
  const indents = code
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0)
  const common = indents.length === 0 ? 0 : Math.min(...indents)
  return common === 0
    ? code
    : code
        .split('\n')
        .map((line) => line.slice(common))
        .join('\n')
}
