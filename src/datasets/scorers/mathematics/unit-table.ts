/** Names of units with dimension and factor, and the words after a number that are not the label of a count. */
import { fraction, fromDecimal, integer, multiply, type Rational } from './rational.ts'

export interface NamedUnit {
  /** Canonical: the same for every spelling. */
  readonly name: string
  readonly exponents: ReadonlyMap<string, number>
  readonly factor: Rational
}

const length = { length: 1 }
const volume = { length: 3 }
const speed = { length: 1, time: -1 }
const energy = { mass: 1, length: 2, time: -2 }

type Row = readonly [
  spellings: string,
  dimension: Readonly<Record<string, number>>,
  factor: string,
  takesPrefix?: 'prefix',
]

/** Symbols and names of one unit; plurals are read too. Base units: meter, gram, second, ampere, radian, bit. */
const rows: readonly Row[] = [
  ['m meter metre', length, '1', 'prefix'],
  ['inch inche in', length, '0.0254'],
  ['foot feet ft', length, '0.3048'],
  ['yard yd', length, '0.9144'],
  ['mile mi', length, '1609.344'],
  ['micron', length, '0.000001'],
  ['nautical_mile nmi', length, '1852'],
  ['light_year ly', length, '9460730472580800'],
  ['hectare ha', { length: 2 }, '10000'],
  ['acre', { length: 2 }, '4046.8564224'],
  ['liter litre l L ℓ', volume, '0.001', 'prefix'],
  ['gallon gal', volume, '0.003785411784'],
  ['quart qt', volume, '0.000946352946'],
  ['pint pt', volume, '0.000473176473'],
  ['cup', volume, '0.0002365882365'],
  ['fluid_ounce fl_oz', volume, '0.0000295735295625'],
  ['tablespoon tbsp', volume, '0.00001478676478125'],
  ['teaspoon tsp', volume, '0.00000492892159375'],
  ['cc', volume, '0.000001'],
  ['g gram gramme', { mass: 1 }, '1', 'prefix'],
  ['tonne t', { mass: 1 }, '1000000'],
  ['pound lb', { mass: 1 }, '453.59237'],
  ['ounce oz', { mass: 1 }, '28.349523125'],
  ['ton', { mass: 1 }, '907184.74'],
  ['s second sec', { time: 1 }, '1', 'prefix'],
  ['minute min', { time: 1 }, '60'],
  ['hour hr h', { time: 1 }, '3600'],
  ['day', { time: 1 }, '86400'],
  ['week wk', { time: 1 }, '604800'],
  ['fortnight', { time: 1 }, '1209600'],
  ['month', { months: 1 }, '1'],
  ['year yr', { months: 1 }, '12'],
  ['decade', { months: 1 }, '120'],
  ['century centurie', { months: 1 }, '1200'],
  ['mph', speed, '0.44704'],
  ['kph kmh', speed, '5/18'],
  ['knot', speed, '463/900'],
  ['N newton', { mass: 1, length: 1, time: -2 }, '1000', 'prefix'],
  ['J joule', energy, '1000', 'prefix'],
  ['calorie cal', energy, '4184', 'prefix'],
  ['Wh', energy, '3600000', 'prefix'],
  ['eV', energy, '0.0000000000000001602176634', 'prefix'],
  ['W watt', { mass: 1, length: 2, time: -3 }, '1000', 'prefix'],
  ['Pa pascal', { mass: 1, length: -1, time: -2 }, '1000', 'prefix'],
  ['atm atmosphere', { mass: 1, length: -1, time: -2 }, '101325000'],
  ['bar', { mass: 1, length: -1, time: -2 }, '100000000'],
  ['V volt', { mass: 1, length: 2, time: -3, current: -1 }, '1000', 'prefix'],
  ['A ampere amp', { current: 1 }, '1', 'prefix'],
  ['C coulomb', { current: 1, time: 1 }, '1', 'prefix'],
  ['Ω ohm', { mass: 1, length: 2, time: -3, current: -2 }, '1000', 'prefix'],
  ['F farad', { mass: -1, length: -2, time: 4, current: 2 }, '0.001', 'prefix'],
  ['T tesla', { mass: 1, time: -2, current: -1 }, '1000', 'prefix'],
  ['Hz hertz', { time: -1 }, '1', 'prefix'],
  ['rpm', { revolution: 1, time: -1 }, '1/60'],
  ['revolution rev', { revolution: 1 }, '1'],
  ['mol mole', { amount: 1 }, '1', 'prefix'],
  ['K kelvin', { 'temperature:kelvin': 1 }, '1'],
  ['celsius centigrade degrees_C degrees_celsius degree_C degree_celsius', { 'temperature:celsius': 1 }, '1'],
  ['fahrenheit degrees_F degrees_fahrenheit degree_F degree_fahrenheit', { 'temperature:fahrenheit': 1 }, '1'],
  ['degree deg', { angle: 1 }, '1'],
  ['radian rad', { radian: 1 }, '1'],
  ['arcminute', { angle: 1 }, '1/60'],
  ['bit', { information: 1 }, '1', 'prefix'],
  ['byte B', { information: 1 }, '8', 'prefix'],
  ['dollar $ usd buck', { 'currency:dollar': 1 }, '1'],
  ['cent ¢', { 'currency:dollar': 1 }, '0.01'],
  ['penny pennie', { 'currency:dollar': 1 }, '0.01'],
  ['euro € eur', { 'currency:euro': 1 }, '1'],
  ['gbp £ pound_sterling quid', { 'currency:pound': 1 }, '1'],
  ['yen ¥ jpy', { 'currency:yen': 1 }, '1'],
  ['yuan rmb cny renminbi 元', { 'currency:yuan': 1 }, '1'],
  ['rupee ₹ inr rs', { 'currency:rupee': 1 }, '1'],
  ['ruble rouble ₽ rub', { 'currency:ruble': 1 }, '1'],
  ['won ₩ krw', { 'currency:won': 1 }, '1'],
  ['peso', { 'currency:peso': 1 }, '1'],
  ['unit', { unit: 1 }, '1'],
  ['chf', { 'currency:franc': 1 }, '1'],
]

const prefixes: readonly (readonly [symbol: string, name: string, power: number])[] = [
  ['n', 'nano', -9],
  ['μ', 'micro', -6],
  ['m', 'milli', -3],
  ['c', 'centi', -2],
  ['d', 'deci', -1],
  ['h', 'hecto', 2],
  ['k', 'kilo', 3],
  ['M', 'mega', 6],
  ['G', 'giga', 9],
  ['T', 'tera', 12],
]

/** Symbols keep their case (`mW`, `MW`); names do not. */
const symbols = new Map<string, NamedUnit>()
const names = new Map<string, NamedUnit>()

for (const [spellings, dimension, factorText, takesPrefix] of rows) {
  const [top = '1', bottom = '1'] = factorText.split('/')
  const factor = bottom === '1' ? fromDecimal(top) : fraction(BigInt(top), BigInt(bottom))
  const all = spellings.split(' ').map((one) => one.replaceAll('_', ' '))
  const canonical = all.find((one) => one.length > 2) ?? (all[0] as string)
  const exponents = new Map(Object.entries(dimension))
  for (const spelling of all) {
    const isSymbol = spelling.length <= 2 || /[A-Z]/.test(spelling)
    ;(isSymbol ? symbols : names).set(spelling, { name: canonical, exponents, factor })
    if (takesPrefix === undefined) continue
    for (const [symbol, name, power] of prefixes) {
      const scale = power < 0 ? fraction(1n, 10n ** BigInt(-power)) : integer(10n ** BigInt(power))
      const unit = { name: `${name}${canonical}`, exponents, factor: multiply(factor, scale) }
      if (isSymbol) symbols.set(`${symbol}${spelling}`, unit)
      else names.set(`${name}${spelling}`, unit)
    }
  }
}
// Clashes settled in favour of what answers write.
symbols.set('ft', names.get('foot') as NamedUnit)
symbols.set('min', names.get('minute') as NamedUnit)
symbols.set('pt', names.get('pint') as NamedUnit)
symbols.delete('Pt')

/** The unit of a name, symbol or plural, one word or two; null for any other word. */
export function unitOf(word: string): NamedUnit | null {
  const exact = symbols.get(word)
  if (exact !== undefined) return exact
  const lower = word.toLowerCase()
  return (
    names.get(lower) ??
    names.get(lower.replace(/s$/, '')) ??
    symbols.get(lower.length > 1 ? lower.replace(/s$/, '') : '') ??
    null
  )
}

/** Words that change what a number before them means, or that begin another statement. */
export const wordsWithMeaning: ReadonlySet<string> = new Set(
  `squared cubed square cubic factorial half halves third thirds quarter quarters fourth fourths fifth fifths tenth tenths
  times plus minus more less fewer greater smaller larger larger least most or and nor not no never neither either than over under
  above below between to from mod modulo divided multiplied by root roots power degrees degree percent prime base pi
  score gross pair pairs couple
  is are was were equals equal if then else except but ratio x y z remainder up double triple twice thrice few several many
  about almost nearly infinity infinite undefined maybe perhaps probably wrong incorrect`.split(/\s+/),
)
