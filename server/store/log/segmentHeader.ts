import { createHash, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { commitmentOf, deriveKey, isSame, type Key, SALT_BYTES } from "../crypto.ts";
import type { StoreKeys } from "../storeKeys.ts";

/** A place in a conversation's log: `records` of segment (epoch, number) and all before it. All 0: its beginning. */
export interface LogPosition {
  readonly epoch: number;
  readonly number: number;
  readonly records: number;
}

/** What stands twice at the start of every segment, so that one damaged byte does not cost the rest of it. */
export interface SegmentHeader {
  /** log: events as they happened. snapshot: all events of the segments before (epoch, number). */
  readonly kind: "log" | "snapshot";
  readonly epoch: number;
  readonly number: number;
  /** The same in all segments of a conversation. When none of them is left, nobody can read a copy of one. */
  readonly conversationSalt: Buffer;
  readonly segmentSalt: Buffer;
  /** How far whoever wrote this had read: what stands behind that in older segments came too late. */
  readonly previous: LogPosition;
}

/** A header with what follows from it and the root key. */
export interface SegmentIdentity {
  readonly header: SegmentHeader;
  /** Encrypts the records. */
  readonly key: KeyObject;
  /** SHA-256 of the header; bound to each record. */
  readonly hash: Buffer;
}

export type OpenedHeader =
  | { readonly kind: "ok"; readonly identity: SegmentIdentity; readonly damagedCopies: number }
  | { readonly kind: "damaged" | "wrongKey" | "foreign" | "newer" };

export const HEADER_BYTES = 192;
/** Both copies. */
export const PREAMBLE_BYTES = 2 * HEADER_BYTES;

const MAGIC = "RDSG";
const FORMAT = 1;
const KINDS = ["log", "snapshot"] as const;
const AT = { format: 4, kind: 5, store: 8, conversation: 24, place: 56, salts: 64, previous: 128, commitment: 140 };
const COMMITMENT_BYTES = 32;
const CRC_AT = HEADER_BYTES - 4;

/** A fresh identity: its key was never used before. */
export function newIdentity(
  keys: StoreKeys,
  conversationId: string,
  fields: Omit<SegmentHeader, "segmentSalt">,
): SegmentIdentity & { readonly preamble: Buffer } {
  const header = { ...fields, segmentSalt: randomBytes(SALT_BYTES) };
  const key = keyOf(keys, header);
  const bytes = encode(keys, conversationId, header, key);
  return { header, key: createSecretKey(key), hash: sha256(bytes), preamble: Buffer.concat([bytes, bytes]) };
}

/** Reads the first bytes of a segment; fewer than {@link PREAMBLE_BYTES} when the file ends before. */
export function openHeader(keys: StoreKeys, conversationId: string, preamble: Buffer): OpenedHeader {
  const copies = [0, HEADER_BYTES].map((at) => preamble.subarray(at, at + HEADER_BYTES));
  const whole = copies.filter(isWhole);
  const [bytes] = whole;
  if (bytes === undefined) return { kind: "damaged" };
  if ((bytes[AT.format] ?? 0) > FORMAT) return { kind: "newer" };
  const kind = KINDS[bytes[AT.kind] ?? -1];
  if (kind === undefined) return { kind: "newer" };
  const isOurs =
    isSame(bytes.subarray(AT.store, AT.conversation), storeBytes(keys)) &&
    isSame(bytes.subarray(AT.conversation, AT.place), sha256(Buffer.from(conversationId)));
  if (!isOurs) return { kind: "foreign" };
  const header = decode(bytes, kind);
  const key = keyOf(keys, header);
  const commitment = bytes.subarray(AT.commitment, AT.commitment + COMMITMENT_BYTES);
  if (!isSame(commitment, commitmentOf(key, bytes.subarray(0, AT.commitment)))) return { kind: "wrongKey" };
  const identity = { header, key: createSecretKey(key), hash: sha256(bytes) };
  return { kind: "ok", identity, damagedCopies: copies.length - whole.length };
}

function keyOf(keys: StoreKeys, { kind, epoch, number, conversationSalt, segmentSalt }: SegmentHeader): Key {
  const conversationKey = keys.derive(conversationSalt, "conversation");
  return deriveKey(conversationKey, segmentSalt, `segment ${kind} ${epoch} ${number}`);
}

function encode(keys: StoreKeys, conversationId: string, header: SegmentHeader, key: Key): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write(MAGIC, 0, "latin1");
  bytes[AT.format] = FORMAT;
  bytes[AT.kind] = KINDS.indexOf(header.kind);
  storeBytes(keys).copy(bytes, AT.store);
  sha256(Buffer.from(conversationId)).copy(bytes, AT.conversation);
  bytes.writeUInt32BE(header.epoch, AT.place);
  bytes.writeUInt32BE(header.number, AT.place + 4);
  header.conversationSalt.copy(bytes, AT.salts);
  header.segmentSalt.copy(bytes, AT.salts + SALT_BYTES);
  const { epoch, number, records } = header.previous;
  for (const [index, value] of [epoch, number, records].entries()) bytes.writeUInt32BE(value, AT.previous + 4 * index);
  commitmentOf(key, bytes.subarray(0, AT.commitment)).copy(bytes, AT.commitment);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, CRC_AT)), CRC_AT);
  return bytes;
}

function decode(bytes: Buffer, kind: SegmentHeader["kind"]): SegmentHeader {
  const number = (at: number) => bytes.readUInt32BE(at);
  return {
    kind,
    epoch: number(AT.place),
    number: number(AT.place + 4),
    conversationSalt: Buffer.from(bytes.subarray(AT.salts, AT.salts + SALT_BYTES)),
    segmentSalt: Buffer.from(bytes.subarray(AT.salts + SALT_BYTES, AT.previous)),
    previous: { epoch: number(AT.previous), number: number(AT.previous + 4), records: number(AT.previous + 8) },
  };
}

function isWhole(bytes: Buffer): boolean {
  return (
    bytes.length === HEADER_BYTES &&
    bytes.toString("latin1", 0, MAGIC.length) === MAGIC &&
    bytes.readUInt32BE(CRC_AT) === crc32(bytes.subarray(0, CRC_AT))
  );
}

function storeBytes({ storeId }: StoreKeys): Buffer {
  return Buffer.from(storeId, "hex");
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
