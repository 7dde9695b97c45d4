/** The problem that a rollout or a group is about. */
import type { ReactNode } from 'react'
import type { GroupPage } from '../../../src/ui-server/api.ts'
import { useWords } from '../words/index.ts'
import { Code } from './code.tsx'

export function ProblemBox({ problem }: { readonly problem: GroupPage['problem'] }): ReactNode {
  const { group: words } = useWords()
  if (problem.kind === 'missing') {
    return (
      <p className="note">
        {words.missing} {problem.reason}
      </p>
    )
  }
  const { question, context, answer, type } = problem.problem
  return (
    <div className="question-box">
      <h3>{words.question}</h3>
      <p className="pre">{question}</p>
      {context !== undefined && (
        <details>
          <summary>{words.context}</summary>
          <p className="pre">{context}</p>
        </details>
      )}
      <details open={answer.length < 200}>
        <summary>{words.reference}</summary>
        {type === 'code' ? <Code text={answer} label={words.reference} /> : <p className="pre">{answer}</p>}
      </details>
    </div>
  )
}
