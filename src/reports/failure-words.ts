/**
 * What kinds of failure are called, in each language, by their stable code (`policy/no-class`). A failure's own message
 * names lines and values and stays as it was recorded; a code that is not listed (an exception of Python) names itself.
 */
import type { Boundary } from '../core/failure.ts'
import type { Language } from './language.ts'

const boundaries: Readonly<Record<Boundary, readonly [english: string, chinese: string]>> = {
  policy: ['program', '程序'],
  parse: ['reading', '解析'],
  sandbox: ['sandbox', '沙箱'],
  executor: ['executor', '执行模型'],
  judge: ['judge', '裁判模型'],
  dataset: ['problems', '题目'],
  config: ['configuration', '配置'],
  engine: ['policy engine', '策略引擎'],
  runs: ['run folder', '运行目录'],
  environment: ['own environment', '自定义环境'],
  baton: ['Baton itself', 'Baton 自身'],
  reward: ['reward function', '奖励函数'],
}

const codes: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  // Of an own reward function.
  'reward-threw': ['the reward function threw an exception', '奖励函数抛出异常'],
  'reward-too-slow': ['the reward function passed its deadline', '奖励函数超时'],
  'reward-not-valid': ['the reward function gave an invalid value', '奖励函数的返回值无效'],
  // What the validator finds in a program.
  'syntax-error': ['not valid Python', '不是有效的 Python'],
  'no-class': ['no class Workflow', '没有 Workflow 类'],
  'missing-method': ['a method is missing', '缺少方法'],
  'wrong-signature': ['wrong parameters of a method', '方法的参数不对'],
  'not-async': ['a method is not async', '方法不是 async'],
  'unknown-operator': ['unknown operator', '未知算子'],
  'operator-not-made': ['operator used but never made', '使用了未创建的算子'],
  'operator-unused': ['operator made but never used', '创建了算子却未使用'],
  'operator-without-llm': ['operator made without the model', '创建算子时未传入模型'],
  'operator-not-allowed': ['operator not allowed for this type of problem', '该题目类型不允许此算子'],
  'unknown-argument': ['unknown argument of an operator', '算子的未知参数'],
  'missing-argument': ['an argument of an operator is missing', '算子缺少参数'],
  'unknown-key': ["unknown key of an operator's result", '算子结果中没有的键'],
  'result-as-text': ['a whole result used as text', '把整个结果当作文本使用'],
  'llm-not-made': ['self.llm used but never made', '使用了未创建的 self.llm'],
  'misspelt-name': ['misspelt name', '名称拼写错误'],
  'unknown-llm-attribute': ['unknown attribute of self.llm', 'self.llm 没有的属性'],
  'unknown-attribute': ['unknown attribute of self', 'self 没有的属性'],
  'missing-await': ['await is missing', '缺少 await'],
  'maybe-unbound': ['variable that may have no value', '变量可能未赋值'],
  'undefined-name': ['undefined name', '未定义的名称'],
  'missing-return': ['nothing is returned', '没有返回值'],
  'missing-cost': ['the cost is not returned', '没有返回成本'],
  'dynamic-code': ['runs code made from text', '执行由文本拼成的代码'],
  'forbidden-import': ['import that is not allowed', '不允许的导入'],
  'shadowed-name': ['a name of the contract is overwritten', '覆盖了契约中的名称'],
  'leaked-code': ['code outside of the class', '类之外有代码'],
  invalid: ['not valid', '无效'],
  // Requests of a program that cannot be made.
  'prompt-empty': ['empty prompt', '提示词为空'],
  'prompt-not-unicode': ['prompt that is no text', '提示词不是文本'],
  'prompt-refused': ['prompt that the server refuses', '服务器拒绝的提示词'],
  'prompt-too-long': ['prompt too long', '提示词过长'],
  // Reading a completion.
  'no-code': ['no code in the completion', '生成中没有代码'],
  empty: ['empty completion', '生成为空'],
  'too-long': ['completion too long to be read', '生成过长，无法解析'],
  'too-complex': ['completion too complex to be read', '生成过于复杂，无法解析'],
  // Baton itself.
  unexpected: ['a mistake in Baton', 'Baton 出错'],
  // The sandbox.
  'compile-error': ['does not compile', '无法编译'],
  deadline: ['took too long', '耗时过长'],
  'deadline-cpu': ['computing time used up', '计算时间用尽'],
  'deadline-wall': ['time limit passed', '超过时限'],
  memory: ['memory limit passed', '超过内存上限'],
  output: ['too much output', '输出过多'],
  'operator-calls': ['too many operator calls', '算子调用过多'],
  'operator-tokens': ['its operators used up the tokens', '算子用尽 token 上限'],
  'operator-cost': ['its operators used up the money', '算子用尽成本上限'],
  violation: ['tried what the sandbox does not allow', '尝试了沙箱不允许的操作'],
  aborted: ['ended from outside', '被外部终止'],
  crashed: ['the process crashed', '进程崩溃'],
  exception: ['exception of its own', '自定义异常'],
  // Services.
  network: ['server not reached', '无法连接服务器'],
  timeout: ['no answer in time', '未在时限内回答'],
  'rate-limit': ['too many requests', '请求过多'],
  overloaded: ['server overloaded or loading', '服务器过载或正在加载'],
  server: ['error of the server', '服务器出错'],
  'malformed-body': ['reply that is not JSON', '回复不是 JSON'],
  'upstream-error': ["error of the server's provider", '上游服务出错'],
  'empty-content': ['empty answer', '回答为空'],
  'truncated-reasoning': ['reasoning cut off before an answer', '推理被截断，没有回答'],
  'unparsable-output': ['output that the server cannot parse', '服务器无法解析的输出'],
  'content-filter': ['refused by a content filter', '被内容过滤器拒绝'],
  'context-overflow': ['longer than the context', '超出上下文长度'],
  'request-too-large': ['request too large', '请求过大'],
  'bad-request': ['request refused', '请求被拒绝'],
  'not-found': ['no such model or address', '没有此模型或地址'],
  auth: ['key not accepted', '密钥未被接受'],
  quota: ['no credit left', '额度用尽'],
  unclear: ['no clear verdict', '没有明确的判定'],
}

/** The codes that have words of their own. */
export const namedFailures: readonly string[] = Object.keys(codes)

/** `program: no class Workflow`. @param kind `policy/no-class`. */
export function failureName(kind: string, language: Language): string {
  const at = language === 'en' ? 0 : 1
  const [boundary = '', code = ''] = kind.split(/\/(.*)/s)
  const where = boundaries[boundary as Boundary]?.[at] ?? boundary
  return `${where}${language === 'en' ? ': ' : '：'}${codeName(code, language)}`
}

/** `empty answer`, of `empty-content`; exceptions of Python are called by their own names. */
export function codeName(code: string, language: Language): string {
  const known = codes[code]?.[language === 'en' ? 0 : 1]
  if (known !== undefined) return known
  const exception = code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return /(?:Error|Exception|Iteration)$/.test(exception) ? exception : code
}
