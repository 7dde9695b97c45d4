/** `baton model list`. A folder that is no whole model is named with the reason, and the others are listed. */
import { basename } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import { grouped } from '../../core/grouped.ts'
import { describeModel, type ModelDescription, modelFolders } from '../../models/index.ts'
import { bytes } from '../format.ts'
import { said } from '../language.ts'
import { type TextColumn, terminalWidth, textTable } from '../text-table.ts'
import { levelLabel } from '../translated.ts'
import { parametersText } from './described-lines.ts'
import { modelWords } from './words.ts'

export async function listCommand(parent: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const words = modelWords()
  const models: ModelDescription[] = []
  for (const folder of modelFolders(parent)) {
    try {
      models.push(await describeModel(folder))
    } catch (error) {
      if (!(error instanceof BatonError)) throw error
      process.stderr.write(`${levelLabel('warning', (label) => label)}${words.damaged(folder, said(error.message))}\n`)
    }
  }
  if (json) {
    process.stdout.write(`${JSON.stringify(models, null, 2)}\n`)
    return
  }
  const lines =
    models.length === 0
      ? [words.none(parent), words.importOne]
      : textTable(columnsOf(), models.map(rowOf), terminalWidth())
  process.stdout.write(`${lines.join('\n')}\n`)
}

function columnsOf(): TextColumn[] {
  const { columns } = modelWords()
  const column = (title: string, side: TextColumn['side'], rank: number): TextColumn => ({ title, side, rank })
  return [
    column(columns.name, 'left', 0),
    column(columns.architecture, 'left', 0),
    column(columns.parameters, 'right', 0),
    column(columns.layers, 'right', 4),
    column(columns.vocabulary, 'right', 3),
    column(columns.context, 'right', 2),
    column(columns.type, 'left', 2),
    column(columns.size, 'right', 1),
    column(columns.license, 'left', 1),
  ]
}

const rowOf = (model: ModelDescription): string[] => [
  basename(model.folder),
  model.architecture,
  parametersText(model.parameters),
  String(model.layers),
  grouped(model.vocabularySize),
  grouped(model.contextLength),
  model.storedTypes[0] ?? '',
  bytes(model.weightBytes),
  model.license ?? modelWords().unknown,
]
