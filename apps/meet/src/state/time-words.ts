/** Times of the server in the reader's clock. */

/** The clock for today, with the day before it for another day; as the browser's language writes them. */
export function timeWords(created: string, now: Date, locale?: string): string {
  const time = new Date(created);
  if (Number.isNaN(time.getTime())) return '';
  const isToday = time.toDateString() === now.toDateString();
  return formatter(isToday ? 'clock' : 'day', locale).format(time);
}

/** Making one takes longer than using it five hundred times. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const formats = {
  clock: { hour: '2-digit', minute: '2-digit' },
  day: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

function formatter(kind: keyof typeof formats, locale: string | undefined): Intl.DateTimeFormat {
  const key = `${kind} ${locale ?? ''}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, formats[kind]);
  formatters.set(key, known);
  return known;
}
