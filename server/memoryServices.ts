import { join } from "node:path";
import type { Fence } from "./conversation/membership.ts";
import type { EmbedderConfiguration } from "./llm/embedder.ts";
import { Changes } from "./memory/changes.ts";
import { Consolidating } from "./memory/consolidating.ts";
import { ForgettingMemories, type Messages } from "./memory/forgettingMemories.ts";
import { keptPatterns } from "./memory/keptPatterns.ts";
import { Memory } from "./memory/memory.ts";
import { MemoryIndex } from "./memory/memoryIndex.ts";
import { userMemoryLog, workspaceMemoryLog } from "./memory/memoryPlaces.ts";
import { MidTerm } from "./memory/midTerm.ts";
import { Observing } from "./memory/observing.ts";
import { quotes, turnsWhere } from "./memory/quoting.ts";
import { Recalling } from "./memory/recalling.ts";
import { Remembering } from "./memory/remembering.ts";
import { Shelves } from "./memory/shelves.ts";
import type { MemoryOverview } from "./protocol/memory.ts";
import type { ModelConfiguration } from "./protocol/requests.ts";
import type { ConversationLogs } from "./store/eventLog.ts";
import type { DerivedPlace } from "./store/keptList.ts";
import { savedPlace } from "./store/savedPlace.ts";
import { bytesIn } from "./store/storeInfo.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";

export interface MemoryServicesOptions {
  readonly workerUrl: URL;
  /** Folder of the embedder that is built in. */
  readonly modelFolder: string;
  readonly embedder: EmbedderSetting;
  readonly branch: () => Promise<string | undefined>;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

export interface MemoryPlace {
  readonly place: DerivedPlace;
  readonly storePath: string;
  readonly fence: Fence;
  readonly logs: ConversationLogs;
  /** What the conversations do when a memory is forgotten together with what was said. */
  readonly conversations: () => Pick<Messages, "forget" | "unforget">;
  readonly shortTerm: () => MemoryOverview["shortTerm"];
}

/** Everything that remembers what is said in one workspace, for as long as this process owns it. Starts nothing. */
export function createMemory(options: MemoryServicesOptions, where: MemoryPlace): Memory {
  const { workerUrl, modelFolder, embedder, branch, newId, clock, logger } = options;
  const { place, storePath, fence, logs } = where;
  const now = () => clock.now();
  const workspace = workspaceMemoryLog({ ...place, ...fence });
  const shelves = new Shelves({ workspace, user: userMemoryLog({ ...place, storePath }), now, newId });
  const saved = savedPlace(place.keys, join(place.folder, "derived"), "memory worker");
  const index = new MemoryIndex({ workerUrl, modelFolder, embedder: embedder.value, place: saved, clock, logger });
  const unlisten = embedder.onDidChange(() => index.configure(embedder.value));
  const midTerm = new MidTerm({ file: keptPatterns(place), label: (path) => path, clock, logger });
  const remembering = new Remembering({ shelves, now, newId });
  const messages: Messages = {
    forget: (...turn) => where.conversations().forget(...turn),
    unforget: (...turn) => where.conversations().unforget(...turn),
    quoting: (ids, texts) => turnsWhere(logs, (turn) => quotes(turn, ids, texts)),
    places: (turns) => {
      const wanted = new Set(turns.map(({ turnId }) => turnId));
      return turnsWhere(logs, ({ accepted }) => wanted.has(accepted.turnId));
    },
  };
}
