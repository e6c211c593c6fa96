import type {
  Memory,
  MemoryKind,
  MemoryParams,
  MemoryResult,
  MemoryScope,
  MemorySource,
  RememberResult,
} from "../protocol/memory.ts";
import { DuckError } from "../util/errors.ts";
import { redact } from "../util/redaction.ts";
import type { Stale } from "./anchors.ts";
import { digestOf } from "./digest.ts";
import { decideCandidate } from "./learning/decide.ts";
import { kindOf } from "./learning/kinds.ts";
import { readContents } from "./learning/overlap.ts";
import type { Shelves } from "./shelves.ts";

export interface ChangesOptions {
  readonly shelves: Shelves;
  readonly branch: () => Promise<string | undefined>;
  /** The same anchors at the code as it is now. */
  readonly renewed: (anchors: Memory["anchors"]) => Promise<Memory["anchors"]>;
  readonly now: () => Date;
  readonly newId: () => string;
}

const MOST_CHARACTERS = 2000;

/** What the user does to memories by hand. Each can be undone. */
export class Changes {
  readonly #options: ChangesOptions;

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  async remember(params: MemoryParams<"rubberduck/memory/remember">): Promise<RememberResult> {
    const { shelves } = this.#options;
    const text = checked(params.text);
    const source = this.#source(params);
    await readContents(shelves.all());
    const known = this.#known(text);
    if (known !== undefined) {
      const memory = { ...known, status: "active" as const, sources: [...known.sources, source], confidence: 1 };
      await shelves.set([this.#touched(memory)], "Remembered it again");
      return { memory, outcome: "known" };
    }
    const scope = await this.#scope(params.scope ?? "workspace");
    const kind = params.kind ?? kindOf(text);
    const superseded = this.#contradicted(text, kind);
    const supersedes = superseded.map(({ id }) => id);
    const memory = { ...this.#made({ text, kind, scope, sources: [source] }), supersedes };
    const old = superseded.map((one) => this.#touched({ ...one, status: "superseded", supersededBy: memory.id }));
    await shelves.set([...old, memory], "Remembered something");
    return { memory, outcome: old.length > 0 ? "superseded" : "remembered" };
  }

  async correct({ id, text, kind, scope }: MemoryParams<"rubberduck/memory/correct">): Promise<{ memory: Memory }> {
    const { shelves } = this.#options;
    const old = shelves.the(id);
    const memory: Memory = {
      ...this.#made({
        text: checked(text),
        kind: kind ?? old.kind,
        scope: scope === undefined ? old.scope : await this.#scope(scope),
        sources: [...old.sources, this.#source({})],
      }),
      anchors: old.anchors,
      pinned: old.pinned,
      supersedes: [old.id],
    };
    const superseded = this.#touched({ ...old, status: "superseded", supersededBy: memory.id, pinned: false });
    await shelves.set([superseded, memory], "Corrected a memory");
    return { memory };
  }

  async pin({ id, pinned }: MemoryParams<"rubberduck/memory/pin">): Promise<{ memory: Memory }> {
    return this.#set({ ...this.#options.shelves.the(id), pinned }, pinned ? "Pinned a memory" : "Unpinned a memory");
  }

  async mute({ id, conversationId, muted }: MemoryParams<"rubberduck/memory/mute">): Promise<Record<string, never>> {
    await this.#options.shelves.mute(id, conversationId, muted);
    return {};
  }

  async approve({ id, text }: MemoryParams<"rubberduck/memory/approve">): Promise<{ memory: Memory }> {
    const { because: _, ...pending } = this.#options.shelves.the(id);
    if (pending.status !== "pending") throw new DuckError("tooLate", "That one does not wait in the inbox any more.");
    const words = text === undefined ? pending.text : checked(text);
    const sources = [...pending.sources, this.#source({})];
    return this.#set({ ...pending, text: words, status: "active", sources, confidence: 1 }, "Approved a memory");
  }

  /** A stale one holds still, at the code as it is now. */
  async confirm({ id }: MemoryParams<"rubberduck/memory/confirm">): Promise<{ memory: Memory }> {
    const { shelves, renewed } = this.#options;
    const { because: _, ...stale } = shelves.the(id);
    const anchors = await renewed(stale.anchors);
    return this.#set({ ...stale, status: "active", anchors, confidence: 1 }, "Said that a memory is still true");
  }

  /** The code that it speaks of has moved on, or is again as it was: then `stale` is undefined. */
  async heldAgainstCode(id: string, stale: Stale | undefined): Promise<void> {
    const { shelves } = this.#options;
    const { because: _, ...memory } = shelves.the(id);
    const now = stale === undefined ? { status: "active" as const } : { status: "stale" as const, ...stale };
    await shelves.set([this.#touched({ ...memory, ...now })]);
  }

  async undo(): Promise<MemoryResult<"rubberduck/memory/undo">> {
    return { undone: await this.#options.shelves.undo() };
  }

  /** A new memory that the user stands for. */
  #made(what: {
    readonly text: string;
    readonly kind: MemoryKind;
    readonly scope: MemoryScope;
    readonly sources: readonly MemorySource[];
  }): Memory {
    const at = this.#now();
    return {
      ...what,
      id: this.#options.newId(),
      status: "active",
      anchors: [],
      confidence: 1,
      createdAt: at,
      updatedAt: at,
      uses: 0,
      pinned: false,
      supersedes: [],
    };
  }

  /** Those in whose place this stands by the rules that learn from conversations: the same subject, another value. */
  #contradicted(text: string, kind: MemoryKind): Memory[] {
    const { shelves } = this.#options;
    const said = { seq: 0, conversation: "", at: this.#now(), role: "user" as const, origin: "user" as const, text };
    const decision = decideCandidate({ seq: 0, kind, text, quote: text }, said, shelves.all());
    return decision.do === "remember" ? decision.supersedes.flatMap((id) => shelves.get(id) ?? []) : [];
  }

  #known(text: string): Memory | undefined {
    const digest = digestOf(text);
    return this.#options.shelves.all().find((memory) => KNOWN.has(memory.status) && digestOf(memory.text) === digest);
  }

  async #set(memory: Memory, undo: string): Promise<{ memory: Memory }> {
    const changed = this.#touched(memory);
    await this.#options.shelves.set([changed], undo);
    return { memory: changed };
  }

  #touched(memory: Memory): Memory {
    return { ...memory, updatedAt: this.#now() };
  }

  #source({ conversationId, turnId }: { readonly conversationId?: string; readonly turnId?: string }): MemorySource {
    const place = { ...(conversationId !== undefined && { conversationId }), ...(turnId !== undefined && { turnId }) };
    return { who: "user", at: this.#now(), ...place };
  }

  async #scope(kind: MemoryScope["kind"]): Promise<MemoryScope> {
    if (kind !== "branch") return { kind };
    const branch = await this.#options.branch();
    if (branch === undefined) throw new DuckError("invalidRequest", "No branch is checked out here.");
    return { kind, branch };
  }

  #now(): string {
    return this.#options.now().toISOString();
  }
}

const KNOWN: ReadonlySet<string> = new Set(["active", "stale", "pending"]);

/** Without secrets and blanks around it. Throws DuckError invalidRequest. */
export function checked(text: string): string {
  const words = text.trim();
  if (words === "") throw new DuckError("invalidRequest", "There is nothing to remember: the text is blank.");
  if (words.length > MOST_CHARACTERS) {
    throw new DuckError(
      "invalidRequest",
      `A memory has at most ${MOST_CHARACTERS} characters, this one has ${words.length}. Say in a sentence or two what matters.`,
    );
  }
  return redact(words).text;
}
