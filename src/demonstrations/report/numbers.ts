/** Numbers of the report as text: rates in points, differences with their sign. */

/** 0.4123 -> `41.2`. */
export function points(rate: number): string {
  return (rate * 100).toFixed(1).replace('-', '−')
}

export function percentOfRate(rate: number): string {
  return `${points(rate)} %`
}

/** 0.0123 -> `+1.2`. */
export function signedPoints(rate: number): string {
  const text = points(rate)
  return text.startsWith('−') ? text : `+${text}`
}

export function interval(low: number, high: number): string {
  return `${signedPoints(low)}, ${signedPoints(high)}`
}

export function pValue(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3)
}
