/** Learning requests as another server would understand them, said in terms of Baton's own. */
import type { Datum, ForwardBackwardRequest, TensorData } from '../../tinker/index.ts'
import type { ImitatedBehaviour } from './imitated-behaviours.ts'

/** What a server that reads only the learning rate uses for the rest. */
const serversOwnAdam = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0.01, grad_clip_norm: 1 }

export function changedAdam(asked: object, { readsAdam }: ImitatedBehaviour): object {
  return readsAdam === 'all' ? asked : { ...asked, ...serversOwnAdam }
}

export function changedLearning(
  request: ForwardBackwardRequest,
  { losses, bounds, reduction }: ImitatedBehaviour,
): ForwardBackwardRequest {
  const { loss_fn: loss, data, loss_fn_config: config } = request
  // Refused as the operation's result.
  if (!losses.some((known) => known === loss)) return { ...request, loss_fn: `${loss} (not known here)` }
  const clip = loss === 'ppo' || loss === 'cispo' ? bounds[loss] : null
  return {
    ...request,
    data: reduction === 'sum' ? data : data.map((datum) => averaged(datum, data.length)),
    ...(clip === null
      ? {}
      : { loss_fn_config: { clip_low_threshold: clip.low, clip_high_threshold: clip.high, ...config } }),
  }
}

/** The datum with weights that divide it by their sum, and by the number of data. */
function averaged(datum: Datum, count: number): Datum {
  const { target_tokens: targets, weights, mask, advantages, logprobs } = datum.loss_fn_inputs
  const given = weights ?? mask
  const length = targets?.data.length ?? 0
  const isLearned = (t: number): boolean => advantages?.data[t] !== 0 || logprobs?.data[t] !== 0
  const own = Array.from({ length }, (_, t) => given?.data[t] ?? (isLearned(t) ? 1 : 0))
  const total = Math.max(
    own.reduce((sum, weight) => sum + weight, 0),
    1e-9,
  )
  const scaled: TensorData = {
    dtype: 'float32',
    shape: [length],
    data: Float32Array.from(own, (weight) => weight / (total * count)),
  }
  const { mask: _, ...inputs } = datum.loss_fn_inputs
  return { ...datum, loss_fn_inputs: { ...inputs, weights: scaled } }
}
