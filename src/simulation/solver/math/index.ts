/** The readers of math problems, the more distinctive first. */
import type { Reader } from '../reading.ts'
import { agesReader } from './ages.ts'
import { averagesReader } from './averages.ts'
import { calendarReader } from './calendar.ts'
import { clockReader } from './clock.ts'
import { discountReader } from './discount.ts'
import { fractionsReader } from './fractions.ts'
import { gardenReader } from './garden.ts'
import { mixtureReader } from './mixture.ts'
import { packingReader } from './packing.ts'
import { shoppingReader } from './shopping.ts'
import { travelReader } from './travel.ts'
import { unitsReader } from './units.ts'
import { weekdaysReader } from './weekdays.ts'
import { workRateReader } from './work-rate.ts'

export const mathReaders: readonly Reader[] = [
  mixtureReader,
  unitsReader,
  gardenReader,
  packingReader,
  averagesReader,
  agesReader,
  weekdaysReader,
  clockReader,
  calendarReader,
  workRateReader,
  travelReader,
  shoppingReader,
  discountReader,
  fractionsReader,
]
