import { createDecipheriv } from "node:crypto";
import { basename } from "node:path";
import { TAG_BYTES } from "../../server/store/crypto.ts";
import { HEAD_BYTES, readHead } from "../../server/store/log/record.ts";
import { openHeader, PREAMBLE_BYTES, type SegmentIdentity } from "../../server/store/log/segmentHeader.ts";
import type { StoreKeys } from "../../server/store/storeKeys.ts";

/** The keys of a conversation's segments by their names: whoever had a copy of them before. */
export function identitiesIn(files: Files, keys: StoreKeys, conversationId: string): Map<string, SegmentIdentity> {
  return new Map(
    [...files].flatMap(([path, bytes]) => {
      const opened = openHeader(keys, conversationId, bytes.subarray(0, PREAMBLE_BYTES));
      return opened.kind === "ok" ? [[basename(path), opened.identity]] : [];
    }),
  );
}

/**
 * The files in which the text stands for somebody who has the root key: every record is decrypted, whole or torn, and no tag
 * is asked for. Copies of torn records are decrypted with the keys of their segments.
 */
export function filesWith(
  text: string,
  files: Files,
  keys: StoreKeys,
  conversationId: string,
  known: ReadonlyMap<string, SegmentIdentity>,
): string[] {
  const own = identitiesIn(files, keys, conversationId);
  return [...files].flatMap(([path, bytes]) => {
    const name = basename(path);
    const isWhole = own.has(name);
    const identity = own.get(name) ?? known.get(sourceOf(name, conversationId));
    const records = identity === undefined ? [] : recordsIn(bytes, isWhole ? PREAMBLE_BYTES : 0, identity);
    return [bytes.toString("latin1"), ...records].some((plain) => plain.includes(text)) ? [path] : [];
  });
}

type Files = ReadonlyMap<string, Buffer>;

/** `<conversation id>-<name of the segment>.<where it was torn>` */
function sourceOf(name: string, conversationId: string): string {
  return name.slice(conversationId.length + 1, name.lastIndexOf("."));
}

function recordsIn(bytes: Buffer, start: number, { key }: SegmentIdentity): string[] {
  const texts: string[] = [];
  for (let position = start; position < bytes.length; ) {
    const head = readHead(bytes.subarray(position, position + HEAD_BYTES));
    if (head === undefined) break;
    const from = position + HEAD_BYTES;
    const decipher = createDecipheriv("aes-256-gcm", key, head.nonce, { authTagLength: TAG_BYTES });
    texts.push(decipher.update(bytes.subarray(from, from + head.length)).toString("utf8"));
    position = from + head.length + TAG_BYTES;
  }
  return texts;
}
