/** `baton demos convert`: a selector checkpoint of another layout as today's, or today's as another. */
import { grouped } from '../core/grouped.ts'
import { inputBytes } from '../demonstrations/data/index.ts'
import { convertSelector } from '../engines/pointer/convert-selector.ts'
import { selectorParameterCount } from '../engines/pointer/index.ts'
import { type LayoutName, layoutNames } from '../engines/pointer/rename-tables.ts'
import { countOption, numberOption, optionError } from './option-values.ts'
import { writeOutputs } from './output-files.ts'
import { demosWords } from './words/demos.ts'

export interface DemosConvertOptions {
  readonly to: string
  readonly heads?: string
  readonly temperature?: string
  readonly force?: boolean
}

export function demosConvertCommand(input: string, output: string, options: DemosConvertOptions): void {
  const to = layoutNames.find((name) => name === options.to)
  if (to === undefined) {
    throw optionError(`--to ${options.to}: there is no such layout.`, `Layouts are ${layoutNames.join(', ')}.`)
  }
  const temperature = options.temperature === undefined ? undefined : numberOption('--temperature', options.temperature)
  const converted = convertSelector(inputBytes(input), input, {
    to,
    ...(options.heads === undefined ? {} : { heads: countOption('--heads', options.heads) }),
    ...(temperature === undefined ? {} : { temperature }),
  })
  writeOutputs({ [output]: converted.bytes }, { isForced: options.force === true, setting: 'name' })
  process.stdout.write(`${summary(converted.from, to, converted.architecture)}\n${demosWords().written(output)}\n`)
}

function summary(from: LayoutName, to: LayoutName, architecture: Parameters<typeof selectorParameterCount>[0]): string {
  const shown = Object.entries(architecture).map(([name, value]) => `${name} ${JSON.stringify(value)}`)
  return demosWords().converted(from, to, grouped(selectorParameterCount(architecture)), shown.join(', '))
}
