/** The policy that is trained: which engine holds it, how it is prompted and sampled. */
import { z } from 'zod'
import { frozenSection } from './frozen.ts'
import { loraSection } from './lora.ts'
import { pointerSection } from './pointer.ts'
import { tinkerSection } from './tinker.ts'

export const policySection = z
  .strictObject({
    engine: z
      .enum(['embedded', 'tinker', 'frozen', 'pointer'])
      .default('embedded')
      .describe(
        'Where the policy lives. `embedded`: a small transformer in this process. `tinker`: a model on a training server (`policy.tinker`). `frozen`: a language model behind an API, which is not trained (`policy.frozen`). `pointer`: a selector of demonstrations in this process (`policy.pointer`).',
      ),
    model: z
      .string()
      .min(1)
      .default('models/conductor')
      .describe(
        'Folder with `config.json`, `tokenizer.json` and the weights: yours, or a checkpoint, or one that ships with Baton. With `engine: tinker` tokenizer and chat template are enough; a name on the Hugging Face hub (owner/model) fetches them.',
      ),
    promptStyle: z
      .enum(['brief', 'full'])
      .default('brief')
      .describe(
        '`brief`: type and problem only, for the embedded policy, which learned the contract in its warm start. `full`: the whole operator contract, for a general model.',
      ),
    promptMaxTokens: z
      .int()
      .min(8)
      .max(131072)
      .default(48)
      .describe('A longer prompt is shortened to this many tokens.'),
    maxCompletionTokens: z
      .int()
      .min(1)
      .max(131072)
      .default(160)
      .describe(
        'Sampling stops here; a completion cut off this way counts in `completions/clipped_ratio`. With `engine: pointer` the number of demonstrations that are picked (shots).',
      ),
    temperature: z
      .number()
      .positive()
      .max(10)
      .default(1)
      .describe(
        'Sampling temperature of training rollouts. Keep 1 unless you know why: the policy trained is the one sampled.',
      ),
    topP: z
      .number()
      .positive()
      .max(1)
      .default(1)
      .describe('Nucleus sampling of training rollouts; 1 is off. Below 1 the importance ratios are biased.'),
    constrain: z
      .enum(['none', 'grammar', 'plan'])
      .default('none')
      .describe(
        'What completions are held to while they are sampled. `grammar`: programs of the contract (`workflows.contract`), every one of them valid. `plan`: plans as JSON. The policy is trained on the distribution that is left. A frozen generator has its server do it.',
      ),
    temperatureSchedule: z
      .strictObject({
        shape: z
          .enum(['constant', 'linear'])
          .default('constant')
          .describe('`linear`: from `policy.temperature` at the first step to `final` at the last.'),
        final: z
          .number()
          .positive()
          .max(10)
          .default(1)
          .describe('Temperature of the last step. Read when the shape is `linear`.'),
      })
      .prefault({})
      .describe('How the temperature changes over the training.'),
    threads: z
      .int()
      .min(0)
      .max(256)
      .default(0)
      .describe('Processor threads of the embedded and the pointer engine; 0 chooses by the machine.'),
    base: z
      .enum(['float32', 'int8'])
      .default('float32')
      .describe(
        'How the frozen matrices of a model with an adapter (`policy.lora.rank` above 0) are kept. `int8`: a scale a row, a quarter of the memory, a little slower and a little less exact.',
      ),
    lora: loraSection,
    tinker: tinkerSection,
    frozen: frozenSection,
    pointer: pointerSection,
  })
  .prefault({})
  .describe('The model that is trained.')
