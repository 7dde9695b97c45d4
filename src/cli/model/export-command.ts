/** `baton model export`: a model, a run's newest policy, or a base with an adapter, in a form that others load. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BatonError } from '../../core/failure.ts'
import {
  type Adapter,
  exportGguf,
  exportGgufAdapter,
  exportPeft,
  exportSafetensors,
  isAdapterFolder,
  openAdapter,
  openModel,
  readManifest,
} from '../../models/index.ts'
import { newestPolicyIn } from '../../session/policy-folder.ts'
import { bytes } from '../format.ts'
import { createLiveLine } from '../live-line.ts'
import { oneOf, optionError } from '../option-values.ts'
import { storedTypeOption } from './stored-type.ts'
import { modelWords } from './words.ts'

export interface ExportCommandOptions {
  readonly to: string
  readonly out: string
  readonly base?: string
  readonly dtype?: string
  readonly force?: boolean
}

const formats = ['safetensors', 'gguf', 'peft', 'gguf-lora'] as const
type Format = (typeof formats)[number]

const ggufTypes = ['F32', 'F16', 'Q8_0'] as const

export async function exportCommand(from: string, options: ExportCommandOptions): Promise<void> {
  const format = oneOf('--to', options.to, formats)
  const write = writerOf(format, options.dtype)
  if (existsSync(options.out) && options.force !== true) {
    throw optionError(`${options.out} exists already.`, 'Give another --out, or write over it with --force.')
  }
  const source = newestPolicyIn(from)
  const adapter = isAdapterFolder(source) ? await openAdapter(source) : null
  const line = createLiveLine(process.stderr)
  const words = modelWords()
  try {
    const base = adapter === null ? source : baseOf(adapter, options.base)
    const model = await openModel(base)
    try {
      const onProgress = (done: number, total: number): void =>
        line.draw(() => words.converting(bytes(done), bytes(total)))
      await write({ model, adapter, onProgress }, { from: source, out: options.out, base })
    } finally {
      await model.weights.close()
    }
  } finally {
    line.clear()
    await adapter?.weights.close()
  }
  process.stdout.write(`${words.exported(options.out)}\n`)
}

type Write = (
  exported: Parameters<typeof exportSafetensors>[0],
  places: { readonly from: string; readonly out: string; readonly base: string },
) => Promise<void>

/** Checks the type before anything is read. */
function writerOf(format: Format, dtype: string | undefined): Write {
  switch (format) {
    case 'safetensors': {
      const type = dtype === undefined || dtype === 'auto' ? 'auto' : storedTypeOption('--dtype', dtype)
      return (exported, { out }) => exportSafetensors(exported, out, type)
    }
    case 'gguf': {
      const type = oneOf('--dtype', (dtype ?? 'f16').toUpperCase(), ggufTypes)
      return (exported, { out }) => exportGguf(exported, out, type)
    }
    case 'peft':
    case 'gguf-lora':
      if (dtype !== undefined) throw optionError(`--dtype has no meaning with --to ${format}.`, 'Leave it out.')
      return async ({ model, adapter }, { from, out, base }) => {
        if (adapter === null) {
          throw optionError(
            `${from} is no adapter, but a whole model.`,
            'Export it with --to safetensors or --to gguf.',
          )
        }
        if (format === 'gguf-lora') return exportGgufAdapter(adapter, model.config, out)
        return exportPeft(adapter, model.config, { folder: out, base: publishedName(base) })
      }
    default:
      return format satisfies never
  }
}

function baseOf(adapter: Adapter, given: string | undefined): string {
  const base = given ?? adapter.base
  if (base !== null && (existsSync(join(base, 'config.json')) || base.endsWith('.gguf'))) return base
  throw new BatonError(
    base === null
      ? `${adapter.folder} is an adapter that names no base model.`
      : `${adapter.folder} is an adapter of ${base}, which is no model folder here.`,
    {
      boundary: 'config',
      code: 'adapter-base',
      hint: 'Give the folder of its base model: --base models/smollm2.',
    },
  )
}

/** The hub's name of a base that was imported from there, else its folder. */
function publishedName(base: string): string {
  const source = base.endsWith('.gguf') ? undefined : readManifest(base)?.source
  return source?.kind === 'hub' ? source.address : base
}
