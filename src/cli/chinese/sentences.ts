/** English sentences of the program and their Chinese, by template; anything not here is shown in English. */
import { configSentences } from './sentences-config.ts'
import { demosSentences } from './sentences-demos.ts'
import { imitateSentences } from './sentences-imitate.ts'
import { inputSentences } from './sentences-inputs.ts'
import { loraSentences } from './sentences-lora.ts'
import { modelSentences } from './sentences-models.ts'
import { probeSentences } from './sentences-probes.ts'
import { runSentences } from './sentences-runs.ts'
import { serviceSentences } from './sentences-services.ts'

export const sentences: Readonly<Record<string, string>> = {
  ...inputSentences,
  ...configSentences,
  ...demosSentences,
  ...imitateSentences,
  ...loraSentences,
  ...modelSentences,
  ...runSentences,
  ...serviceSentences,
  ...probeSentences,
}
