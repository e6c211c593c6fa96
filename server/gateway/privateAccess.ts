import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isProof, isSame, prove, type Secret } from "../store/ownerProof.ts";

/** What whoever joins asks the owner to prove itself with, and the owner's answer. */
const NONCE = "x-rubberduck-nonce";
const PROOF = "x-rubberduck-proof";

/**
 * Whether a credential opens the private socket: the token beside it itself, or, from processes of ours, a proof that they know
 * it, so that whoever may have taken the owner's place learns nothing.
 */
export function opensPrivately(credential: string | undefined, secret: Secret): boolean {
  if (credential === undefined) return false;
  const [nonce = "", proof = ""] = credential.split(".");
  return isSame(credential, secret.token) || (nonce.length >= 32 && isProof(proof, secret, `joiner ${nonce}`));
}

/** The owner's proof for whoever asks for it. */
export function answerTo(headers: IncomingHttpHeaders, secret: Secret): Readonly<Record<string, string>> {
  const nonce = headers[NONCE];
  return typeof nonce === "string" && /^[0-9a-f]{32,64}$/.test(nonce)
    ? { [PROOF]: prove(secret, `owner ${nonce}`) }
    : {};
}

/** What a process shows the owner, and how it knows the owner's answer. */
export function approachWith(secret: Secret) {
  const [own, asked] = [randomBytes(16).toString("hex"), randomBytes(16).toString("hex")];
  return {
    credential: `${own}.${prove(secret, `joiner ${own}`)}`,
    headers: { [NONCE]: asked },
    isProven: (headers: IncomingHttpHeaders) => {
      const proof = headers[PROOF];
      return typeof proof === "string" && isProof(proof, secret, `owner ${asked}`);
    },
  };
}
