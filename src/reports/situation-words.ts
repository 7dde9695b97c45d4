/** What the situations of the reward audit are called. */
import type { Language } from './language.ts'

const situations: Readonly<Record<string, readonly [english: string, chinese: string]>> = {
  right: ['right', '答对'],
  wrong: ['wrong', '答错'],
  'right-rich': ['right, many operators', '答对，算子多的程序'],
  'wrong-rich': ['wrong, many operators', '答错，算子多的程序'],
  'right-violation': ['right, a rule broken', '答对，违反一条规则'],
  'right-repair': ['right, program repaired', '答对，程序经过修复'],
  'right-ten-calls': ['right, ten calls', '答对，十次调用'],
  'right-ten-operators': ['right, ten operators', '答对，十个算子'],
  'right-code-as-answer': ['code as the answer', '答案是代码'],
  unreadable: ['no program', '没有程序'],
  invalid: ['invalid program', '程序无效'],
  raised: ['program raised an exception', '程序抛出异常'],
  empty: ['empty answer', '答案为空'],
  fallback: ['right by the fallback', '由降级工作流答对'],
}

export function situationName(situation: string, language: Language): string {
  return situations[situation]?.[language === 'zh' ? 1 : 0] ?? situation
}
