/** Texts of `baton workflow --help` in Chinese, by their English. */
export const workflowHelpTexts: Readonly<Record<string, string>> = {
  'run, check, draw and convert workflow programs, including those of other frameworks':
    '运行、检查、绘制与转换工作流程序，包括其他框架的程序',
  'run a workflow on one problem': '在一道题上运行工作流',
  'a graph.py, its folder, a workspace, a text with <graph>, or a line in the arrow language':
    'graph.py、其目录、工作区、含 <graph> 的文本，或一行箭头语言',
  'the problem, @file to read it from a file, or its id with --data':
    '题目文本；@file 表示从文件读取；与 --data 同用时为题目 id',
  'problem file in which --problem is an id': '题目文件，--problem 为其中的 id',
  'problem type (default: by the data set, else math)': '题目类型（默认：由数据集决定，否则为 math）',
  'passage that the question is about, or @file': '问题所依据的段落，或 @file',
  'function that a code problem asks for': '代码题要求的函数名',
  'public tests of a code problem: assert f(1) == 2': '代码题的公开测试：assert f(1) == 2',
  'OpenAI-compatible server, with /v1': '兼容 OpenAI 的服务器地址，到 /v1 为止',
  'model of that server': '该服务器上的模型',
  'environment variable with its key': '存放其密钥的环境变量',
  'Python for programs that need NumPy or SymPy, inside bubblewrap (docs/sandbox.md)':
    '供需要 NumPy 或 SymPy 的程序使用的 Python，在 bubblewrap 中运行（docs/sandbox.md）',
  'seed of the run': '运行的随机种子',
  'print the whole run for programs': '以 JSON 输出整个运行，供程序读取',
  'Without --server the simulator answers. It is not a language model (docs/simulator.md): problems that it does not know get a guess. Exit codes: 0 answered, 2 wrong input or a program at fault, 3 the server failed, 130 interrupted.':
    '不给出 --server 时由模拟器回答。它不是语言模型（docs/simulator.md）：不认识的题目只能猜。退出码：0 已回答，2 输入有误或程序出错，3 服务器失败，130 被中断。',
  'tell what is wrong with workflows, without running them': '检查工作流有什么问题，不运行',
  'files, folders or workspaces': '文件、目录或工作区',
  'every round of a workspace instead of the best one': '检查工作区的每一轮，而不只是最好的一轮',
  'print findings for programs': '以 JSON 输出检查结果，供程序读取',
  'further folders whose files the program may import': '程序可导入其文件的其他目录',
  'Exit codes: 0 nothing that would fail, 4 something that would, 2 nothing to check.':
    '退出码：0 没有会失败的地方，4 有会失败的地方，2 没有可检查的内容。',
  'read an AFlow workspace: its rounds with scores, changes and failures, as JSON lines':
    '读取 AFlow 工作区：各轮的得分、改动与失败，输出为 JSON 行',
  'workspace, or its workflows folder': '工作区，或其 workflows 目录',
  'file to write (default: a table on the terminal)': '写入的文件（默认：在终端输出表格）',
  'write a workflow, or the best ones of a run, as an AFlow workspace, a Mermaid picture or a plain program':
    '把一个工作流，或一次运行中最好的工作流，写成 AFlow 工作区、Mermaid 图或普通程序',
  'a workflow as for "run", or a run folder': '工作流（写法同 run），或运行目录',
  'what to write': '写成什么',
  'folder for aflow, file for the others (default: the terminal)': 'aflow 为目录，其余为文件（默认：终端）',
  'name of the data set in the workspace (default: MATH, HumanEval or HotpotQA)':
    '工作区中数据集的名称（默认：MATH、HumanEval 或 HotpotQA）',
  'evaluation of the run to take programs from': '从运行的哪次评估中取程序',
  'programs of a run, the most used first': '取运行中的几个程序，最常用的在前',
}
