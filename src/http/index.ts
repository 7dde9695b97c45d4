/** HTTP requests: one client, one way to wait, one limiter, for every server that Baton asks. */
export { abortableSleep, type BackoffLimits, retryDelayMs } from './backoff.ts'
export { type ProxyEnvironment, proxyVariables } from './dispatcher.ts'
export { type DownloadOutcome, downloadFile } from './download.ts'
export {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
  type HttpOutcome,
  type HttpRequest,
  type HttpResponse,
  responseText,
} from './http-client.ts'
export { createLimiter, type Limiter, type SlotOutcome } from './limiter.ts'
export type { HttpFailure } from './network-failure.ts'
