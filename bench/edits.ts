import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { applyBlocks } from "../server/edits/applyBlocks.ts";

const USAGE = `npm run -s bench:edits [-- FILE]

Applies edits to files that were changed meanwhile, and says which were written or refused rightly. FILE is JSON:
{"cases":[{"id","original","current","blocks":[{"search","replace"}],"expected":"applied"|"refused","result":string|null}]}.
Without one, a small set of the project's own.

Prints {"rightlyApplied", "rightlyRefused", "wronglyApplied", "wronglyRefused", "wrong": [{"id", "why"}]}.`;

const EditSet = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      original: z.string(),
      current: z.string(),
      blocks: z.array(z.object({ search: z.string(), replace: z.string() })),
      expected: z.enum(["applied", "refused"]),
      result: z.string().nullable(),
    }),
  ),
});

type EditCase = z.infer<typeof EditSet>["cases"][number];

function main(): void {
  const { cases } = read(process.argv.slice(2));
  const judged = cases.map((one) => ({ id: one.id, ...judge(one) }));
  const count = (kind: string) => judged.filter((one) => one.kind === kind).length;
  console.log(
    JSON.stringify({
      rightlyApplied: count("rightlyApplied"),
      rightlyRefused: count("rightlyRefused"),
      wronglyApplied: count("wronglyApplied"),
      wronglyRefused: count("wronglyRefused"),
      wrong: judged.filter(({ kind }) => kind.startsWith("wrongly")).map(({ id, why }) => ({ id, why })),
    }),
  );
}

/** Other bytes than expected are applied wrongly. */
function judge(one: EditCase): { readonly kind: string; readonly why: string } {
  const done = applyBlocks(one);
  if (done.kind === "refused") {
    return { kind: one.expected === "refused" ? "rightlyRefused" : "wronglyRefused", why: done.why };
  }
  if (one.expected === "refused") return { kind: "wronglyApplied", why: "It should be refused." };
  return done.text === one.result
    ? { kind: "rightlyApplied", why: "" }
    : { kind: "wronglyApplied", why: "It makes other bytes." };
}

function read([file, ...more]: readonly string[]): z.infer<typeof EditSet> {
  if (file === "--help") {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    if (more.length > 0) throw new Error("Name one file.");
    if (file === undefined) return { cases: OWN };
    return EditSet.parse(JSON.parse(readFileSync(resolve(process.env.INIT_CWD ?? ".", file), "utf8")));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
    process.exit(2);
  }
}

const FILE = "a {\n  b();\n  c();\n}\n";
const BLOCK = { search: "  b();\n", replace: "  if (x) {\n    b();\n  }\n" };
const DONE = "a {\n  if (x) {\n    b();\n  }\n  c();\n}\n";

const OWN: EditCase[] = [
  own("exact", FILE, DONE),
  own("CRLF", FILE.replaceAll("\n", "\r\n"), DONE.replaceAll("\n", "\r\n")),
  own("mark", `\uFEFF${FILE}`, `\uFEFF${DONE}`),
  own("tabs", FILE.replaceAll("  ", "\t"), DONE.replaceAll("  ", "\t")),
  own("no last newline", FILE.slice(0, -1), DONE.slice(0, -1)),
  own("trailing blanks", FILE.replace("b();", "b(); "), DONE),
  own("applied already", DONE, DONE),
  own("gone", FILE.replace("b();", "d();"), null),
  own("twice", FILE + FILE, null),
];

function own(id: string, current: string, result: string | null): EditCase {
  return { id, original: FILE, current, blocks: [BLOCK], expected: result === null ? "refused" : "applied", result };
}

if (import.meta.main) main();
