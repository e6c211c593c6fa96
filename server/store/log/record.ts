import { crc32 } from "node:zlib";
import { NONCE_BYTES, seal, TAG_BYTES, unseal } from "../crypto.ts";
import type { SegmentIdentity } from "./segmentHeader.ts";

/**
 * events, checkpoints: a JSON array of events (checkpoints: of nothing else, so that readers without a use for them need not
 * decrypt them). end: the last one of a snapshot, {"events": how many it holds}.
 */
export type RecordType = (typeof TYPES)[number];

const TYPES = ["events", "checkpoints", "end"] as const;

/**
 * length of the ciphertext u32 | type u8 | schema u8 | 0 u16 | index u32 | nonce 12 | CRC-32 of all these u32, big-endian;
 * ciphertext and tag (16) follow. The checksum finds the next record behind damage, the tag proves it.
 */
export interface RecordHead {
  readonly type: RecordType;
  /** Counts the records of the segment, from 0. */
  readonly index: number;
  /** Bytes. */
  readonly length: number;
  readonly nonce: Buffer;
  /** What of the head is bound to the ciphertext. */
  readonly bound: Buffer;
}

export const HEAD_BYTES = 28;
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** The form in which the events of a record stand. Older ones are brought up to it when they are read. */
export const SCHEMA = 1;

const BOUND_BYTES = 12;
const CRC_AT = HEAD_BYTES - 4;

export function recordBytes({ length }: RecordHead): number {
  return HEAD_BYTES + length + TAG_BYTES;
}

export function encodeRecord(segment: SegmentIdentity, type: RecordType, index: number, plaintext: Buffer): Buffer {
  if (plaintext.length > MAX_RECORD_BYTES) throw new Error(`a record of ${plaintext.length} bytes is too large`);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(plaintext.length, 0);
  head[4] = TYPES.indexOf(type);
  head[5] = SCHEMA;
  head.writeUInt32BE(index, 8);
  const { nonce, ciphertext, tag } = seal(segment.key, plaintext, boundTo(segment, head));
  nonce.copy(head, BOUND_BYTES);
  head.writeUInt32BE(crc32(head.subarray(0, CRC_AT)), CRC_AT);
  return Buffer.concat([head, ciphertext, tag]);
}

/** Undefined when no record begins here. */
export function readHead(bytes: Buffer): RecordHead | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const type = TYPES[bytes[4] ?? -1];
  const length = bytes.readUInt32BE(0);
  const isPlausible = type !== undefined && (bytes[5] ?? 0) >= 1 && bytes.readUInt16BE(6) === 0;
  if (!isPlausible || length > MAX_RECORD_BYTES) return undefined;
  if (bytes.readUInt32BE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  return {
    type,
    index: bytes.readUInt32BE(8),
    length,
    nonce: Buffer.from(bytes.subarray(BOUND_BYTES, BOUND_BYTES + NONCE_BYTES)),
    bound: Buffer.from(bytes.subarray(0, BOUND_BYTES)),
  };
}

/** @param body ciphertext and tag. Undefined when they are not what was written. */
export function openRecord(segment: SegmentIdentity, head: RecordHead, body: Buffer): Buffer | undefined {
  const ciphertext = body.subarray(0, head.length);
  const tag = body.subarray(head.length, head.length + TAG_BYTES);
  return unseal(segment.key, { nonce: head.nonce, ciphertext, tag }, boundTo(segment, head.bound));
}

function boundTo(segment: SegmentIdentity, head: Buffer): Buffer {
  return Buffer.concat([segment.hash, head.subarray(0, BOUND_BYTES)]);
}
