import { join } from "node:path";
import type { Fence } from "./conversation/membership.ts";
import type { EmbedderConfiguration } from "./llm/embedder.ts";
import { Changes } from "./memory/changes.ts";
import { Consolidating, type ConsolidatingOptions } from "./memory/consolidating.ts";
import { ForgettingMemories, type Messages } from "./memory/forgettingMemories.ts";
import { keptPatterns } from "./memory/keptPatterns.ts";
import { Memory } from "./memory/memory.ts";
import { userMemoryLog, workspaceMemoryLog } from "./memory/memoryPlaces.ts";
import { MidTerm } from "./memory/midTerm.ts";
import { notedTurn } from "./memory/notedTurn.ts";
import { Observing } from "./memory/observing.ts";
import { quotes, turnsWhere } from "./memory/quoting.ts";
import { Recalling } from "./memory/recalling.ts";
import { Remembering } from "./memory/remembering.ts";
import { Shelves } from "./memory/shelves.ts";
import { tidied } from "./memory/tidying.ts";
import { MemoryIndex } from "./memory/worker/memoryIndex.ts";
import type { MemoryOverview, Memory as Remembered } from "./protocol/memory.ts";
import type { Turn } from "./protocol/transcript.ts";
import type { ConversationLogs } from "./store/eventLog.ts";
import type { DerivedPlace } from "./store/keptList.ts";
import { MEMORY_LOG } from "./store/location.ts";
import { savedPlace } from "./store/savedPlace.ts";
import { bytesIn } from "./store/storeInfo.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";
import type { Setting } from "./util/setting.ts";

export interface MemoryServicesOptions {
  readonly workerUrl: URL;
  /** Files of the embedder that is built in. */
  readonly modelFolder: string;
  readonly embedder: Setting<EmbedderConfiguration>;
  readonly branch: () => Promise<string | undefined>;
  readonly anchorsOf: (text: string, turn: Turn) => Promise<Remembered["anchors"]>;
  readonly shortTerm: () => MemoryOverview["shortTerm"];
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

export interface MemoryPlace {
  readonly place: DerivedPlace;
  readonly storePath: string;
  readonly fence: Fence;
  readonly logs: ConversationLogs;
  /** Messages go along when a memory is forgotten together with what was said. */
  readonly conversations: () => Pick<Messages, "forget" | "unforget">;
}

/** All that remembers what is said in one workspace, for as long as this process owns it. Starts nothing. */
export function createMemory(options: MemoryServicesOptions, where: MemoryPlace): Memory {
  const { embedder, branch, newId, clock, logger } = options;
  const { place, storePath, fence, logs } = where;
  const now = () => clock.now();
  const shelves = new Shelves({
    workspace: workspaceMemoryLog({ ...place, ...fence }),
    user: userMemoryLog({ ...place, storePath }),
    now,
    newId,
  });
  const derived = join(place.folder, "derived");
  const index = new MemoryIndex({ ...options, embedder: embedder.value, log: logger });
  index.keepIn(savedPlace(place.keys, derived, "memory"));
  const unlisten = embedder.onDidChange((value) => void index.configure(value));
  const midTerm = new MidTerm({ file: keptPatterns(place), label: (path) => path, clock, logger });
  const remembering = new Remembering({ shelves, anchorsOf: options.anchorsOf, now, newId });
  const learn = async (conversationId: string, turn: Turn, before: readonly Turn[]) => {
    midTerm.note(notedTurn(conversationId, turn));
    consolidating.soon();
    await remembering.learn(conversationId, turn, before);
  };
  const observing = new Observing({ shelves, logs, index, learn, logger });
  const decide: ConsolidatingOptions["decide"] = async (memories, last) => {
    const patterns = await midTerm.all();
    const decided = await index.consolidate(memories, { nowMs: now().getTime(), last, patterns });
    return tidied(memories, decided, now().toISOString());
  };
  const consolidating = new Consolidating({ shelves, decide, keep: () => observing.keep(), clock, logger });
  const messages: Messages = {
    forget: (...turn) => where.conversations().forget(...turn),
    unforget: (...turn) => where.conversations().unforget(...turn),
    quoting: (ids, texts) => turnsWhere(logs, (turn) => quotes(turn, ids, texts)),
    places: (turns) => turnsWhere(logs, ({ accepted }) => turns.some(({ turnId }) => turnId === accepted.turnId)),
  };
  const bytes = async () =>
    (await bytesIn(place.fs, join(place.folder, MEMORY_LOG))) + (await bytesIn(place.fs, derived));
  return new Memory({
    shelves,
    index,
    midTerm,
    observing,
    recalling: new Recalling({ shelves, index, midTerm, branch, now, clock }),
    changes: new Changes({ shelves, branch, now, newId }),
    forgetting: new ForgettingMemories({ shelves, index, messages, now, clock, logger }),
    consolidating,
    shortTerm: options.shortTerm,
    bytes,
    newId,
    now,
    clock,
    logger,
    onClose: unlisten,
  });
}
