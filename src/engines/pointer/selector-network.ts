/**
 * What a selector's network computes: scores of every choice at every step of every sequence, under teacher forcing.
 * Masking is not the networks' business (`step-log-probs.ts`). Axes: B queries, N sequences of each, S steps, K
 * candidates of a pool, C choices (K, and STOP last where the selector has it).
 */
import type { numpy } from '@jax-js/jax'
import type { Jax } from '../../tensor/index.ts'
import type { SelectorArchitecture } from './architecture.ts'
import { biEncoderScores } from './bi-encoder.ts'
import { languageModelScores } from './language-model.ts'
import type { NetworkInputs, Parameter } from './network-inputs.ts'
import { pointerScores } from './pointer-network.ts'

/** @returns [B, N, S, C], or [B, 1, 1, C] where all sequences and steps have the same scores. */
export function networkScores(
  jax: Jax,
  architecture: SelectorArchitecture,
  { parameter, inputs }: { readonly parameter: Parameter; readonly inputs: NetworkInputs },
): numpy.Array {
  switch (architecture.kind) {
    case 'pointer':
      return pointerScores(jax, architecture, { parameter, inputs })
    case 'bi-encoder':
      return biEncoderScores(jax, architecture, { parameter, inputs })
    case 'language-model':
      return languageModelScores(jax, architecture, { parameter, inputs })
    default:
      return architecture satisfies never
  }
}
