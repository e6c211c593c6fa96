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
