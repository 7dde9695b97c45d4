/** Lines around sentences from below the command line: label and sentence in one language, the sentence's. */
import { spokenLanguage, translated } from './language.ts'
import { commonWords } from './words/common.ts'

/** `note: ...`, `warning: ...`. */
export function noticeLine(
  level: string,
  message: string,
  colour: (label: string) => string = (label) => label,
): string {
  const own = spokenLanguage() === 'en' || isChinese(message) ? message : translated(message)
  return own === null ? `${colour(`${level}:`)} ${message}` : `${levelLabel(level, colour)}${own}`
}

/** `warning: ` before a text in the language that is spoken. */
export function levelLabel(level: string, colour: (label: string) => string): string {
  const label = commonWords().levels[level] ?? `${level}: `
  return `${colour(label.trimEnd())}${label.endsWith(' ') ? ' ' : ''}`
}

/** An error as lines: whole in Chinese where message and hint can be, else whole in English. */
export function errorLines(message: string, hint: string | undefined, colour: (label: string) => string): string[] {
  const [chinese, advice] = [translated(message), hint === undefined ? '' : translated(hint)]
  if (chinese === null || advice === null) {
    return [`${colour('error:')} ${message}`, ...(hint === undefined ? [] : [`       ${hint}`])]
  }
  return [
    `${levelLabel('error', colour)}${chinese}`,
    ...(hint === undefined ? [] : [`      ${advice.replaceAll(/\n +/g, '\n      ')}`]),
  ]
}

/** Whether it was written in Chinese in the first place. */
function isChinese(text: string): boolean {
  return /\p{Script=Han}/u.test(text.replace(/["“(（].*?["”)）]/gs, ''))
}
