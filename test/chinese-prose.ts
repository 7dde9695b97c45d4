/** Finds English prose in what the command line writes in Chinese. */

/** Names that are written alike in both languages, and units. */
const names = new Set(
  `Baton GRPO LLM JSON YAML VQA TextVQA VizWiz OpenAI API SDK Python LoRA AFlow Mermaid PyTorch InfoScore Tinker RCE
  protobuf token id vLLM NumPy SymPy bubblewrap Ctrl-C KL MATH HumanEval HotpotQA UTF n G M s kB MB GB B p`.split(
    /\s+/,
  ),
)

/**
 * Words of English prose in a line: two in a row that are neither names nor code, or any in a line without Chinese.
 * Code: what holds a digit or a sign (`--out`, `report.md`, `a_b`), stands in quotes or `<>`, or is a list of choices.
 */
export function englishIn(line: string): string[] {
  const text = line
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|<[^<>]*>|\[[^\]]*\]/g, ' # ')
    .replace(/\b(?:npx )?baton(?: [\x21-\x7e]+)+|\bnpm (?:start|test|run [\w-]+)/g, ' # ')
    .replace(/\bassert \S+ == \S+/g, ' # ')
    .replace(/[\x21-\x7e]*[$~./][\x21-\x7e]+/g, ' # ')
    .replace(/(?<![\w-])--?[\w-]+(?:[ =](?=#))?/g, ' # ')
  const words = text
    .replace(/[^\x20-\x7e]|[,;:()|]/g, ' # ')
    .trim()
    .split(/\s+/)
  const isProse = words.map(
    (word) => /^[A-Za-z]+(?:['’][a-z]+)?[.,:;!?]?$/.test(word) && !names.has(word.replace(/[.,:;!?]$/, '')),
  )
  const hasChinese = /[\p{Script=Han}、。，：（）]/u.test(line)
  return words.filter((_, i) => isProse[i] && (!hasChinese || isProse[i - 1] || isProse[i + 1]))
}
