/** Numbers of the report as text: rates in points, differences with their sign. */

/** 0.4123 -> `41.2`. */
export function points(rate: number): string {
  return (rate * 100).toFixed(1).replace('-', '−')
}

export function percent(rate: number): string {
  return `${points(rate)} %`
}

/** 0.0123 -> `+1.2`. */
export function signed(rate: number): string {
  const text = points(rate)
  return text.startsWith('−') ? text : `+${text}`
}

export function interval(low: number, high: number): string {
  return `${signed(low)}, ${signed(high)}`
}

export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}

/** 2048 -> `2,048`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US')
}
