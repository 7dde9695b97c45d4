/** The languages of the reports. */
export type Language = 'en' | 'zh'
