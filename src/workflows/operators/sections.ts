/** Prompts are one user message: an instruction, then sections under `## Name` headings. */

export type Section = readonly [name: string, content: string]

export function sectionedPrompt(instruction: string, sections: readonly Section[]): string {
  return [instruction, ...sections.map(([name, content]) => `## ${name}\n${content}`)].join('\n\n')
}
