/** `baton model show`. */
import { describeModel } from '../../models/index.ts'
import { describedLines } from './described-lines.ts'

export async function showModelCommand(path: string, { json = false }: { readonly json?: boolean }): Promise<void> {
  const text = json
    ? JSON.stringify(await describeModel(path), null, 2)
    : [path, ...(await describedLines(path))].join('\n')
  process.stdout.write(`${text}\n`)
}
