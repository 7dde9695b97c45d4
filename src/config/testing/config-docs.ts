/** `docs/config.md`, made from the schema. A test keeps the file current. */
import { type ChangeClass, changeClassOf } from '../changes.ts'
import { type ConfigKey, describeConfig } from '../keys.ts'
import { presetNames } from '../presets.ts'

const introduction = `# Configuration

Made from the schema in \`src/config\`; a test keeps it current.

A configuration is laid together from four layers, each over the one before: the defaults below, a preset
(\`--preset\`: ${presetNames()
  .map((name) => `\`${name}\``)
  .join(
    ', ',
  )}), a YAML file (\`--config my.yaml\`), and single settings (\`--set training.groupSize=16\`, the value in YAML).
Unknown keys are errors. The resolved configuration is saved with the run as \`config.yaml\`; given as \`--config\` it
gives the same configuration. \`baton train\` with neither \`--preset\` nor \`--config\` starts from the preset
\`quickstart\`, whose values differ from the defaults below; \`--print-config\` prints the outcome.

\`baton train --resume RUN --set key=value\` changes settings of a run that has begun. Those marked "may change" are
recorded with the step from which they hold; the others would make the steps before and after incomparable and need
\`--force\` ([runs.md](runs.md)).

\`\`\`yaml
training:
  steps: 200
  groupSize: 16
llm:
  executor:
    baseUrl: http://localhost:8002/v1
    model: gpt-oss-120b
    apiKeyEnvironment: MY_API_KEY   # the name of a variable, never the key
\`\`\`

A seed's \`training.yaml\` is read as it stands, with the \`aflow_llm.yaml\` beside it (or \`--llm-config\`); what was mapped
and what was left aside is printed. An \`api_key\` in it may be a stand-in such as \`sk-dummy\` or a variable \`$MY_API_KEY\`.
`

export function configMarkdown(): string {
  const keys = describeConfig()
  const top = keys.filter(({ key, isSection }) => !isSection && !key.includes('.'))
  const sections = keys.filter(({ isSection }) => isSection)
  return [
    introduction,
    table(top),
    ...sections.map((section) => {
      const depth = section.key.split('.').length
      const own = keys.filter(({ key, isSection }) => !isSection && sectionOf(key, sections) === section.key)
      return `${'#'.repeat(depth + 1)} ${section.key}\n\n${section.doc}\n${own.length === 0 ? '' : `\n${table(own)}`}`
    }),
  ].join('\n')
}

function sectionOf(key: string, sections: readonly ConfigKey[]): string | undefined {
  return sections.findLast((section) => key.startsWith(`${section.key}.`))?.key
}

function table(keys: readonly ConfigKey[]): string {
  const rows = keys.map(({ key, type, default: value, doc }) => {
    const text = doc.replaceAll('|', '\\|')
    return `| \`${key}\` | ${type} | \`${JSON.stringify(value)}\` | ${onResume[changeClassOf(key)]} | ${text} |\n`
  })
  return `| key | type | default | on resume | meaning |\n| --- | --- | --- | --- | --- |\n${rows.join('')}`
}

const onResume: Readonly<Record<ChangeClass, string>> = {
  free: 'may change',
  address: '`--force`',
  fixed: '`--force`',
  unused: '–',
}
