import { operatorNamed } from './operators.ts'
import { workflowClass } from './workflow-class.ts'

/** The line that makes an operator: `        self.custom = operator.Custom(self.llm)`, with its line break. */
export function makeLine(name: string): string {
  const { operatorModule, llmAttribute } = workflowClass
  return `        self.${operatorNamed(name)?.attribute} = ${operatorModule}.${name}(self.${llmAttribute})\n`
}
