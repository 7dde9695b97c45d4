/** Words of `baton compare`. */
import { equalMargin } from '../../core/difference-reading.ts'
import { grouped } from '../../core/grouped.ts'
import { inLanguages } from '../language.ts'
import { typeWord } from './common.ts'

interface Shown {
  readonly where: string
  readonly n: number
  readonly isShots: boolean
  /** null where no difference would show. */
  readonly detectable: string | null
  readonly difference: string
  /** Problems that would show it; null where it is next to 0. */
  readonly needed: string | null
}

const english = {
  rows: { shots: 'shots', problems: 'problems' },
  columns: {
    interval: '95 % interval',
    onlyA: 'only A right',
    onlyB: 'only B right',
    flips: 'sign flips',
    detectable: 'can show',
  },
  row: (name: string) => name,
  where: (name: string, isShots: boolean) => (isShots ? `${name} shots` : `${name} problems`),
  more: (where: string) => `${where}: A is above B.`,
  less: (where: string) => `${where}: A is below B.`,
  equal: (where: string) => `${where}: equal, the whole interval lies within ${equalMargin * 100} point of 0.`,
  cannotTell: ({ where, n, isShots, detectable, difference, needed }: Shown) =>
    `${where}: cannot tell: ${grouped(n)} ${isShots ? 'question' : 'problem'}${n === 1 ? '' : 's'} ${detectable === null ? `${n === 1 ? 'is' : 'are'} too few to show any difference` : `can show ${detectable} points`}${needed === null ? '' : `, the difference is ${difference}; ${needed} would be needed`}.`,
  same: 'A and B are the same evaluation of the same run: every difference is 0, and nothing is compared.',
  leftOut: (count: number) => `${count} could not be scored in both and are left out.`,
  note: (isShots: boolean) =>
    `In points. Interval: Bonett-Price, ${isShots ? 'the questions about one image together' : 'paired by problem'}. McNemar (exact) and sign flips: p, corrected by Holm for the ${isShots ? 'rows' : 'types'}. “Can show”: what 4 of 5 such comparisons would find.`,
}

export const comparisonWords = inLanguages(english, {
  rows: { shots: '示例数', problems: '题目' },
  columns: {
    interval: '95 % 区间',
    onlyA: '仅 A 对',
    onlyB: '仅 B 对',
    flips: '符号翻转',
    detectable: '可检出',
  },
  row: (name) => typeWord(name),
  where: (name, isShots) => (isShots ? `${name} 个示例` : `${typeWord(name)}题目`),
  more: (where) => `${where}：A 高于 B。`,
  less: (where) => `${where}：A 低于 B。`,
  equal: (where) => `${where}：相当，整个区间都在 0 的 ${equalMargin * 100} 个百分点以内。`,
  cannotTell: ({ where, n, isShots, detectable, difference, needed }) =>
    `${where}：无法判断：${grouped(n)} ${isShots ? '个问题' : '道题'}${detectable === null ? '太少，检出不了任何差异' : `可检出 ${detectable} 个百分点的差异`}${needed === null ? '' : `；检出 ${difference} 个百分点需要 ${needed} ${isShots ? '个问题' : '道题'}`}。`,
  same: 'A 与 B 是同一次运行的同一次评估：差异全部为 0，没有可比较的。',
  leftOut: (count) => `${count} 道在两边都无法评分，未计入。`,
  note: (isShots) =>
    `单位：百分点。区间：Bonett-Price，${isShots ? '同一图片的问题视为一簇' : '按题目配对'}。McNemar（精确）与符号翻转：p 值，按${isShots ? '行' : '类型'}作 Holm 校正。“可检出”：5 次这样的比较中有 4 次能发现的差异。`,
})
