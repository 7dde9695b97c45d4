/** Texts of `baton demos --help` in Chinese, by their English. */
export const demosHelpTexts: Readonly<Record<string, string>> = {
  'learn which demonstrations to show a model with a question': '学习回答某个问题时该给模型看哪些示例',

  // collect
  'make candidate sequences of demonstrations and have the answering model judge them':
    '生成候选示例序列，并由回答模型评判',
  'questions: VQA format, TextVQA, VizWiz, soft labels, or .jsonl (default: generated)':
    '问题：VQA 格式、TextVQA、VizWiz、软标签或 .jsonl（默认：自动生成）',
  'their annotations, if in a separate file': '问题的标注（标注在单独的文件中时）',
  'folder with the pictures of the questions': '问题的图片所在目录',
  'generated picture questions, if no file is given': '未给出文件时自动生成的看图问题数',
  'questions to collect for (default: 1600 generated, all of a file)':
    '为多少个问题收集（默认：自动生成的取 1600 个，文件则取全部）',
  'demonstrations that a question may be shown': '一个问题可用的示例数（候选池大小）',
  'of pools: random, text-similar, image-similar, mixed': '候选池的取法：random、text-similar、image-similar、mixed',
  'ngrams, sentences or clip:<folder>': 'ngrams、sentences 或 clip:<目录>',
  'embeddings of the questions instead: .safetensors, .npy or .pt': '改用问题的现成向量：.safetensors、.npy 或 .pt',
  'demonstrations in a sequence': '一个序列中的示例数',
  'distinct sequences of each question': '每个问题的不同序列数',
  'of them drawn by similarity, after the most similar one': '其中在最相似者之后按相似度抽取的序列数',
  'InfoScore beams of each question (vLLM or the simulator)': '每个问题的 InfoScore 束数（vLLM 或模拟器）',
  'also measure the probability of the reference answers (vLLM or the simulator)':
    '同时询问参考答案的概率（vLLM 或模拟器）',
  'a selector that also proposes: beams and samples': '由选择器一同提出序列：束搜索与采样',
  'rounds of further sequences for questions without a right answer': '为没有答对的问题追加序列的轮数',
  'judge the sequences of this file again, instead of proposing; older layouts too':
    '不提出新序列，重新评判该文件中的序列；旧格式也可',
  'join with the sequences of this file, of the same profile and pools': '并入该文件中的序列（配置档与候选池须相同）',
  'keep at most so many right and wrong sequences, e.g. 4:4': '正确与错误的序列最多各保留多少，例如 4:4',
  'answering model: an OpenAI-compatible server, with /v1': '回答模型：兼容 OpenAI 的服务器地址，到 /v1 为止',
  'its model; of the simulator: simulator, simulator-half, simulator-null':
    '其模型；模拟器可选 simulator、simulator-half、simulator-null',
  'its model; of the simulator: simulator (default), simulator-half, simulator-null':
    '其模型；模拟器可选 simulator（默认）、simulator-half、simulator-null',
  'environment variable that holds the key of the server': '存放服务器密钥的环境变量',
  'questions asked at once': '同时提问的问题数',
  'evaluation profile (YAML): the fields that differ from the default': '评估配置档（YAML）：只写与默认不同的字段',
  'seed of questions, pools and draws': '问题、候选池与抽取的随机种子',
  'continue a collection that was stopped; no answer is paid for twice': '继续已停止的收集；不会重复付费',
  'generated questions, the offline simulator': '自动生成的问题，离线模拟器',
  'docs/demonstrations-data.md describes the files. Exit codes: 0 done, 2 wrong input, 3 the server failed for good (resumable), 130 interrupted (resumable).':
    '各文件的内容见 docs/demonstrations-data.md。退出码：0 完成，2 输入有误，3 服务器彻底失败（可继续），130 被中断（可继续）。',

  // train
  'train a selector: imitation of judged sequences, then GRPO; baton train with the preset demonstrations':
    '训练选择器：先模仿已评判的序列，再做 GRPO（以 demonstrations 为预设的训练）',
  'run folder of npx baton demos collect: its data, and the model that judges new sequences':
    'npx baton demos collect 的运行目录：取其数据，并由其回答模型评判新序列',
  'judged sequences (JSON) instead; may be repeated': '改用已评判的序列（JSON）；可重复',
  'embeddings of the index instead: .safetensors, .npy or .pt, with their ids':
    '改用索引的现成向量：.safetensors、.npy 或 .pt，附其 id',
  'embeddings of the queries (default: they are in the index)': '查询的向量（默认：在索引中）',
  'selector to start from (default: a new one)': '从哪个选择器继续（默认：新建）',
  'demonstrations that are picked (default: 2)': '选几个示例（默认：2）',
  'configuration file (YAML), over the preset': '配置文件（YAML），覆盖预设',
  'check configuration and data; train nothing': '检查配置与数据，不训练',
  'print the resolved configuration as YAML': '以 YAML 输出解析后的配置',
  'docs/demonstrations-selector.md describes the files; docs/config.md lists the keys. Exit codes: 0 done, 2 wrong input, 3 a service failed for good (resumable), 4 stopped by a rule or budget, 130 interrupted (checkpointed).':
    '文件内容见 docs/demonstrations-selector.md，全部键见 docs/config.md。退出码：0 完成，2 输入有误，3 服务彻底失败（可续训），4 因规则或预算而停止，130 被中断（已存检查点）。',

  // eval
  'measure a selector beside its baselines on held-out questions, or score the predictions of another system':
    '在留出问题上评估选择器及其基线，或为其他系统的预测评分',
  'generated questions that demonstrations are taken from, if no file is given':
    '未给出文件时自动生成、供选取示例的问题数',
  'held-out questions: VQA format, soft labels, or JSON lines (default: generated)':
    '留出问题：VQA 格式、软标签或 JSON 行（默认：自动生成）',
  'their pictures': '问题的图片',
  'questions that demonstrations are taken from': '示例取自哪些问题（索引）',
  'annotations of the index': '索引的标注',
  'pictures of the index': '索引的图片',
  'embeddings of the index instead: .safetensors, .npy or .pt': '改用索引的现成向量：.safetensors、.npy 或 .pt',
  'embeddings of the questions (default: they are in the index file)': '问题的向量（默认：在索引的文件中）',
  'selector to measure (default: only the baselines)': '要评估的选择器（默认：只评估基线）',
  'judged sequences of the questions: their pools and the oracle': '这些问题已评判的序列：用其候选池与理想选择',
  'score these instead of asking: [{"question_id": ..., "answer": "..."}]':
    '不提问，直接为这些预测评分：[{"question_id": ..., "answer": "..."}]',
  'of --predictions: exact, official, always, okvqa-stemmed':
    '--predictions 的归一化：exact、official、always、okvqa-stemmed',
  'numbers of demonstrations': '示例数',
  'report the first N questions separately, and the segments between them': '分别报告前 N 个问题及其间各段',
  'of the pools: random, text-similar, image-similar, mixed':
    '候选池的取法：random、text-similar、image-similar、mixed',
  'at most this many questions': '最多这么多个问题',
  'of pools, random demonstrations and generated questions': '候选池、随机示例与自动生成问题的随机种子',
  'evaluation profile (JSON or YAML)': '评估配置档（JSON 或 YAML）',
  'name of the run': '运行的名称',
  'continue an evaluation: answered questions are not asked again': '继续一次评估：已回答的不再提问',
  'the baselines on generated questions': '在自动生成的问题上评估基线',
  'Two evaluations are compared with: npx baton compare <run> <run>': '比较两次评估：npx baton compare <run> <run>',

  // convert
  'make a selector checkpoint of another layout, PyTorch files too, one of Baton; or the reverse':
    '把其他格式（包括 PyTorch 文件）的选择器检查点转换为 Baton 的，或反向转换',
  'checkpoint: .safetensors, .pt or .ckpt': '检查点：.safetensors、.pt 或 .ckpt',
  'safetensors file to write': '写入的 safetensors 文件',
  'v3 (today), v2-single, v2-lightning, v2-lightning-single, v2-wrapped, v2-wrapped-single':
    'v3（当前）、v2-single、v2-lightning、v2-lightning-single、v2-wrapped、v2-wrapped-single',
  'attention heads, where the file does not tell (default: 1)': '注意力头数，文件中没有时给出（默认：1）',
  'of the cosines, where the file does not tell (default: 0.1)': '余弦的温度，文件中没有时给出（默认：0.1）',
}
