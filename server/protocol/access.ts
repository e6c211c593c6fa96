/** Something that lets a client into the conversations at their port. The token itself is shown once and kept by nobody here. */
export interface AccessToken {
  readonly id: string;
  /** What its owner calls it, and what others see of whoever uses it. */
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; absent: until it is revoked. */
  readonly expiresAt?: string;
  /** How many clients use it now. */
  readonly connected: number;
  /** It belongs to a page that was opened in a browser. */
  readonly isPage?: true;
}

/** Requests of the user's own processes: who holds only a token cannot make another one. */
export interface AccessRequests {
  /** A new token, which is answered this once. `expiresInMs`: absent, until it is revoked. */
  "rubberduck/access/create": {
    params: { name: string; expiresInMs?: number };
    result: { token: string; access: AccessToken };
  };
  /** Those that are good now, oldest first. */
  "rubberduck/access/list": { params: Record<string, never>; result: { tokens: AccessToken[] } };
  /** Takes a token back: who uses it is gone at once. Fails with notFound. */
  "rubberduck/access/revoke": { params: { id: string }; result: Record<string, never> };
  /**
   * An address that opens the panel in a browser of this computer, once, within a minute. The conversations are listened for from now
   * on, if they were not. Fails with portTaken.
   */
  "rubberduck/gateway/link": { params: Record<string, never>; result: { url: string } };
}

export type AccessMethod = keyof AccessRequests;

export const ACCESS_METHODS = [
  "rubberduck/access/create",
  "rubberduck/access/list",
  "rubberduck/access/revoke",
  "rubberduck/gateway/link",
] as const satisfies readonly AccessMethod[];
