/**
 * The distribution functions that intervals, tests and forecasts need: normal, beta, Student's t, binomial at 1/2.
 * Accurate to about 1e-12 for parameters up to some hundreds, to 1e-7 at 100,000; extreme tails are left out.
 */

/** Natural log of the gamma function for x > 0 (Lanczos, g = 7, nine terms). */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const base = shifted + 7.5
  const series = lanczos.reduce((sum, value, k) => (k === 0 ? value : sum + value / (shifted + k)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series)
}

const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** Natural log of the beta function B(a, b). */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** P(X <= x) for X ~ Beta(a, b): the regularised incomplete beta function, by its continued fraction. */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a)
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a
  return Math.min(1, front * betaFraction(x, a, b))
}

/** Lentz's method; converges within a few hundred terms for the a and b of this project. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const guarded = (value: number): number => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / guarded(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / guarded(1 + even * d)
    c = guarded(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / guarded(1 + odd * d)
    c = guarded(1 + odd / c)
    const change = d * c
    fraction *= change
    if (Math.abs(change - 1) < 1e-15) break
  }
  return fraction
}

/** The x with betaCdf(x, a, b) = p, by bisection. */
export function betaQuantile(p: number, a: number, b: number): number {
  return bisect((x) => betaCdf(x, a, b) - p, 0, 1)
}

/** The t with P(T <= t) = p for Student's t with `freedom` degrees of freedom, for p in (0, 1). */
export function studentQuantile(p: number, freedom: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, freedom)
  const x = betaQuantile(2 * (1 - p), freedom / 2, 0.5)
  return x >= 1 ? 0 : Math.sqrt((freedom * (1 - x)) / x)
}

/** P(Z <= z) for the standard normal. */
export function normalCdf(z: number): number {
  const tail = 0.5 * upperGammaHalf((z * z) / 2)
  return z > 0 ? 1 - tail : tail
}

/** The z with normalCdf(z) = p, for p in (0, 1). */
export function normalQuantile(p: number): number {
  return bisect((z) => normalCdf(z) - p, -10, 10)
}

/** Q(1/2, x) = erfc(sqrt(x)): a series for small x, a continued fraction for large. */
function upperGammaHalf(x: number): number {
  if (x === 0) return 1
  const front = Math.exp(-x) * Math.sqrt(x / Math.PI)
  if (x < 1.5) {
    let term = 2
    let sum = term
    for (let n = 1; n < 200 && term > sum * 1e-17; n++) {
      term *= x / (n + 0.5)
      sum += term
    }
    return 1 - front * sum
  }
  let b = x + 0.5
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let i = 1; i < 500; i++) {
    const a = -i * (i - 0.5)
    b += 2
    d = 1 / (a * d + b)
    c = b + a / c
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * fraction
}

/** P(X <= k) for X ~ Binomial(n, 1/2). */
export function fairBinomialCdf(k: number, n: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : betaCdf(0.5, n - k, k + 1)
}

/** Root of a function that rises (or falls) through 0 between `low` and `high`. */
export function bisect(f: (x: number) => number, low: number, high: number): number {
  const rises = f(low) < f(high)
  let [a, b] = [low, high]
  for (let i = 0; i < 200; i++) {
    const middle = (a + b) / 2
    if (middle === a || middle === b) break
    if (f(middle) < 0 === rises) a = middle
    else b = middle
  }
  return (a + b) / 2
}
