import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PersistedEvent, Receipt } from "../../server/protocol/events.ts";
import { workspaceKey } from "../../server/store/location.ts";

export interface LongConversation {
  readonly conversationId: string;
  readonly title: string;
  /** Those of the user and the answers; an even number. */
  readonly messages: number;
}

/** Leaves a conversation in the store of an editor as an earlier build kept it: the server moves it into its encrypted logs. */
export async function writeConversation(
  { storePath, workspace }: { readonly storePath: string; readonly workspace: string },
  conversation: LongConversation,
): Promise<void> {
  const folder = join(storePath, workspaceKey([workspace], true), "conversations", conversation.conversationId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lines = eventsOf(conversation).map((event) => `${JSON.stringify(event)}\n`);
  await writeFile(join(folder, "events.jsonl"), lines.join(""), { mode: 0o600 });
}

/** What stands in the message with this number, from 1; the answer to it is numbered alike. */
export function messageText(number: number): string {
  return number % 9 === 0
    ? `Question ${number}: why does the index worker read a file twice after a branch switch, and what would it take to read it once?`
    : `Question ${number}`;
}

/** All of it, numbered from 1: the title, then four events for each question and its answer. */
export function eventsOf({ title, messages }: LongConversation): PersistedEvent[] {
  const at = "2026-03-12T14:02:00.000Z";
  const events: Unnumbered[] = [{ type: "titled", title, byUser: true }];
  for (let number = 1; number <= messages / 2; number++) {
    const turnId = `turn-${number}`;
    const content = messageText(number);
    events.push(
      { type: "accepted", turnId, operationId: turnId, content, attachments: [], options: {}, client: "panel" },
      { type: "started", turnId, kind: "chat" },
      { type: "context", turnId, receipt: receipt(number) },
      { type: "done", turnId, text: answerText(number), stopReason: "complete", model: MODEL },
    );
  }
  return events.map((event, index) => ({ ...event, seq: index + 1, at }) as PersistedEvent);
}

type Unnumbered = PersistedEvent extends infer E ? (E extends PersistedEvent ? Omit<E, "seq" | "at"> : never) : never;

const MODEL = { kind: "openai", id: "duck-1" } as const;

/** From one line to some screens, with lists, links and code in several languages. */
function answerText(number: number): string {
  const parts = [
    `Answer ${number}. The file \`src/part${number % 50}.ts\` decides, see src/part${number % 50}.ts:${number % 90}.`,
  ];
  if (number % 2 === 0) parts.push(PARAGRAPH.repeat(1 + (number % 4)));
  if (number % 3 === 0)
    parts.push(`\`\`\`ts\n${"export const value = compute(first, second);\n".repeat(4 + (number % 20))}\`\`\``);
  if (number % 5 === 0) parts.push("- **First** it reads.\n- Then it _counts_.\n- Then it writes, with `fsync`.");
  if (number % 11 === 0) parts.push(`\`\`\`py\ndef part_${number}(name):\n    return f"{name}: {${number}}"\n\`\`\``);
  if (number % 17 === 0) parts.push("| file | lines |\n|---|---|\n| a.ts | 10 |\n| b.ts | 20 |");
  return parts.join("\n\n");
}

const PARAGRAPH =
  "It walks the folders once, hashes each file, and compares the hashes with those of the last run, so that only what changed is read and cut into pieces again. ";

function receipt(number: number): Receipt {
  const item = (index: number) => ({
    source: "code" as const,
    label: `src/part${(number + index) % 50}.ts:${index * 10 + 1}-${index * 10 + 9}`,
    tokens: 120 + index,
    why: "the same words",
    score: 1 - index / 10,
    location: {
      path: `/workspace/src/part${(number + index) % 50}.ts`,
      startLine: index * 10 + 1,
      endLine: index * 10 + 9,
    },
  });
  const included = Array.from({ length: 5 }, (_, index) => item(index));
  return { model: MODEL, budgetTokens: 7000, usedTokens: 1800, included, leftOut: [item(6), item(7)], leftOutMore: 3 };
}
