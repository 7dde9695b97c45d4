/** Months and days of the month in English text, as parts of regular expressions over lower case. */

export const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/** One group: the name, whole or its first letters. */
export const monthPattern = `(${monthNames.map((name) => (name === 'may' ? 'may' : `${name.slice(0, 3)}(?:${name.slice(3)}|${name === 'september' ? 't' : ''})\\.?`)).join('|')})`

/** One group: the number. */
export const dayPattern = '(\\d{1,2})(?:st|nd|rd|th)?'
