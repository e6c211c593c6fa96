import { z } from "zod";
import { MEMORY_KINDS, type Memory } from "../protocol/memory.ts";
import { DuckError } from "../util/errors.ts";

/** Memories as a file that any program can read; docs/export.md describes it. */
export interface MemoryExport {
  readonly format: typeof FORMAT;
  readonly version: 1;
  readonly exportedAt: string;
  readonly memories: readonly Memory[];
}

const FORMAT = "rubberduck.memories";

/** What stands at one place of an export's list: a memory, or something else and why it is none. */
export type ImportEntry =
  | { readonly kind: "memory"; readonly memory: ImportedMemory }
  | { readonly kind: "unreadable"; readonly text: string; readonly why: string };

/** All memories with where they come from, but for what was forgotten. */
export function toExport(memories: readonly Memory[], exportedAt: string): string {
  const kept = memories.filter(({ status }) => status !== "forgotten");
  const file: MemoryExport = { format: FORMAT, version: 1, exportedAt, memories: kept };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

export function exportFileName(exportedAt: string): string {
  return `rubberduck-memories-${exportedAt.slice(0, 10)}.json`;
}

/** An export as it was read; its entries can be gone through once. */
export interface ReadExport {
  readonly exportedAt: string;
  readonly entries: Iterable<ImportEntry>;
}

/** Reads an export, also one of a later version: what is new in it is left out. Throws DuckError invalidRequest. */
export function readExport(text: string): ReadExport {
  const json = parsed(text);
  const file = envelope.safeParse(json);
  if (!file.success) throw notOurs(json);
  return { exportedAt: file.data.exportedAt, entries: entriesOf(file.data.memories) };
}

function* entriesOf(list: readonly unknown[]): Generator<ImportEntry> {
  for (const entry of list) yield readEntry(entry);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (cause) {
    throw new DuckError("invalidRequest", `This is no JSON. ${EXPECTED}`, { cause });
  }
}

function notOurs(json: unknown): DuckError {
  const { success, data } = z.object({ format: z.string().max(100) }).safeParse(json);
  const what = success ? `This is of the format "${data.format}".` : "This is no export of memories.";
  return new DuckError("invalidRequest", `${what} ${EXPECTED}`);
}

const EXPECTED = `Expected is what "rubberduck memory export" writes: {"format": "${FORMAT}", "version": 1, "exportedAt": …, "memories": [ … ]}.`;

function readEntry(entry: unknown): ImportEntry {
  const read = memory.safeParse(entry);
  if (read.success) return { kind: "memory", memory: read.data };
  const text = z.object({ text: z.string() }).safeParse(entry).data?.text ?? JSON.stringify(entry);
  const { path = [], message = "" } = read.error.issues[0] ?? {};
  return { kind: "unreadable", text, why: `is no memory: ${path.join(".") || "it"} has a wrong form (${message})` };
}

const time = z.iso.datetime();
const id = z.string().min(1).max(200);

const source = z.object({
  // Who a later version knows besides these, this one has not heard of: it is told as what it is here.
  who: z.enum(["user", "assistant", "file", "tool", "web", "import"]).catch("import"),
  conversationId: id.optional(),
  turnId: id.optional(),
  seq: z.int().min(0).optional(),
  at: time,
  label: z.string().max(1000).optional(),
});

const anchor = z.object({
  // Never out of the workspace: no drive, no root, no way up.
  path: z
    .string()
    .regex(/^(?![/\\])(?![A-Za-z]:)(?!(?:.*[/\\])?\.\.(?:[/\\]|$))[^\0]{1,4096}$/, "leads out of the workspace"),
  symbol: z.string().max(1000).optional(),
  hash: z.string().regex(/^[0-9a-f]{16}$/),
});

const memory = z.object({
  id,
  kind: z.enum(MEMORY_KINDS).catch("fact"),
  text: z.string(),
  scope: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("user") }),
    z.object({ kind: z.literal("workspace") }),
    z.object({ kind: z.literal("branch"), branch: z.string().min(1).max(1000) }),
  ]),
  status: z.enum(["active", "pending", "stale", "superseded"]),
  sources: z.array(source).max(1000).default([]),
  anchors: z.array(anchor).max(1000).default([]),
  confidence: z.number().min(0).max(1),
  createdAt: time,
  updatedAt: time,
  lastUsedAt: time.optional(),
  uses: z.int().min(0).default(0),
  pinned: z.boolean().default(false),
  supersedes: z.array(id).max(1000).default([]),
  supersededBy: id.optional(),
  expiresAt: time.optional(),
  because: z.string().max(1000).optional(),
});

export type ImportedMemory = z.infer<typeof memory>;

const envelope = z.object({
  format: z.literal(FORMAT),
  version: z.int().min(1),
  exportedAt: time,
  memories: z.array(z.unknown()),
});
