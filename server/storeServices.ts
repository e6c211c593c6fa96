import { join } from "node:path";
import type { Conversations } from "./conversation/conversations.ts";
import { Incognito } from "./conversation/incognito.ts";
import type { JoinedConversations } from "./conversation/joined.ts";
import { type Door, type Fence, Membership } from "./conversation/membership.ts";
import { SharedConversations } from "./conversation/shared.ts";
import { StoredConversations } from "./conversation/stored.ts";
import { StoreTasks } from "./conversation/storeTasks.ts";
import type { Supervisor, SupervisorOptions } from "./conversation/supervisor.ts";
import { ownerLink } from "./gateway/ownerLink.ts";
import type { Memory } from "./memory/memory.ts";
import type { MemoryPlace } from "./memoryServices.ts";
import { VERSION } from "./protocol/version.ts";
import { HeldLogs } from "./store/heldLogs.ts";
import { type DerivedPlace, keptList } from "./store/keptList.ts";
import { workspaceKey } from "./store/location.ts";
import { EncryptedLogs } from "./store/log/encryptedLogs.ts";
import { LogsAfter } from "./store/logsAfter.ts";
import { MemoryLogs } from "./store/memoryLogs.ts";
import { nodeFileSystem } from "./store/nodeFileSystem.ts";
import { Ownership } from "./store/ownership.ts";
import { realPlace } from "./store/place.ts";
import { adoptPlainStore } from "./store/plainStore.ts";
import { borrowRootKey } from "./store/rootKeyLoan.ts";
import { runtimeFolder } from "./store/runtimeFolder.ts";
import { Store, type StoreOptions } from "./store/store.ts";
import { StoredWorkspace } from "./store/storedWorkspace.ts";
import { timedLogs } from "./store/timedLogs.ts";
import { Trash } from "./store/trash.ts";
import type { OpenFolders } from "./store/workspaces.ts";
import type { Samples } from "./telemetry/samples.ts";
import type { Clock } from "./util/clock.ts";
import type { Log } from "./util/log.ts";

/** Where the store is and who has its key. */
export type StoreSettings = Pick<StoreOptions, "path" | "keyFolder" | "osSecret" | "keepsKey">;

export interface StoreServicesOptions {
  readonly settings: StoreSettings;
  readonly open: OpenFolders;
  readonly clock: Clock;
  readonly logger: Log;
}

export type Kept = Pick<SupervisorOptions, "logs" | "list" | "epoch" | "isSuperseded" | "memory">;

export interface StoredConversationsOptions extends StoreServicesOptions {
  readonly store: Store;
  readonly workspace: StoredWorkspace;
  readonly supervise: (kept: Kept) => Supervisor;
  readonly remember: (where: MemoryPlace) => Memory;
  /** How long it takes until what is written would survive a loss of power. */
  readonly durableMs: Samples;
  readonly gateway: Door;
  readonly onJoined: (owner: JoinedConversations) => void;
}

/** The store, and where the open workspace stands in it. Starts nothing. */
export function createStore({ settings, open, clock, logger }: StoreServicesOptions) {
  const fs = nodeFileSystem;
  const runtime = runtimeFolder(process.platform, process.env);
  const borrowKey = () => borrowRootKey({ fs, storePath: settings.path, runtime, wire: ownerLink, clock });
  const store = new Store({ ...settings, fs, place: realPlace, borrowKey, logger });
  return { store, workspace: new StoredWorkspace({ store, fs, open, logger }) };
}

/** The conversations in the store: in memory until it is open, then this process's own or those of the one that was first. */
export function createStoredConversations(options: StoredConversationsOptions): StoredConversations {
  const { store, workspace, supervise, clock, logger } = options;
  const readOnly = async () => {
    const place = await workspace.placeToRead();
    return place === undefined ? new MemoryLogs() : new EncryptedLogs({ ...place, ...NOBODY });
  };
  const heldLogs = new HeldLogs({ store, readOnly });
  const share = async () => shared(options, await workspace.place());
  const held = supervise({ logs: heldLogs });
  const unkept = new MemoryLogs();
  const incognito = new Incognito({ logs: unkept, supervisor: supervise({ logs: unkept }) });
  return new StoredConversations({ store, heldLogs, held, incognito, share, clock, logger });
}

/** Who only reads owns nothing. */
const NOBODY: Fence = { epoch: 0, isSuperseded: async () => true };

function shared(options: StoredConversationsOptions, place: DerivedPlace): SharedConversations {
  const { gateway, onJoined, clock, logger } = options;
  const runtime = runtimeFolder(process.platform, process.env);
  const membership = new Membership({
    ownership: new Ownership({ fs: place.fs, workspace: place.folder, runtime, wire: ownerLink, clock }),
    createSupervisor: (fence, { isHurried }) => own(options, place, fence, isHurried),
    gateway,
    onJoined,
    version: VERSION,
    clock,
    logger,
  });
  return new SharedConversations(membership);
}

function own(options: StoredConversationsOptions, place: DerivedPlace, fence: Fence, isHurried: boolean): Supervisor {
  const { store, open, supervise, remember, durableMs, clock } = options;
  const { isSuperseded } = fence;
  const encrypted = new EncryptedLogs({ ...place, ...fence });
  const plain = join(store.path, workspaceKey(open.paths, open.trusted));
  new Trash({ ...place, isSuperseded, clock }).start();
  const timed = timedLogs(encrypted, durableMs, clock);
  const logs = new LogsAfter(timed, () => adoptPlainStore({ ...place, plain, logs: encrypted }));
  const memory = remember({ place, storePath: store.path, fence, isHurried, logs, conversations: () => supervisor });
  const supervisor: Supervisor = supervise({ logs, list: keptList(place), ...fence, memory });
  return supervisor;
}

export function createStoreTasks(
  { settings: { keyFolder } }: StoreServicesOptions,
  store: Store,
  conversations: Conversations,
): StoreTasks {
  const isBusy = async () => (await conversations.list()).some(({ answering }) => answering);
  return new StoreTasks({ store, fs: nodeFileSystem, keyFolder, isBusy });
}
