/** When a statement ends to matter that says so: "until 5 May". Undefined where it names no day. The day ends in UTC. */
export function expiryOf(text: string, saidAt: string): string | undefined {
  const until = UNTIL.exec(text);
  if (until === null) return undefined;
  const day = dayIn(text.slice(until.index + until[0].length, until.index + until[0].length + 30), new Date(saidAt));
  return day === undefined ? undefined : new Date(day + DAY_MS - 1).toISOString();
}

const DAY_MS = 86_400_000;

const UNTIL =
  /(?<!\p{L})(?:until|till|valid (?:to|through)|bis(?: zum)?|jusqu'au|hasta el|até(?: o)?(?: dia)?|fino al|tot(?: en met)?|до)\s+(?:the )?/iu;

/** The start of a day in ms: "2026-05-05", "5 May", "May 5th", "5. Mai 2026". A day without a year is the next one. */
function dayIn(text: string, said: Date): number | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  if (iso !== null) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]));
  const named =
    /^(?<day>\d{1,2})(?:st|nd|rd|th|\.|º)?(?: de)? (?<month>\p{L}{3,})\.?(?:,? (?:de )?(?<year>\d{4}))?/u.exec(text) ??
    /^(?<month>\p{L}{3,})\.? (?<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?<year>\d{4}))?/u.exec(text);
  const month = monthOf(named?.groups?.month);
  const day = Number(named?.groups?.day);
  if (month === undefined || !(day >= 1 && day <= 31)) return undefined;
  const year = named?.groups?.year;
  if (year !== undefined) return Date.UTC(Number(year), month, day);
  const thisYear = Date.UTC(said.getUTCFullYear(), month, day);
  return thisYear + DAY_MS > said.getTime() ? thisYear : Date.UTC(said.getUTCFullYear() + 1, month, day);
}

/** By its first three letters, in any of our languages: "May", "Sept", "März", "марта". */
function monthOf(name: string | undefined): number | undefined {
  return name === undefined ? undefined : monthsByName().get(headOf(name));
}

let months: ReadonlyMap<string, number> | undefined;

function monthsByName(): ReadonlyMap<string, number> {
  months ??= new Map(
    ["en", "de", "fr", "es", "ru", "pt", "it", "nl"].flatMap((language) => {
      const format = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", timeZone: "UTC" });
      return Array.from({ length: 12 }, (_, month) => {
        const parts = format.formatToParts(Date.UTC(2026, month, 1));
        return [headOf(parts.find(({ type }) => type === "month")?.value ?? ""), month] as const;
      });
    }),
  );
  return months;
}

/** French tells juin from juillet by the fourth letter. */
function headOf(name: string): string {
  const lower = name.toLowerCase();
  return lower.slice(0, lower.startsWith("jui") ? 4 : 3);
}
