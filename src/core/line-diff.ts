/** What changed between two texts, line by line: a longest common subsequence (Hunt and Szymanski's problem, solved plainly). */

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added'
  readonly text: string
}

/** Beyond this many pairs of lines nothing is compared: all of the old text is removed, all of the new text added. */
const maxPairs = 4_000_000

/** In a replacement, the removed lines precede the added ones. White space at the ends of the texts is ignored. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const head = commonLength(old, fresh)
  const tail = commonLength(old.slice(head).reverse(), fresh.slice(head).reverse())
  const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ kind: 'same', text }))
  return [
    ...same(old.slice(0, head)),
    ...middle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...same(old.slice(old.length - tail)),
  ]
}

function middle(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const width = fresh.length + 1
  const isComparable = old.length * fresh.length <= maxPairs
  const lengths = new Uint32Array(isComparable ? (old.length + 1) * width : 0)
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0
  if (isComparable) {
    for (let i = old.length - 1; i >= 0; i--) {
      for (let j = fresh.length - 1; j >= 0; j--) {
        lengths[i * width + j] = old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
      }
    }
  }
  const lines: DiffLine[] = []
  let added: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    if (isComparable && i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push(...added, { kind: 'same', text: old[i] as string })
      added = []
      i++
      j++
    } else if (i < old.length && (j === fresh.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'removed', text: old[i++] as string })
    } else {
      added.push({ kind: 'added', text: fresh[j++] as string })
    }
  }
  return [...lines, ...added]
}

function linesOf(text: string): string[] {
  const trimmed = text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd()
  return trimmed === '' ? [] : trimmed.split('\n').map((line) => line.trimEnd())
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}
