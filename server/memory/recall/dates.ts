/** From when to when, in ms since 1970; the end is not part of it. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;

/** After so many days a date that is near counts a third: people tell of things within the week. */
const NEAR_DAYS = 7;

/** 1 within one of the intervals, less and less before and after them; 0 when there are none. */
export function nearness(atMs: number, intervals: readonly Interval[]): number {
  if (intervals.length === 0) return 0;
  const gaps = intervals.map(({ fromMs, toMs }) => Math.max(0, fromMs - atMs, atMs - toMs));
  return Math.exp(-Math.min(...gaps) / DAY_MS / NEAR_DAYS);
}

/** The days that a text speaks of: 2026-05-08, "8 May", "May 8th, 2026", "in May", "in 2026", "last week", "yesterday", "3 days ago". */
export function datesIn(text: string, nowMs: number): Interval[] {
  const found: Interval[] = [];
  let rest = text.toLowerCase();
  for (const [pattern, read] of FORMS) {
    rest = rest.replace(pattern, (...match) => {
      const interval = read(match.slice(1, 4), nowMs);
      if (interval === undefined) return match[0];
      found.push(interval);
      return " ";
    });
  }
  return found;
}

/** Says when something is, was or will be: "since last spring", "at 5 pm", "in 2019". */
export function tellsTime(text: string): boolean {
  return TIME.test(text);
}

const MONTHS =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";
const MONTH_STARTS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = "sunday|monday|tuesday|wednesday|thursday|friday|saturday";
const UNITS = "day|week|month|year";
const NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve";
const YEAR = "((?:19|20)\\d\\d)";

type Read = (parts: readonly (string | undefined)[], nowMs: number) => Interval | undefined;

/** In the order in which they are looked for; what one has read is gone for those after it. */
const FORMS: readonly (readonly [RegExp, Read])[] = [
  [/\b(\d{4})-(\d\d)-(\d\d)\b/g, ([year, month, day]) => days(Number(year), Number(month) - 1, Number(day), 1)],
  [
    form(`(\\d{1,2})(?:st|nd|rd|th)?(?: of)? (${MONTHS})\\b\\.?(?:,? ${YEAR})?`),
    ([day, month, year], now) => dayOf(day, month, year, now),
  ],
  [
    form(`(${MONTHS})\\.? (\\d{1,2})(?:st|nd|rd|th)?\\b(?:,? ${YEAR})?`),
    ([month, day, year], now) => dayOf(day, month, year, now),
  ],
  [form(`(${MONTHS}),? (?:of )?${YEAR}`), ([month, year], now) => monthOf(month, year, now)],
  [
    form(`(?:in|during|since|until|by|of|last|this|early|late|mid)[ -](${MONTHS})`),
    ([month], now) => monthOf(month, undefined, now),
  ],
  [form(`(?:in|during|since|until|by|of|year) ${YEAR}`), ([year]) => days(Number(year), 0, 1, 366)],
  [form("(today|yesterday)"), ([word], now) => daysAgo(word === "today" ? 0 : 1, 1, now)],
  [form(`(?:last|on) (${WEEKDAYS})`), ([weekday], now) => lastWeekday(weekday, now)],
  [form(`(last|this) (${UNITS})`), ([which, unit], now) => unitAgo(which === "last" ? 1 : 0, unit, now)],
  [form(`(\\d{1,3}|an?|${NUMBERS}) (${UNITS})s? ago`), ([number, unit], now) => unitAgo(numberOf(number), unit, now)],
];

const TIME = new RegExp(
  `\\b(?:yesterday|today|tonight|tomorrow|ago|since|\\d{4}-\\d\\d-\\d\\d|(?:19|20)\\d\\d|\\d{1,2}(?::\\d\\d)? ?(?:am|pm)|\\d{1,2}:\\d\\d|\\d{1,2}(?:st|nd|rd|th)|` +
    `(?:last|next|this|past|few|couple of|several|many|an?|\\d+|${NUMBERS}) (?:second|minute|hour|night|weekend|quarter|spring|summer|autumn|fall|winter|${UNITS})s?|` +
    `(?:${WEEKDAYS})s?|(?!may\\b|mar\\b)(?:${MONTHS})|in may)\\b`,
  "i",
);

function form(pattern: string): RegExp {
  return new RegExp(`\\b${pattern}\\b`, "g");
}

function days(year: number, month: number, day: number, count: number): Interval | undefined {
  const fromMs = Date.UTC(year, month, day);
  if (Number.isNaN(fromMs) || day < 1 || day > 31) return undefined;
  return { fromMs, toMs: fromMs + count * DAY_MS };
}

function dayOf(day = "", month = "", year: string | undefined, nowMs: number): Interval | undefined {
  return days(yearOf(month, year, nowMs), numberOfMonth(month), Number(day), 1);
}

function monthOf(month = "", year: string | undefined, nowMs: number): Interval {
  const [y, m] = [yearOf(month, year, nowMs), numberOfMonth(month)];
  return { fromMs: Date.UTC(y, m, 1), toMs: Date.UTC(y, m + 1, 1) };
}

/** A month without a year is the last one of that name. */
function yearOf(month: string, year: string | undefined, nowMs: number): number {
  if (year !== undefined) return Number(year);
  const now = new Date(nowMs);
  return now.getUTCFullYear() - (numberOfMonth(month) > now.getUTCMonth() ? 1 : 0);
}

function numberOfMonth(month: string): number {
  return MONTH_STARTS.indexOf(month.slice(0, 3));
}

function daysAgo(ago: number, count: number, nowMs: number): Interval {
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const fromMs = today - ago * DAY_MS;
  return { fromMs, toMs: fromMs + count * DAY_MS };
}

function lastWeekday(weekday = "", nowMs: number): Interval {
  const since = (new Date(nowMs).getUTCDay() - WEEKDAYS.split("|").indexOf(weekday) + 7) % 7;
  return daysAgo(since === 0 ? 7 : since, 1, nowMs);
}

/** The week, month or year so many before this one; weeks begin on Monday. */
function unitAgo(ago: number, unit: string | undefined, nowMs: number): Interval | undefined {
  const now = new Date(nowMs);
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  if (unit === "day") return daysAgo(ago, 1, nowMs);
  if (unit === "week") return daysAgo(((now.getUTCDay() + 6) % 7) + 7 * ago, 7, nowMs);
  if (unit === "month") return { fromMs: Date.UTC(year, month - ago, 1), toMs: Date.UTC(year, month - ago + 1, 1) };
  return { fromMs: Date.UTC(year - ago, 0, 1), toMs: Date.UTC(year - ago + 1, 0, 1) };
}

function numberOf(word = ""): number {
  if (/^\d+$/.test(word)) return Number(word);
  return NUMBERS.split("|").indexOf(word) + 1 || 1;
}
