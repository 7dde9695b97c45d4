/** `--help` in Chinese: the texts of commands and options are looked up by their English; syntax and names stay. */
import { type Command, Help } from 'commander'
import { textWidth, wrapChinese } from '../text-width.ts'
import { helpTexts } from './help-texts.ts'
import { translate } from './translate.ts'

/** Commands that are added to the program afterwards take this over. */
export function writeHelpInChinese(program: Command): void {
  program
    .showHelpAfterError('（加 --help 查看例子）')
    .configureHelp({
      styleTitle: helpText,
      styleUsage: (usage) => usage.replace('[options]', '[选项]').replace('[command]', '[命令]'),
      styleSubcommandTerm: (term) => term.replace('[options]', '[选项]').replace('[command]', '[命令]'),
      styleCommandDescription: helpText,
      styleSubcommandDescription: helpText,
      styleOptionDescription: describedText,
      styleArgumentDescription: describedText,
      displayWidth: textWidth,
      boxWrap: (text, width) => wrapChinese(text, width).join('\n'),
      formatHelp: (command, help) =>
        Help.prototype.formatHelp.call(help, command, help).replace(`${helpText('Usage:')} `, helpText('Usage:')),
    })
    .configureOutput({
      writeOut: (text) => process.stdout.write(text.startsWith('\n') ? afterHelp(text) : text),
      outputError: (text, write) => write(`${usageError(text.trimEnd())}\n`),
    })
}

function helpText(english: string): string {
  return helpTexts[english] ?? english
}

/** A description with what commander adds to it: `(default: "runs")`, `(choices: "math", "code")`. */
function describedText(english: string): string {
  const known = helpTexts[english]
  if (known !== undefined) return known
  const [, text = '', extra] = /^(.*) \(((?:choices|default): .*)\)$/s.exec(english) ?? []
  if (extra === undefined) return english
  const shown = extra.replace('choices: ', '可选：').replace(/default: ([^"].*)?/, (_, word?: string) => {
    return `默认：${word === undefined ? '' : helpText(word)}`
  })
  return `${helpText(text)}（${shown}）`
}

/** What follows the options: examples with their comments, then prose. */
function afterHelp(english: string): string {
  return english
    .replace(/(?:^|\n)(\S[^\n]*(?:\n\S[^\n]*)*)/g, (whole, prose: string) => whole.replace(prose, proseText(prose)))
    .replace(/^( {2}\S.*?\S)( {2,})(\S.*)$/gm, (_, command: string, gap: string, comment: string) => {
      return `${command}${gap}${helpText(comment)}`
    })
}

function proseText(prose: string): string {
  return prose.includes('\n') ? (helpTexts[prose.replaceAll('\n', ' ')] ?? prose) : helpText(prose)
}

/** Of commander, with the sentence that points to the help. */
function usageError(english: string): string {
  return translate(english) ?? english
}
