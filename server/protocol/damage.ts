import type { Damage } from "./events.ts";

/** What a person is told who opens a conversation of which something cannot be read; wherever it is shown. */
export function damageText({ unreadable, records }: Damage): string {
  const which = `${unreadable.toLocaleString("en-US")} of ${records.toLocaleString("en-US")} records`;
  return `${which} of this conversation cannot be read. What can be read is here; nothing was deleted.`;
}
