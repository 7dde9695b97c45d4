/** The math families. */
import type { Family } from '../family.ts'
import { ages } from './ages.ts'
import { averages } from './averages.ts'
import { calendar } from './calendar.ts'
import { clock } from './clock.ts'
import { discount } from './discount.ts'
import { fractions } from './fractions.ts'
import { garden } from './garden.ts'
import { mixture } from './mixture.ts'
import { packing } from './packing.ts'
import { shopping } from './shopping.ts'
import { travel } from './travel.ts'
import { units } from './units.ts'
import { weekdays } from './weekdays.ts'
import { workRate } from './work-rate.ts'

export const mathFamilies: readonly Family[] = [
  ages,
  averages,
  calendar,
  clock,
  discount,
  fractions,
  garden,
  mixture,
  packing,
  shopping,
  travel,
  units,
  weekdays,
  workRate,
]
