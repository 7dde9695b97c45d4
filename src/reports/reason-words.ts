/** Why an answer was found right or wrong, as the scorers record it in English, in the report's language. */
import { codeName } from './failure-words.ts'
import type { Language } from './language.ts'

/** Groups of the pattern are put in as they are. */
const chinese: readonly (readonly [pattern: RegExp, text: (...groups: string[]) => string])[] = [
  [/^equals the reference$/, () => '与参考答案相等'],
  [/^differs from the reference$/, () => '与参考答案不同'],
  [/^differs from the reference: (.*)$/s, (answer) => `与参考答案不同：${answer}`],
  [/^matches the reference$/, () => '与参考答案一致'],
  [/^chooses the right letter$/, () => '选对了选项'],
  [/^does not choose the right letter alone$/, () => '没有只选出正确的选项'],
  [/^no final answer$/, () => '没有最终答案'],
  [/^no code$/, () => '没有代码'],
  [/^(\d+) of (\d+) hidden tests pass$/, (passed, all) => `${all} 个隐藏测试通过 ${passed} 个`],
  [/^the code does not load: (.*)$/s, (why) => `代码无法加载：${why}`],
  [/^empty answer$/, () => '答案为空'],
  [/^no answer, only punctuation$/, () => '没有答案，只有标点'],
  [/^no answer, only an opening phrase$/, () => '没有答案，只有开场白'],
  [/^an error message, no answer$/, () => '是错误信息，不是答案'],
  [/^too long for an answer \((\d+) characters\)$/, (length) => `作为答案过长（${length} 个字符）`],
  [/^the judge says (true|false)$/, (verdict) => (verdict === 'true' ? '裁判模型判为正确' : '裁判模型判为错误')],
  [/^the judge gave no clear verdict in (\d+) attempts$/, (count) => `裁判模型 ${count} 次都没有给出明确的判定`],
  [/^the judge failed: (.*)$/s, (why) => `裁判模型失败：${why}`],
  [/^(unreadable|failed|unavailable|answered)$/, (outcome) => codeName(outcome, 'zh')],
]

/** What is not known here stays as it was recorded. */
export function reasonText(reason: string, language: Language): string {
  if (language === 'en') return reason
  for (const [pattern, text] of chinese) {
    const found = pattern.exec(reason)
    if (found !== null) return text(...found.slice(1))
  }
  return reason
}
