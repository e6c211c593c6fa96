import { z } from "zod";

const Label = z.object({ kind: z.enum(["chat", "command", "mixed", "unsure"]), command: z.string().nullable() });

/** Messages with what each of them is; what people may differ on stands in `accept`. */
export const IntentSet = z.object({
  commands: z.array(z.string()),
  items: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      context: z.object({ selection: z.boolean(), file: z.string().nullable(), language: z.string().nullable() }),
      expected: Label.extend({ target: z.string().nullable(), chat: z.string().nullable() }),
      accept: z.array(Label).optional(),
    }),
  ),
});
export type IntentSet = z.infer<typeof IntentSet>;
export type IntentItem = IntentSet["items"][number];

/** The house's own samples, one a line: "kind command target | what is there | text | chat". */
export function readSamples(lines: string): IntentItem[] {
  return lines
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line, index) => {
      const [label = "", there = "", text = "", chat = ""] = line.split("|").map((cell) => cell.trim());
      const [kind, command, target] = label.split(" ");
      return {
        id: `s${index + 1}`,
        text: text.replaceAll("\\n", "\n"),
        context: {
          selection: there.includes("s"),
          file: there.includes("f") ? "src/open.ts" : null,
          language: there.includes("f") ? "typescript" : null,
        },
        expected: {
          kind: Label.shape.kind.parse(kind),
          command: command ?? null,
          target: target ?? null,
          chat: chat === "" ? null : chat,
        },
      };
    });
}
