import type { SearchHit } from "../protocol/requests.ts";
import type { Clock } from "../util/clock.ts";
import { isPlace } from "../workspace/fileReader.ts";
import { Rules } from "../workspace/rules.ts";
import { applying } from "./compaction.ts";
import { compose, type Gathered } from "./compose.ts";
import type { BuiltContext, ContextRequest } from "./contextRequest.ts";
import { type MemorySource, NOTHING_RECALLED, type Recalled, Recaller } from "./recaller.ts";
import { roomOf } from "./room.ts";
import { AttachmentReader, type AttachmentSources } from "./sources/attachmentReader.ts";
import { spokenTurns, turnsWithinReach } from "./sources/history.ts";
import { searchWords } from "./sources/labels.ts";
import { TurnWords } from "./sources/overlap.ts";
import { estimatingTokenizer, loadTokenizer } from "./tokenizer.ts";
import { materialWithoutSecrets, RequestsWithoutSecrets } from "./withoutSecrets.ts";

export interface ContextSources extends AttachmentSources {
  /** Absent where nothing can be remembered. */
  readonly memory?: MemorySource;
  readonly clock: Clock;
}

const CODE_HITS = 8;
const NOTHING_READ = { materials: [], missing: [] };
const NO_RULES = { rules: [], refused: [] };

/** Asks every source what it has for a question, all at once, and composes of it what the model is told. */
export class ContextBuilder {
  readonly #sources: ContextSources;
  readonly #attachments: AttachmentReader;
  readonly #rules: Rules;
  readonly #recaller: Recaller | undefined;
  readonly #withoutSecrets = new RequestsWithoutSecrets();
  readonly #words = new TurnWords();

  constructor(sources: ContextSources) {
    const { memory, files, paths, clock } = sources;
    this.#sources = sources;
    this.#attachments = new AttachmentReader(sources);
    this.#rules = new Rules(files, paths);
    this.#recaller = memory && new Recaller(memory, paths, clock);
  }

  /** A search would not have to wait for the first index. */
  get canSearch(): boolean {
    return this.#sources.code.status.state === "ready";
  }

  /** Throws DuckError contextTooLong. */
  async build(given: ContextRequest): Promise<BuiltContext> {
    const request = await this.#withoutSecrets.of(given);
    const { model, options, attachments, signal } = request;
    // Without a model nothing is sent: the code in the open file counts as what it is, a hit.
    const isOffline = model.name.kind === "offline";
    const query = this.#query(request);
    const said = await this.#said(request);
    const [hits, recalled, read, rules, tokenizer] = await Promise.all([
      options.rag === false ? [] : this.#search(query, request),
      options.rag === false ? NOTHING_RECALLED : this.#recall(request, said),
      isOffline ? NOTHING_READ : this.#attachments.read(attachments, query, signal),
      isOffline ? NO_RULES : this.#rules.applying(attachments.filter(isPlace).map(({ path }) => path)),
      isOffline ? estimatingTokenizer : loadTokenizer(),
    ]);
    const material = { ...read, materials: read.materials.map(materialWithoutSecrets) };
    return compose(request, { read: material, hits, recalled, rules, tokenizer, ...said });
  }

  /** What is named tells where to look as well as what is asked. */
  #query({ question, attachments }: ContextRequest): string {
    return [question, ...searchWords(attachments, this.#sources.paths)].join("\n");
  }

  #search(query: string, { attachments, signal, onProgress }: ContextRequest): Promise<SearchHit[]> {
    const near = attachments.flatMap((one) => ("path" in one && one.path ? [one.path] : []));
    return this.#sources.code.search(query, { limit: CODE_HITS, near, signal, onWait: onProgress });
  }

  /** What was said before in this conversation. */
  async #said({ history, summaries, question }: ContextRequest): Promise<Said> {
    const spoken = spokenTurns(history);
    const turns = spoken.slice(0, -1);
    const summary = applying(summaries, spoken);
    await this.#words.read(turns);
    const overlaps = this.#words.overlaps(question, turns);
    return { last: spoken.at(-1), summary, earlier: { turns, overlaps, summarised: new Set(summary?.turnIds) } };
  }

  async #recall(request: ContextRequest, { earlier, last }: Said): Promise<Recalled> {
    if (this.#recaller === undefined) return NOTHING_RECALLED;
    const room = roomOf(request.model).budgetTokens;
    return this.#recaller.recall(request, turnsWithinReach(earlier, last, room));
  }
}

type Said = Pick<Gathered, "last" | "earlier" | "summary">;
