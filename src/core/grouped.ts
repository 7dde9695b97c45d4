/** 2048 -> `2,048`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
