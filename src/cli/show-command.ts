/** `baton show`: the steps of a run, the groups of a step or evaluation, one group whole, the rollouts of a kind, or its events. */
import { visibleText } from '../core/visible-text.ts'
import { assertRunKind, readRun } from '../runs/index.ts'
import { spokenLanguage } from './language.ts'
import { paint } from './paint.ts'
import { eventsView, printEvents } from './show/events.ts'
import { readRequest, type ShowOptions } from './show/request.ts'
import { viewOf } from './show/views.ts'
import { showWords } from './show/words.ts'
import { writeVerbatim } from './terminal-wrap.ts'
import { terminalWidth } from './text-table.ts'

export async function showCommand(folder: string, options: ShowOptions): Promise<void> {
  const request = readRequest(folder, options)
  assertRunKind(folder, 'training')
  const run = readRun(folder)
  try {
    const words = showWords[spokenLanguage()]
    if (request.hasEvents) {
      if (request.isJson) writeVerbatim(`${jsonText(eventsView(run, request))}\n`)
      else printEvents(run, request, words)
      return
    }
    const view = await viewOf(run, request)
    const style = { words, width: terminalWidth(), emphasize: paint(process.stdout).bold }
    writeVerbatim(`${request.isJson ? jsonText(view.json) : view.lines(style).join('\n')}\n`)
  } finally {
    run.close()
  }
}

/** Controls beyond ASCII are escaped too: JSON leaves them as they are. */
function jsonText(view: object): string {
  return visibleText(JSON.stringify({ version: 1, ...view }, null, 2))
}
