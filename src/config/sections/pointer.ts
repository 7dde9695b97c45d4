/** The selector of demonstrations: its network and what of it is trained. */
import { z } from 'zod'
import { path } from '../kinds.ts'

const count = () => z.int().min(0)

export const pointerSection = z
  .strictObject({
    start: path()
      .nullable()
      .default(null)
      .describe(
        'Checkpoint to begin with (`selector.safetensors`); its architecture then counts, and the network below is not read.',
      ),
    kind: z
      .enum(['pointer', 'bi-encoder', 'language-model'])
      .default('pointer')
      .describe('Network of a new selector: cross-attention to the pool, two encoders, or a model over the index.'),
    hiddenWidth: z.int().min(1).default(256).describe('Numbers behind the input projection.'),
    layers: count().default(1).describe('Layers of attention.'),
    heads: z.int().min(1).default(1).describe('Heads of each; they divide the width.'),
    temperature: z.number().positive().default(0.1).describe('Divisor of the cosines.'),
    queryUpdate: z
      .enum(['none', 'gate', 'gru'])
      .default('none')
      .describe('How a pick changes what is looked for next: not at all, by a gate, or by a recurrent cell.'),
    stepEmbeddings: count().default(0).describe('Learnt vectors added to the query by step; 0: none.'),
    diversitySteps: count().default(0).describe('Learnt penalties on likeness to earlier picks, by step; 0: none.'),
    stopAfter: count()
      .nullable()
      .default(null)
      .describe('Picks after which it may end early; null: every sequence is as long as asked.'),
    freeze: z
      .enum(['none', 'backbone', 'attention'])
      .default('none')
      .describe('What is not trained: nothing, the three projections, or the cross-attention and its norms.'),
  })
  .prefault({})
  .describe('The selector of demonstrations. Read with `engine: pointer`.')
