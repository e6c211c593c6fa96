import type { Memory, MemoryImportResult, MemorySource } from "../protocol/memory.ts";
import { Breather } from "../util/breather.ts";
import { redact } from "../util/redaction.ts";
import type { ImportEntry, ImportedMemory, ReadExport } from "./memoryExport.ts";

/** What decides about a text that wants in. */
export interface ImportGates {
  /** Texts with the same key say the same. */
  key(text: string): string;
  /** The id of the memory here that says so already, whatever its state. */
  known(key: string): string | undefined;
  /** It was forgotten here, so that nothing brings it back by itself. */
  isForgotten(key: string): boolean;
  /** Why the user has to agree first: it reads like an order, say. Undefined for a plain statement. */
  doubt(text: string): string | undefined;
}

export interface ImportPlan {
  readonly add: readonly Memory[];
  readonly result: MemoryImportResult;
}

/**
 * What of an export is taken over. Nothing in it is believed because it says so: it comes with new ids, with the import as its
 * first source, without secrets; what reads like an order waits in the inbox. What was superseded here stays so.
 */
export async function planImport(
  { exportedAt, entries }: ReadExport,
  gates: ImportGates,
  now: string,
  newId: () => string,
): Promise<ImportPlan> {
  const choice = new ImportChoice(
    gates,
    { who: "import", at: now, label: `Export of ${exportedAt.slice(0, 10)}` },
    newId,
  );
  const breather = new Breather(AT_ONCE);
  for (const entry of entries) {
    choice.consider(entry);
    await breather.after(1);
  }
  return choice.plan();
}

/** About 5 ms. */
const AT_ONCE = 100;

class ImportChoice {
  readonly #gates: ImportGates;
  readonly #source: MemorySource;
  readonly #newId: () => string;
  readonly #add: Memory[] = [];
  readonly #refused: { text: string; why: string }[] = [];
  #known = 0;
  /** Of what was added, by its key. */
  readonly #added = new Map<string, string>();
  /** By the ids that the export has. */
  readonly #idHere = new Map<string, string>();

  constructor(gates: ImportGates, source: MemorySource, newId: () => string) {
    this.#gates = gates;
    this.#source = source;
    this.#newId = newId;
  }

  consider(entry: ImportEntry): void {
    const text = cleaned(entry.kind === "memory" ? entry.memory.text : entry.text);
    const why = entry.kind === "memory" ? this.#refusal(entry.memory, text) : entry.why;
    if (why !== undefined) this.#refused.push({ text: shown(text), why });
    else if (entry.kind === "memory") this.#take(entry.memory, text);
  }

  plan(): ImportPlan {
    const add = this.#add.map((memory) => linked(memory, this.#idHere));
    return { add, result: { added: add.length, known: this.#known, refused: this.#refused } };
  }

  #refusal({ text: given, expiresAt }: ImportedMemory, text: string): string | undefined {
    if (given.length > MAX_TEXT) return `has ${given.length} characters, a memory at most ${MAX_TEXT}`;
    if (!saysSomething(text)) return "is blank";
    if (!saysSomething(text.replace(/\[redacted: [^\]]*\]/g, ""))) return "is nothing but a secret";
    if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(this.#source.at)) {
      return `held only until ${expiresAt.slice(0, 10)}`;
    }
    const key = this.#gates.key(text);
    const isForgotten = this.#gates.known(key) === undefined && this.#gates.isForgotten(key);
    return isForgotten ? "was forgotten here" : undefined;
  }

  #take(memory: ImportedMemory, text: string): void {
    const key = this.#gates.key(text);
    const same = this.#added.get(key) ?? this.#gates.known(key);
    const id = same ?? this.#newId();
    this.#idHere.set(memory.id, id);
    if (same === undefined) {
      this.#added.set(key, id);
      this.#add.push(taken({ ...memory, id, text }, this.#source, this.#gates.doubt(memory.text)));
    } else {
      this.#known++;
    }
  }
}

/** Longer is no statement but a document. The same bound as for what is remembered otherwise: protocol/memory.ts. */
const MAX_TEXT = 2000;

function saysSomething(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** On one line, without secrets and without what nobody sees. */
function cleaned(text: string): string {
  return redact(text.normalize("NFC").replace(INVISIBLE, "")).text.replace(/\s+/g, " ").trim();
}

const INVISIBLE = /(?!\s)[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/gu;

function taken(memory: ImportedMemory, source: MemorySource, doubt: string | undefined): Memory {
  const asks = doubt !== undefined && memory.status !== "superseded";
  const because = asks ? doubt : memory.because && cleaned(memory.because);
  return {
    ...memory,
    status: asks ? "pending" : memory.status,
    // First of all, though the newest: all others are only what the export says.
    sources: [source, ...memory.sources.map(withoutSecrets)],
    pinned: memory.pinned && !asks,
    createdAt: earlier(memory.createdAt, source.at),
    updatedAt: earlier(memory.updatedAt, source.at),
    ...(because !== undefined && { because }),
  };
}

function withoutSecrets({ label, ...source }: MemorySource): MemorySource {
  return { ...source, ...(label !== undefined && { label: cleaned(label) }) };
}

/** No clock of elsewhere puts a memory into the future. */
function earlier(time: string, now: string): string {
  return Date.parse(time) > Date.parse(now) ? now : time;
}

/** What it superseded, and by what it was, by the ids that they have here. */
function linked({ supersededBy, ...memory }: Memory, idHere: ReadonlyMap<string, string>): Memory {
  const by = supersededBy === undefined ? undefined : idHere.get(supersededBy);
  return {
    ...memory,
    supersedes: memory.supersedes.flatMap((id) => idHere.get(id) ?? []),
    ...(by !== undefined && { supersededBy: by }),
  };
}

function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
