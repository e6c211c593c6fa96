/** Where conversations are kept and whether they can be read, as whoever shows it needs to know. */
export interface StoreStatus {
  /**
   * opening: it is being looked at. open: read and written. readOnly: read, not written. locked: it holds data and its key
   * is not here. unavailable: there is no using that folder. In the last three, new conversations are kept in memory alone.
   */
  readonly state: "opening" | "open" | "readOnly" | "locked" | "unavailable";
  /** Absolute. */
  readonly path: string;
  /** Cause and remedy in sentences, with the path; absent while it is opening or open. */
  readonly message?: string;
  /** What would help, likeliest first. */
  readonly remedies: readonly StoreRemedy[];
  /** What should be known of a store that works: that it stands on a network drive, that its key is kept in a file. */
  readonly warnings: readonly string[];
  /** This process made it. */
  readonly isNew: boolean;
}

/** recoveryCode: it can be unlocked by its code. newStore: it can be moved aside, beside itself, for a new one. */
export type StoreRemedy = "recoveryCode" | "newStore";

/** What VS Code's secret storage keeps for all stores of a profile. */
export interface OsSecret {
  /** 32 random bytes in base64. */
  readonly secret: string;
  /** It was there at an earlier start of the editor: the storage keeps what it is given. Until then a key file stands by. */
  readonly lasts: boolean;
}

/** late: it is still being asked for, and comes with rubberduck/store/unlock. */
export type OsSecretAtStart = OsSecret | "late";

export type UnlockParams =
  /** As a person typed it. */
  { readonly kind: "recoveryCode"; readonly code: string } | ({ readonly kind: "osSecret" } & OsSecret);

/** What a store was found to hold when all of it was read. */
export interface StoreVerdict {
  /** Everything that was written can be read, and every file is as it was written. */
  readonly isWhole: boolean;
  /** Records of conversations that nobody can read any more. */
  readonly unreadable: number;
  /** Files that are not as they were written, whether something is lost by it or not. */
  readonly damagedFiles: number;
  /** For a person: a line for each conversation and damaged file, and the verdict in a sentence. */
  readonly report: string;
}

/** jsonLines: a line for every conversation, with all of it. markdown: what is in view, for people. Neither is encrypted. */
export type StoreExportFormat = "jsonLines" | "markdown";

export interface StoreExportParams {
  /** Absolute; a file that is there is replaced. */
  readonly path: string;
  readonly format: StoreExportFormat;
}

export interface StoreExportResult {
  readonly conversations: number;
  /** Records that nobody can read any more: they are missing in it. */
  readonly unreadable: number;
}

export interface StoreCopyResult {
  /** Of the copy. */
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly verdict: StoreVerdict;
}

/** How far a request that reads or copies the whole store has come: conversations, or files. */
export interface StoreProgress {
  readonly done: number;
  readonly total: number;
}
