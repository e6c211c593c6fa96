import { createHash } from "node:crypto";

/**
 * A secret as a person copies it: nine groups of four in Crockford's base 32 (https://www.crockford.com/base32.html), the last
 * group a checksum. 160 bits are beyond guessing, and half as many letters to type as the 256 of a key.
 */
export const RECOVERY_BYTES = 20;

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS = 5;
const SECRET_LETTERS = (RECOVERY_BYTES * 8) / BITS;
const CHECK_LETTERS = 4;
const GROUP = 4;

/** "7Q2M-…": upper case, in groups. */
export function formatRecoveryCode(secret: Uint8Array): string {
  const letters = lettersOf(secret) + checkOf(secret);
  return letters.match(new RegExp(`.{${GROUP}}`, "g"))?.join("-") ?? letters;
}

/** Undefined for a code that was not copied whole and right. Case, spaces and dashes do not matter; O is 0, I and L are 1. */
export function parseRecoveryCode(text: string): Buffer | undefined {
  const letters = text
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
  if (letters.length !== SECRET_LETTERS + CHECK_LETTERS) return undefined;
  if ([...letters].some((letter) => !ALPHABET.includes(letter))) return undefined;
  const secret = bytesOf(letters.slice(0, SECRET_LETTERS));
  return checkOf(secret) === letters.slice(SECRET_LETTERS) ? secret : undefined;
}

/** The first 20 bits of a SHA-256: a wrong letter passes once in a million. */
function checkOf(secret: Uint8Array): string {
  const digest = createHash("sha256").update("rubberduck recovery code").update(secret).digest();
  return lettersOf(digest).slice(0, CHECK_LETTERS);
}

function lettersOf(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const groups = bits.match(new RegExp(`.{${BITS}}`, "g")) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group, 2)]).join("");
}

function bytesOf(letters: string): Buffer {
  const bits = [...letters].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(BITS, "0")).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
