/** A client of a few lines for tests: posts, polls, and nothing else. */
import assert from 'node:assert/strict'

export interface PlainClient {
  readonly session: string
  /** Status and body of one POST below `/api/v1`. */
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<{ status: number; body: Body }>
  /** Posts an operation and polls for its result. */
  result(path: string, body: object): Promise<Body>
  poll(requestId: string): Promise<Body>
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into replies of every shape.
export type Body = any

export async function plainClient(baseUrl: string, session?: string): Promise<PlainClient> {
  const post: PlainClient['post'] = async (path, body, headers = {}) => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  const poll = async (requestId: string): Promise<Body> => {
    for (;;) {
      const { status, body } = await post('/retrieve_future', { request_id: requestId })
      if (body.type === 'try_again' || status === 408) continue
      return status === 200 ? body : { ...body, status }
    }
  }
  const id = session ?? (await post('/create_session', { tags: [], sdk_version: '0.25.0' })).body.session_id
  return {
    session: id,
    post,
    poll,
    async result(path, body) {
      const answer = await post(path, body)
      assert.ok(answer.status < 300, JSON.stringify(answer))
      return poll(answer.body.request_id)
    },
  }
}

/** One datum of cross-entropy: learns all but the first `prompt` tokens. */
export function datum(tokens: readonly number[], prompt: number, weight = 1) {
  const count = tokens.length - 1
  return {
    model_input: { chunks: [{ type: 'encoded_text', tokens: tokens.slice(0, -1) }] },
    loss_fn_inputs: {
      target_tokens: { data: tokens.slice(1), dtype: 'int64', shape: [count] },
      weights: {
        data: Array.from({ length: count }, (_, i) => (i + 1 < prompt ? 0 : weight)),
        dtype: 'float32',
        shape: [count],
      },
    },
  }
}

export function learningBody(model: string, sequence: number, data: readonly object[], lossFn = 'cross_entropy') {
  return { model_id: model, seq_id: sequence, forward_backward_input: { data, loss_fn: lossFn } }
}

export const adam = { learning_rate: 0.01, beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0, grad_clip_norm: 0 }
