import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { keptList } from "../../server/store/keptList.ts";
import { EncryptedLogs } from "../../server/store/log/encryptedLogs.ts";
import { nodeFileSystem } from "../../server/store/nodeFileSystem.ts";
import { Store } from "../../server/store/store.ts";
import { Workspaces } from "../../server/store/workspaces.ts";
import { silentLog } from "../../server/util/log.ts";
import { eventsOf } from "./longConversation.ts";

const NOWHERE = { isNetworkDrive: async () => false, isAnothers: async () => false };

/** A store as the product makes it, with one workspace; its key is in a file. */
export class MadeStore {
  readonly root: string;
  /** Where the user's configuration is: `XDG_CONFIG_HOME`. */
  readonly configFolder: string;
  readonly path: string;
  readonly keyFolder: string;
  /** Of the workspace. */
  readonly folder: string;
  readonly recoveryCode: string;
  readonly rootKey: Buffer;
  readonly logs: EncryptedLogs;

  private constructor(root: string, store: Store, folder: string) {
    this.root = root;
    this.path = store.path;
    this.configFolder = join(root, "config");
    this.keyFolder = keyFolderIn(root);
    this.folder = folder;
    this.recoveryCode = store.recoveryCode();
    this.rootKey = store.rootKey();
    const place = { fs: nodeFileSystem, keys: store.keys(), folder, logger: silentLog };
    this.logs = new EncryptedLogs({ ...place, epoch: 1, isSuperseded: async () => false });
    this.list = () => keptList(place);
  }

  readonly list: () => ReturnType<typeof keptList>;

  static async create(): Promise<MadeStore> {
    const root = await mkdtemp(join(tmpdir(), "duck-made-"));
    const shared = { fs: nodeFileSystem, logger: silentLog };
    const path = join(root, "store");
    const store = new Store({ ...shared, path, keyFolder: keyFolderIn(root), keepsKey: true, place: NOWHERE });
    await store.opened();
    const workspaces = new Workspaces({ ...shared, keys: store.keys(), path });
    const folders = { paths: ["/workspace"], trusted: true, gitIdentity: async () => undefined };
    return new MadeStore(root, store, await workspaces.folderOf(folders));
  }

  /** Each event is a record of its own. Answers them. */
  async write(conversationId: string, messages: number): Promise<PersistedEvent[]> {
    const events = eventsOf({ conversationId, title: `About ${conversationId}`, messages });
    const log = await this.logs.open(conversationId);
    for (const event of events) await log.append([event], { durable: false });
    await log.close();
    return events;
  }

  /** Keeps the list as the owner of the workspace does. */
  async keepList(conversationIds: readonly string[]): Promise<void> {
    const summary = { title: "About it", messages: 2, updatedAt: "", answering: false, pinned: false };
    await this.list().update(() =>
      conversationIds.map((conversationId) => ({ mark: "m", summary: { ...summary, conversationId } })),
    );
  }

  conversationFolder(conversationId: string): string {
    return join(this.folder, "conversations", conversationId);
  }

  async dispose(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

function keyFolderIn(root: string): string {
  return join(root, "config", "rubberduck", "keys");
}
