/** The protocol's objects as JSON text: typed arrays become lists, images base64, absent keys stay absent. */
import type {
  Chunk,
  Datum,
  ForwardBackwardOutput,
  ForwardBackwardRequest,
  ModelInput,
  SampleRequestBody,
  SampleResponse,
  TensorData,
} from './protocol.ts'
import { wireError } from './wire-error.ts'

/** @throws BatonError `wire-format` for numbers that JSON has no word for. */
export function forwardBackwardRequestText(request: ForwardBackwardRequest): string {
  const { model_id, seq_id, data, loss_fn, loss_fn_config, forward_only } = request
  const input = { data: data.map(datumValue), loss_fn, ...(loss_fn_config === undefined ? {} : { loss_fn_config }) }
  return JSON.stringify(
    forward_only === true
      ? { model_id, seq_id, forward_input: input, type: 'forward' }
      : { model_id, seq_id, forward_backward_input: input, type: 'forward_backward' },
  )
}

export function forwardBackwardOutputText(output: ForwardBackwardOutput): string {
  return JSON.stringify({
    ...output,
    loss_fn_outputs: output.loss_fn_outputs.map((record) =>
      Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, tensorValue(tensor, name)])),
    ),
    type: 'forward_backward',
  })
}

export function sampleRequestText(request: SampleRequestBody): string {
  return JSON.stringify({ ...request, prompt: modelInputValue(request.prompt), type: 'sample' })
}

export function sampleResponseText(response: SampleResponse): string {
  return JSON.stringify({
    ...response,
    sequences: response.sequences.map(({ stop_reason, tokens, logprobs }) => ({
      stop_reason,
      tokens: Array.from(tokens),
      logprobs: logprobs === null ? null : Array.from(logprobs),
    })),
    type: 'sample',
  })
}

function datumValue({ model_input: input, loss_fn_inputs: inputs }: Datum): object {
  return {
    model_input: modelInputValue(input),
    loss_fn_inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [name, tensorValue(tensor, name)]),
    ),
  }
}

const modelInputValue = ({ chunks }: ModelInput): object => ({ chunks: chunks.map(chunkValue) })

function chunkValue(chunk: Chunk): object {
  if (chunk.type === 'encoded_text') return { type: chunk.type, tokens: Array.from(chunk.tokens) }
  return { ...chunk, data: Buffer.from(chunk.data).toString('base64') }
}

function tensorValue(tensor: TensorData, name: string): object {
  const { dtype, shape, sparse_crow_indices: rows, sparse_col_indices: columns } = tensor
  const data = Array.from(tensor.data)
  if (!data.every(Number.isFinite))
    throw wireError(`${name} holds a number that is not finite, which JSON cannot carry`)
  return {
    data,
    dtype,
    ...(shape === undefined ? {} : { shape }),
    ...(rows === undefined ? {} : { sparse_crow_indices: Array.from(rows) }),
    ...(columns === undefined ? {} : { sparse_col_indices: Array.from(columns) }),
  }
}
