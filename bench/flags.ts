import { parseArgs } from "node:util";

export interface Flag {
  /** What the value means, for --help. */
  readonly help: string;
  readonly value: number;
  readonly least: number;
}

/**
 * The numbers a bench was started with, each a whole one. Prints the usage and ends the process: with 0 after --help, with
 * 2 after a flag that is wrong.
 */
export function readFlags<F extends Record<string, Flag>>(
  about: string,
  flags: F,
): { readonly [K in keyof F]: number } {
  try {
    const strings = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: "string" as const }]));
    const { values } = parseArgs({ options: { ...strings, help: { type: "boolean" } } });
    const given: Readonly<Record<string, string | boolean | undefined>> = values;
    if (given.help) {
      console.log(usage(about, flags));
      process.exit(0);
    }
    const entries = Object.entries(flags).map(([name, flag]) => [name, numberOf(name, flag, given[name])]);
    return Object.fromEntries(entries);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage(about, flags)}`);
    process.exit(2);
  }
}

function numberOf(name: string, { value, least }: Flag, given: string | boolean | undefined): number {
  if (given === undefined) return value;
  const number = Number(given);
  if (given !== "" && Number.isInteger(number) && number >= least) return number;
  throw new Error(`--${name} takes a whole number from ${least} on, not "${given}".`);
}

function usage(about: string, flags: Record<string, Flag>): string {
  const lines = Object.entries(flags).map(
    ([name, { help, value }]) => `  --${`${name} N`.padEnd(18)}${help} (${value})`,
  );
  return [about, "", ...lines, `  --${"help".padEnd(18)}show this`].join("\n");
}
