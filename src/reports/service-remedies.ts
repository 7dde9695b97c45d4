/** What to do about a service that failed, in each language. The English sentences are the errors' own. */
import type { Boundary } from '../core/failure.ts'
import { remedyFor, type ServiceFailureKind, withKeysNamed } from '../core/service-failures.ts'
import type { Language } from './language.ts'

const chinese: Readonly<Record<ServiceFailureKind, string>> = {
  network: '请检查服务器是否在运行，以及 {baseUrl} 是否是它的地址。',
  timeout:
    '服务器跟不上请求：请调低 {concurrency} 以减少排队，调高 {attemptTimeoutMs} 与 {totalTimeoutMs}，或调低 {maxTokens}。',
  'rate-limit': '请调低 {concurrency}，调高 {attempts}，或等待账户的限额恢复。',
  overloaded: '请等服务器加载完模型，或调低 {concurrency}。',
  server: '请查看服务器自己的日志。',
  'malformed-body': '请检查 {baseUrl} 是否是兼容 OpenAI 的服务器地址（到 /v1 为止）。',
  'upstream-error': '请查看服务商的状态页，或换一家服务商。',
  'empty-content': '请调高 {maxTokens} 或 {attempts}，或设 {reasoningEffort}: low。',
  'truncated-reasoning': '请调高 {maxTokens}，或设 {reasoningEffort}: low。',
  'unparsable-output': '请检查服务器使用的对话模板是否是该模型自己的。',
  'content-filter': '请从数据中去掉被服务商内容过滤拒绝的题目，或换一家服务商。',
  'context-overflow': '请以更长的上下文启动服务器，调低 {maxTokens}，或去掉最长的题目。',
  'request-too-large': '请调高服务器（或其前面的代理）所接受的请求大小上限。',
  'bad-request': '请对照服务器所接受的内容，检查 {model} 与采样设置。',
  'not-found': '请对照服务器所提供的模型，检查 {model} 与 {baseUrl}。',
  auth: '请把 {apiKeyEnvironment} 所指的环境变量设为有效的密钥。',
  quota: '请为账户充值，或换一台服务器。',
}

export function serviceRemedy(kind: ServiceFailureKind, boundary: Boundary, language: Language): string {
  return language === 'en' ? remedyFor(kind, boundary) : withKeysNamed(chinese[kind], boundary)
}
