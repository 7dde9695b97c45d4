/** What is known of a model, one line each. */
import { grouped } from '../../core/grouped.ts'
import { describeModel, type ModelDescription } from '../../models/index.ts'
import { bytes } from '../format.ts'
import { labelled } from '../text-width.ts'
import { modelWords } from './words.ts'

export async function describedLines(path: string): Promise<string[]> {
  return linesOf(await describeModel(path))
}

export function parametersText(count: number): string {
  return modelWords().millions((count / 1e6).toFixed(count < 1e8 ? 1 : 0))
}

function linesOf(model: ModelDescription): string[] {
  const words = modelWords()
  const { fields } = words
  const files = model.source?.files.map(({ name, sha256 }) => `${name} ${sha256}`) ?? []
  const rows: readonly (readonly [string, string])[] = [
    [fields.architecture, `${model.architecture}, ${model.tiesEmbeddings ? words.tied : words.untied}`],
    [fields.parameters, grouped(model.parameters)],
    [fields.layers, words.layersOf(model.layers, model.hiddenSize)],
    [fields.heads, words.headsOf(model.heads, model.keyValueHeads, model.headSize)],
    [fields.vocabulary, grouped(model.vocabularySize)],
    [fields.context, grouped(model.contextLength)],
    [fields.type, model.storedTypes.join(', ')],
    [fields.size, bytes(model.weightBytes)],
    [fields.template, model.hasChatTemplate ? words.yes : words.no],
    [fields.license, model.license ?? words.unknown],
    [fields.source, model.source?.address ?? words.notImported],
    ...files.map((file) => ['', file] as const),
  ]
  return rows.map(([label, text]) => `  ${labelled(label, text)}`)
}
