import { join } from "node:path";
import type { Fence } from "./conversation/membership.ts";
import type { EmbedderConfiguration } from "./llm/embedder.ts";
import type { Models } from "./llm/models.ts";
import { askAside } from "./llm/sideModel.ts";
import { anchorsOf, type CodeReader, renewed, type Stale } from "./memory/anchors.ts";
import { AnchorWatch } from "./memory/anchorWatch.ts";
import { Changes } from "./memory/changes.ts";
import { Consolidating, type ConsolidatingOptions } from "./memory/consolidating.ts";
import { ForgettingMemories, type Messages } from "./memory/forgettingMemories.ts";
import { keptPatterns } from "./memory/keptPatterns.ts";
import type { AskModel } from "./memory/learning/extraction.ts";
import { readContents } from "./memory/learning/overlap.ts";
import { Memory } from "./memory/memory.ts";
import { userMemoryLog, workspaceMemoryLog } from "./memory/memoryPlaces.ts";
import { MidTerm } from "./memory/midTerm.ts";
import { ModelLearning } from "./memory/modelLearning.ts";
import { notedTurn } from "./memory/notedTurn.ts";
import { Observing } from "./memory/observing.ts";
import { quoting, turnsAt, turnsWhere } from "./memory/quoting.ts";
import { Recalling } from "./memory/recalling.ts";
import { Remembering } from "./memory/remembering.ts";
import { Shelves } from "./memory/shelves.ts";
import { tidied } from "./memory/tidying.ts";
import { MemoryIndex } from "./memory/worker/memoryIndex.ts";
import type { MemoryOverview } from "./protocol/memory.ts";
import type { Turn } from "./protocol/transcript.ts";
import type { ConversationLogs } from "./store/eventLog.ts";
import type { DerivedPlace } from "./store/keptList.ts";
import { MEMORY_LOG } from "./store/location.ts";
import { savedPlace } from "./store/savedPlace.ts";
import { bytesIn } from "./store/storeInfo.ts";
import type { RecallMeter } from "./telemetry/recallMeter.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";
import type { Setting } from "./util/setting.ts";

export interface MemoryServicesOptions {
  readonly workerUrl: URL;
  /** Files of the embedder that is built in. */
  readonly modelFolder: string;
  readonly embedder: Setting<EmbedderConfiguration>;
  /** The branch that is checked out. */
  readonly branch: () => Promise<string | undefined>;
  readonly code: CodeReader;
  /** What a file is called, by its absolute path: relative to its workspace folder. */
  readonly label: (path: string) => string;
  /** Files or folders changed; relative. */
  readonly onDidChangeFiles: (listener: (paths: readonly string[]) => void) => () => void;
  readonly modelFor: (turn: Turn) => AskModel | undefined;
  /** Whether a model may be asked that nobody waits for; counts it. */
  readonly mayAsk: () => boolean;
  readonly shortTerm: () => MemoryOverview["shortTerm"];
  /** Counts what is recalled. */
  readonly recalls: RecallMeter;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Log;
}

export interface MemoryPlace {
  readonly place: DerivedPlace;
  readonly storePath: string;
  readonly fence: Fence;
  /** The owner before died, and somebody may wait for an answer. */
  readonly isHurried: boolean;
  readonly logs: ConversationLogs;
  /** Messages go along when a memory is forgotten together with what was said. */
  readonly conversations: () => Pick<Messages, "forget" | "unforget">;
}

/** Of a conversation that is opened again. */
const RECENT_TURNS = 25;

/** All that remembers what is said in one workspace, for as long as this process owns it. Starts nothing. */
export function createMemory(options: MemoryServicesOptions, where: MemoryPlace): Memory {
  const { embedder, branch, code, label, newId, clock, logger } = options;
  const { place, storePath, fence, logs } = where;
  const now = () => clock.now();
  const shelves = new Shelves({
    workspace: workspaceMemoryLog({ ...place, ...fence }),
    user: userMemoryLog({ ...place, storePath }),
    now,
    newId,
  });
  const derived = join(place.folder, "derived");
  const index = new MemoryIndex({ ...options, embedder: embedder.value, isHurried: where.isHurried, log: logger });
  index.keepIn(savedPlace(place.keys, derived, "memory"));
  const unlisten = embedder.onDidChange((value) => void index.configure(value));
  const midTerm = new MidTerm({ file: keptPatterns(place), label, clock, logger });
  const anchorsOfTurn = (text: string, { accepted }: Turn) =>
    anchorsOf(
      text,
      accepted.attachments.flatMap((one) => ("path" in one && one.path ? label(one.path) : [])),
      code,
    );
  const remembering = new Remembering({ shelves, anchorsOf: anchorsOfTurn, now, newId });
  const modelLearning = new ModelLearning({
    shelves,
    remembering,
    isForgotten: (...turn) => isForgotten(...turn),
    modelFor: options.modelFor,
    mayAsk: options.mayAsk,
    clock,
    logger,
  });
  const changes = new Changes({ shelves, branch, renewed: (anchors) => renewed(anchors, code), now, newId });
  const memories = () => shelves.all();
  const onChange = (id: string, stale: Stale | undefined) => void changes.heldAgainstCode(id, stale).catch(() => {});
  const anchors = new AnchorWatch({ memories, code, onChange, clock, logger });
  const unwatch = options.onDidChangeFiles((paths) => anchors.changed(paths));
  const learn = async (conversationId: string, turn: Turn, before: readonly Turn[]) => {
    midTerm.note(notedTurn(conversationId, turn));
    consolidating.soon();
    await remembering.learn(conversationId, turn, before);
    modelLearning.note(conversationId, turn);
  };
  // What was seen too seldom to be kept is counted anew, from what was said last.
  const met = (conversationId: string, turns: readonly Turn[]) => {
    for (const turn of turns.slice(-RECENT_TURNS)) midTerm.note(notedTurn(conversationId, turn));
  };
  const observing = new Observing({ shelves, logs, index, learn, met, logger });
  const decide: ConsolidatingOptions["decide"] = async (memories, last) => {
    const patterns = await midTerm.all();
    const decided = await index.consolidate(memories, { nowMs: now().getTime(), last, patterns });
    return tidied(memories, decided, now().toISOString());
  };
  const consolidating = new Consolidating({ shelves, decide, keep: () => observing.keep(), clock, logger });
  const isForgotten = (conversationId: string, turnId: string) =>
    observing.forgottenIn(conversationId, "all").includes(turnId);
  const messages: Messages = {
    forget: (...turn) => where.conversations().forget(...turn),
    unforget: (...turn) => where.conversations().unforget(...turn),
    isForgotten,
    quoting: (ids, texts) => turnsWhere(logs, quoting(ids, texts)),
    places: (turns) => turnsAt(logs, turns),
  };
  const bytes = async () =>
    (await bytesIn(place.fs, join(place.folder, MEMORY_LOG))) + (await bytesIn(place.fs, derived));
  return new Memory({
    shelves,
    index,
    midTerm,
    observing,
    recalling: new Recalling({
      shelves,
      index,
      midTerm,
      branch,
      now,
      clock,
      onRecalled: (result) => options.recalls.add(result),
    }),
    changes,
    forgetting: new ForgettingMemories({ shelves, index, messages, now, clock, logger }),
    consolidating,
    shortTerm: options.shortTerm,
    bytes,
    newId,
    now,
    clock,
    logger,
    onOpen: () => {
      void readContents(shelves.all());
      void anchors.checkAll();
    },
    onClose: () => {
      unlisten();
      unwatch();
      anchors.close();
      modelLearning.close();
    },
  });
}

/** What is worth remembering is asked of the editor's model that answered, else of the one that is configured. */
export function learningModel(models: Models): MemoryServicesOptions["modelFor"] {
  return ({ model }) => {
    if (model === undefined || model.kind === "offline") return undefined;
    const answered = models.forLearning(
      model.kind === "editor" ? { kind: "editor", id: model.id } : { kind: "default" },
    );
    if (answered === undefined) return undefined;
    return async (messages, signal) => (await askAside(answered, messages, { ...LEARNING, signal })).text;
  };
}

/** Of what the model answers when it is asked what to remember. */
const LEARNING = { maxTokens: 1024, most: 64 * 1024 };
