/** The operators' and the judge's prompts, as tests of the solver need them. */
import type { ChatMessage } from '../../../llm/chat-model.ts'

export type Prompt = readonly ChatMessage[]

function user(content: string): Prompt {
  return [{ role: 'user', content }]
}

export function customPrompt(problem: string, instruction: string): Prompt {
  return user(instruction + problem)
}

export function answerGeneratePrompt(problem: string): Prompt {
  return user(
    `Think step by step, then answer. Put the reasoning into <thought> and only the final answer into <answer>.\n\n## Problem\n${problem}\n\n## Response format\n<thought>the reasoning</thought>\n<answer>the final answer, nothing else</answer>`,
  )
}

export function programmerPrompt(problem: string, before?: { readonly code: string; readonly error: string }): Prompt {
  const previous =
    before === undefined
      ? ''
      : `## Previous program\n\`\`\`python\n${before.code}\n\`\`\`\n\n## Error\n${before.error}\n\n`
  return user(
    `Write a Python program that solves the problem. Define a function \`solve()\` without arguments that returns the final answer.\nIf the problem asks for a function, define that function under its own name as well and let \`solve()\` return the value of one example call.\n\n## Problem\n${problem}\n\n## Analysis\nNone\n\n${previous}## Response format\nOne \`\`\`python block.`,
  )
}

export function reflection(problem: string, program: string, failed: string): Prompt {
  return user(
    `The program below fails its tests. Correct it, keeping the function.\n\n## Problem\n${problem}\n\n## Program\n\`\`\`python\n${program}\n\`\`\`\n\n## Failed tests\n${failed}\n\n## Response format\nOne \`\`\`python block.`,
  )
}

export function reviewPrompt(problem: string, solution: string): Prompt {
  return user(
    `Review the solution. Say false only if you are quite sure that it is wrong, and say what is wrong.\n\n## Problem\n${problem}\n\n## Solution\n${solution}\n\n## Response format\n<review_result>true or false</review_result>\n<feedback>what is wrong, or why it is right</feedback>`,
  )
}

export function revisePrompt(problem: string, solution: string, feedback: string): Prompt {
  return user(
    `Revise the solution in the light of the feedback.\n\n## Problem\n${problem}\n\n## Solution\n${solution}\n\n## Feedback\n${feedback}\n\n## Response format\n<solution>the revised solution, complete</solution>`,
  )
}

export function format(problem: string, solution: string): Prompt {
  return user(
    `Take the final answer out of the solution. Give it alone, in one or a few words or as a number, without explanation.\n\n## Problem\n${problem}\n\n## Solution\n${solution}\n\n## Response format\n<final_answer>the final answer, nothing else</final_answer>`,
  )
}

export function ensemble(problem: string, candidates: readonly string[]): Prompt {
  const listed = candidates.map((text, i) => `${String.fromCharCode(65 + i)}: ${text}`).join('\n\n')
  return user(
    `Several candidate solutions to one problem follow. Choose the most consistent one, the answer that most of them agree on.\n\n## Problem\n${problem}\n\n## Candidates\n${listed}\n\n## Response format\n<thought>the comparison</thought>\n<solution_letter>the letter only</solution_letter>`,
  )
}

export function judgement(question: string, reference: string, response: string): Prompt {
  return [
    { role: 'system', content: 'You decide whether a response gives the same answer as a reference.' },
    {
      role: 'user',
      content: `## Question\n${question}\n\n## Reference answer\n${reference}\n\n## Response\n${response}\n\n## Response format\nOne word: True or False.`,
    },
  ]
}
