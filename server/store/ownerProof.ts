import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** What only this user's processes know of whoever listens at a private socket. */
export interface Secret {
  /** The one beside the socket. */
  readonly token: string;
  /** Of the claim: a proof is good for one start of one process. */
  readonly nonce: string;
}

/** Shows that one knows the secret, without telling it. `text` says who shows it, and what it was asked with. */
export function prove({ token, nonce }: Secret, text: string): string {
  return createHmac("sha256", token).update(`${nonce} ${text}`).digest("hex");
}

/** In constant time. */
export function isProof(proof: string, secret: Secret, text: string): boolean {
  return isSame(proof, prove(secret, text));
}

/** In constant time, whatever their lengths. */
export function isSame(one: string, other: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
