import type { OsSecret, OsSecretAtStart, StoreStatus, UnlockParams } from "../protocol/store.ts";
import { Emitter } from "../util/emitter.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import type { Log } from "../util/log.ts";
import { Mutex } from "../util/mutex.ts";
import { amendKeyring } from "./amendKeyring.ts";
import type { Key } from "./crypto.ts";
import type { FileSystem } from "./fileSystem.ts";
import { KeyFile } from "./keyFile.ts";
import { type Keyring, newKeyring, openKeyring, recoveryCodeIn, withSlots } from "./keyring.ts";
import { firstSlots, ownSlots, type Profile, profileOf } from "./ownSlots.ts";
import type { Place } from "./place.ts";
import { parseRecoveryCode } from "./recoveryCode.ts";
import { findRoot, type OpenedBy } from "./rootKey.ts";
import { holdsConversation } from "./storeData.ts";
import { type Inspection, StoreFolder } from "./storeFolder.ts";
import { keysOf, type StoreKeys } from "./storeKeys.ts";
import { keyInFile, keyLate, onNetworkDrive, slotDamaged, type Trouble, unusable } from "./storeTrouble.ts";
import { FORMAT_VERSION } from "./storeVersion.ts";

export interface StoreOptions {
  /** Absolute. */
  readonly path: string;
  readonly fs: FileSystem;
  /** For key files; absolute and outside the store. */
  readonly keyFolder: string;
  /** "late": it comes by `unlock`, and until then nothing is created. Absent: a key file is used. */
  readonly osSecret?: OsSecretAtStart;
  /** Whether a profile without the key gets a slot of its own once the store was opened in another way. */
  readonly keepsKey: boolean;
  /** Asks other processes of this user that have the store open. Absent where there are none. */
  readonly borrowKey?: () => Promise<Key | undefined>;
  readonly place: Place;
  readonly logger: Log;
}

type Found = Extract<Inspection, { kind: "found" }>;

interface Opened {
  readonly keyring: Keyring;
  readonly root: Key;
}

/**
 * The store's folder and its root key. A new root key is made only where nothing stands that an older one would be needed
 * for; else, without the key, the store is locked: nothing in it is touched, and it is said what would help.
 */
export class Store {
  readonly path: string;
  readonly #options: StoreOptions;
  readonly #folder: StoreFolder;
  readonly #changed = new Emitter<StoreStatus>();
  readonly #mutex = new Mutex();
  #status: StoreStatus;
  #opened: Opened | undefined;
  #opening: Promise<StoreStatus> | undefined;
  #osSecret: OsSecret | undefined;
  #awaitsSecret: boolean;
  #creates = true;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.path = options.path;
    this.#folder = new StoreFolder(options.fs, options.path, options.place);
    this.#awaitsSecret = options.osSecret === "late";
    this.#osSecret = options.osSecret === "late" ? undefined : options.osSecret;
    this.#status = { state: "opening", path: options.path, remedies: [], warnings: [], isNew: false };
  }

  get status(): StoreStatus {
    return this.#status;
  }

  /** The result ends it. */
  onDidChangeStatus(listener: (status: StoreStatus) => void): () => void {
    return this.#changed.on(listener);
  }

  /** Looks at the folder and tries the keys, once; creates the store if there is none. Never throws: the status says it. */
  opened(): Promise<StoreStatus> {
    this.#opening ??= this.#attempt();
    return this.#opening;
  }

  /**
   * Tries again what may have come since: a key file put back, a window of another profile that was unlocked, a drive that is
   * connected. Asked for whenever somebody asks for the store, so that nothing needs to be polled.
   */
  async lookAgain(): Promise<StoreStatus> {
    await this.opened();
    return this.#opened === undefined ? this.#attempt() : this.#status;
  }

  /** Throws DuckError storeLocked while there is no key. */
  keys(): StoreKeys {
    const { keyring, root } = this.#unlocked();
    return keysOf(keyring.storeId, root);
  }

  /** Resolves when the store can be read and written. */
  async whenUnlocked(): Promise<StoreKeys> {
    if (this.#status.state === "open") return this.keys();
    return new Promise((resolve) => {
      const stop = this.onDidChangeStatus(({ state }) => {
        if (state !== "open") return;
        stop();
        resolve(this.keys());
      });
    });
  }

  /** For a process of the same user that has proved itself. Throws DuckError storeLocked. */
  rootKey(): Key {
    return this.#unlocked().root;
  }

  /** Throws DuckError wrongKey when it does not open the store, storeLocked when no key could. */
  async unlock(by: UnlockParams): Promise<StoreStatus> {
    await this.opened();
    if (by.kind === "recoveryCode") return this.#unlockByCode(by.code);
    this.#awaitsSecret = false;
    this.#osSecret = by;
    await this.#attempt();
    await this.#mutex.run(() => this.#addLateSlot());
    return this.#status;
  }

  /** Throws DuckError storeLocked, or storeFailed when it cannot be read. */
  recoveryCode(): string {
    const { keyring, root } = this.#unlocked();
    const code = recoveryCodeIn(keyring, root);
    if (code !== undefined) return code;
    throw new DuckError("storeFailed", `The recovery code in ${this.path} is damaged and cannot be shown.`);
  }

  /**
   * Moves the store that cannot be opened aside, beside itself, and makes a new one in its place. Answers where the old one
   * is. Throws DuckError invalidRequest when it can be opened, storeFailed when it cannot be moved.
   */
  async startAnew(): Promise<string> {
    await this.opened();
    if (!this.#status.remedies.includes("newStore")) {
      throw new DuckError("invalidRequest", "The store is not locked: there is no need for a new one.");
    }
    const movedTo = await this.#mutex.run(() => this.#folder.moveAside());
    this.#options.logger.info(`the store was moved to ${movedTo}`);
    this.#opened = undefined;
    this.#creates = true;
    await this.#attempt();
    return movedTo;
  }

  /** Whether a conversation of this name stands in the store, whatever the workspace. Needs no key. */
  holds(conversationId: string): Promise<boolean> {
    return holdsConversation(this.#options.fs, this.path, conversationId);
  }

  #unlocked(): Opened {
    if (this.#opened !== undefined) return this.#opened;
    const { message } = this.#status;
    throw new DuckError("storeLocked", message ?? `The store in ${this.path} is not open yet. Try again in a moment.`);
  }

  #attempt(): Promise<StoreStatus> {
    return this.#mutex.run(async () => {
      if (this.#opened !== undefined) return this.#status;
      try {
        await this.#open();
      } catch (error) {
        this.#options.logger.error(`the store in ${this.path} could not be opened`, error);
        this.#trouble(unusable(this.path, error));
      }
      return this.#status;
    });
  }

  async #open(): Promise<void> {
    const found = await this.#folder.inspect();
    if (found.kind === "trouble") return this.#trouble(found.trouble);
    if (found.kind === "found") return this.#tryKeys(found, false);
    if (this.#awaitsSecret) return this.#trouble(keyLate(this.path));
    // It was there and is not: another window may have moved it, a drive may be gone. Only somebody who asks gets a new one.
    if (!this.#creates) return;
    await this.#create(found.storeId);
    const made = await this.#folder.inspect();
    if (made.kind === "trouble") return this.#trouble(made.trouble);
    if (made.kind === "found") return this.#tryKeys(made, true);
    throw new Error("what was written is not there");
  }

  /** Another process may be at it at the same moment; then its keyring counts. */
  async #create(proposed: string): Promise<void> {
    const storeId = await this.#folder.settle(proposed);
    const { keyring, root } = newKeyring(storeId, FORMAT_VERSION);
    await this.#folder.create(withSlots(keyring, await firstSlots(storeId, root, this.#profile(storeId))));
  }

  async #tryKeys(found: Found, isNew: boolean): Promise<void> {
    const { keyring } = found;
    const opened = await findRoot(keyring, {
      path: this.path,
      ...this.#profile(keyring.storeId),
      awaitsSecret: this.#awaitsSecret,
      borrow: this.#options.borrowKey,
    });
    if ("state" in opened) return this.#trouble(opened);
    await this.#take(found, opened.root, { isNew, by: opened.by });
  }

  async #unlockByCode(typed: string): Promise<StoreStatus> {
    const code = parseRecoveryCode(typed);
    if (code === undefined) {
      throw new DuckError(
        "wrongKey",
        "That is not a whole recovery code: a letter is wrong or missing. It has nine groups of four.",
      );
    }
    return this.#mutex.run(async () => {
      if (this.#opened !== undefined) return this.#status;
      const found = await this.#folder.inspect();
      if (found.kind === "trouble") throw new DuckError("storeLocked", found.trouble.message);
      if (found.kind === "new") throw new DuckError("storeLocked", `There is no store in ${this.path} any more.`);
      const root = openKeyring(found.keyring, "recovery", code);
      if (root === "wrongKey") throw new DuckError("wrongKey", `That is the code of another store than ${this.path}.`);
      if (root === "damaged") throw new DuckError("storeLocked", slotDamaged(this.path).message);
      await this.#take(found, root, { isNew: false, by: "recovery" });
      return this.#status;
    });
  }

  /** The root key is right: from here on the store is open, whatever becomes of the keyring. */
  async #take(found: Found, root: Key, { isNew, by }: { isNew: boolean; by: OpenedBy }): Promise<void> {
    for (const path of found.damaged) this.#options.logger.warn(`a copy of the keyring was damaged: it is ${path} now`);
    this.#opened = { keyring: found.keyring, root };
    const isInFile = (found.readOnly === undefined && (await this.#keepKey(found, by))) || by === "file";
    const { state, message, remedies } = found.readOnly ?? { state: "open" as const, message: undefined, remedies: [] };
    const warnings = [
      ...(isInFile ? [keyInFile(this.path, this.#profile(found.keyring.storeId).keyFile.path)] : []),
      ...((await this.#options.place.isNetworkDrive(this.path)) ? [onNetworkDrive(this.path)] : []),
    ];
    this.#set({ state, path: this.path, ...(message && { message }), remedies, warnings, isNew });
  }

  /** The secret came after a key file, or another process, had opened the store. */
  async #addLateSlot(): Promise<void> {
    if (this.#status.state !== "open") return;
    const found = await this.#folder.inspect();
    if (found.kind === "found") await this.#keepKey(found, "borrowed");
  }

  /**
   * Sees to it that the next start opens the store, and answers whether that is by a file made for it now. Should the keyring
   * not be writable the store works until then: no reason to refuse it now.
   */
  async #keepKey(found: Found, by: OpenedBy): Promise<boolean> {
    const { keyring, root } = this.#unlocked();
    const profile = this.#profile(keyring.storeId);
    const isOwn = this.#options.keepsKey && !(this.#awaitsSecret && by !== "os");
    try {
      const change = isOwn ? await ownSlots(keyring, root, by, profile) : undefined;
      if (change === undefined && found.damaged.length === 0) return false;
      const amended = await amendKeyring(this.#folder, found, root, change?.apply ?? ((same) => same));
      this.#opened = { keyring: amended, root };
      if (change?.retiresFile) await profile.keyFile.remove();
      return change?.toFile ?? false;
    } catch (error) {
      this.#options.logger.warn(`the keyring could not be written: ${causeOf(error)}`);
      return false;
    }
  }

  #trouble({ state, message, remedies }: Trouble): void {
    // What is found locked is not replaced by a new store, should it go away while this process runs.
    this.#creates &&= state !== "locked" || this.#awaitsSecret;
    this.#set({ state, path: this.path, message, remedies, warnings: [], isNew: false });
  }

  #set(status: StoreStatus): void {
    const before = this.#status;
    this.#status = status;
    if (before.state !== status.state || before.message !== status.message) this.#changed.emit(status);
  }

  #profile(storeId: string): Profile {
    const { fs, keyFolder } = this.#options;
    return profileOf(this.#osSecret, new KeyFile(fs, keyFolder, storeId));
  }
}
