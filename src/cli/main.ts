/** `baton`: the command line. */
import { CommanderError } from 'commander'
import { BatonError } from '../core/failure.ts'
import { dropOutputOnceClosed } from './closed-pipes.ts'
import { exitWith, reportError } from './errors.ts'
import { languageOf, speak, spokenLanguage } from './language.ts'
import { buildProgram } from './program.ts'
import { wrapLinesOf } from './terminal-wrap.ts'

dropOutputOnceClosed([process.stdout, process.stderr])
wrapLinesOf([process.stdout, process.stderr])

try {
  await speak(languageOf(process.env))
  const chinese = spokenLanguage() === 'zh' ? await import('./chinese/help.ts') : null
  await buildProgram(chinese?.writeHelpInChinese).parseAsync(process.argv)
} catch (error) {
  if (error instanceof CommanderError) {
    exitWith(error.exitCode === 0 ? 0 : 2)
  } else {
    reportError(error)
    exitWith(error instanceof BatonError ? error.exitCode : 1)
  }
}
