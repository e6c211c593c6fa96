import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { addresses, assignments, tokenForms, words } from "../unit/secrets/forms.ts";
import { keyBlocks } from "../unit/secrets/keyBlocks.ts";
import { made, seeded } from "../unit/secrets/random.ts";
import { storedTexts } from "./storedTexts.ts";
import { useWorld } from "./world.ts";

const world = useWorld();

/** Texts with secrets of every form that the unit suite knows. */
function secretTexts(seed: number): { texts: string[]; secrets: string[] } {
  const random = seeded(seed);
  const tokens = tokenForms.map((form) => ({ text: `see ${made(form, random)}`, secrets: [] as string[] }));
  const named = [...assignments, ...addresses, ...words].map(([text, form]) => {
    const secret = made(form, random);
    return { text: text.replace("@", () => secret), secrets: [secret] };
  });
  const all = [...tokens.map(({ text }) => ({ text, secrets: [text.slice(4)] })), ...named, ...keyBlocks(random)];
  return { texts: all.map(({ text }) => text), secrets: all.flatMap(({ secrets }) => secrets) };
}

test("no secret that is asked, attached, found, answered or failed with reaches the endpoint, the disk or the log", async () => {
  const asked = secretTexts(1);
  const attached = secretTexts(2);
  const found = secretTexts(3);
  const answered = secretTexts(4);
  const { folder, storePath } = world.workspace;
  await writeFile(join(folder, "src", "settings.ts"), `// the frobnicator's settings\n${found.texts.join("\n")}`);
  const server = await world.start({ ...world.configured(), contextWindowTokens: 400_000 });
  const pieces = answered.texts.join("\n\n").match(/[\s\S]{1,400}/g) ?? [];
  world.models.reply({ type: "answer", pieces });
  const path = join(folder, "src", "greet.ts");
  const place = { path, language: "typescript" };
  const text = attached.texts.join("\n\n");
  await server.send(asked.texts.join("\n\n"), {
    conversationId: "a",
    attachments: [
      { kind: "file", ...place, text },
      { kind: "selection", ...place, startLine: 1, endLine: 2, text },
      { kind: "terminal", text },
      { kind: "text", name: "notes.txt", text },
    ],
  }).result;
  await server.send("where is the frobnicator?", { conversationId: "a" }).result;
  world.models.reply({
    type: "status",
    status: 400,
    body: JSON.stringify({ error: { message: asked.texts.join(" ") } }),
  });
  await server.send("and now?", { conversationId: "a" }).result;
  await server.request("rubberduck/conversation/rename", { conversationId: "a", title: asked.texts[0] ?? "" });
  await server.kill("SIGTERM");

  const sent = world.models.requests.map(({ body }) => texts(body)).join("\n");
  assert.match(sent, /frobnicator's settings/);
  const stored = (await storedTexts(storePath)).replaceAll("\\n", "\n").replaceAll('\\"', '"');
  assert.match(stored, /notes\.txt/);
  for (const { secrets } of [asked, attached, found, answered]) {
    for (const secret of secrets) {
      for (const [where, bytes] of [
        ["sent", sent],
        ["stored", stored],
        ["logged", server.logged.join("\n")],
      ] as const) {
        assert(
          !bytes.includes(secret),
          `${where}: …${bytes.slice(bytes.indexOf(secret) - 200, bytes.indexOf(secret) + 200).replaceAll("\n", "⏎")}`,
        );
      }
    }
  }
});

/** Every text of a value, as it is rather than as JSON has it. */
function texts(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? Object.values(value).map(texts).join("\n") : "";
}
