/** Sentences about model files, adapters and downloads of models. */
export const modelSentences: Readonly<Record<string, string>> = {
  '{source} does not exist, and is no owner/model of the hub': '{source} 不存在，也不是 hub 上的 owner/model',
  'Give a folder, a .gguf file, a .whl file, pypi:<package> or owner/model.':
    '请给出目录、.gguf 文件、.whl 文件、pypi:<package> 或 owner/model。',
  '{path} is neither a folder nor a .gguf or .whl file': '{path} 既不是目录，也不是 .gguf 或 .whl 文件',
  '{folder} has no config.json': '{folder} 中没有 config.json',
  'Give the folder of a model, or a .gguf file.': '请给出模型目录或 .gguf 文件。',
  '{path} is not a whole GGUF file: {problem}': '{path} 不是完整的 GGUF 文件：{problem}',
  '{path} is not a whole safetensors file: {problem}': '{path} 不是完整的 safetensors 文件：{problem}',
  'Copy or download the file again.': '请重新复制或下载该文件。',
  'Check the name, set PIP_INDEX_URL for a mirror, or give the path of a wheel.':
    '请检查名称，用 PIP_INDEX_URL 指定镜像，或给出 wheel 文件的路径。',
  '{path} is no adapter, but a whole model.': '{path} 不是适配器，而是完整的模型。',
  'Export it with --to safetensors or --to gguf.': '请用 --to safetensors 或 --to gguf 导出。',
  'Give another --name or --out, or write over it with --force.': '请换一个 --name 或 --out，或用 --force 覆盖。',
  '{folder} is an adapter that names no base model.': '{folder} 是适配器，但未指明基础模型。',
  '{folder} is an adapter of {base}, which is no model folder here.':
    '{folder} 是 {base} 的适配器，而它不是这里的模型目录。',
  'Give the folder of its base model: --base models/smollm2.': '请给出其基础模型的目录：--base models/smollm2。',
}
