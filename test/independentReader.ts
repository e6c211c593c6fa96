/**
 * Reads the conversations of a store, written from docs/store.md alone: nothing of the product is imported. Whoever can follow
 * that page can read their conversations without us.
 */
import { createDecipheriv, createHash, hkdfSync } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";

type ReadEvent = { readonly type: string; readonly seq: number };
type Segment = ReturnType<typeof readSegment>;

/** The events of every conversation that was not deleted, by its id. */
export function readConversations(store: string, recoveryCode: string): Map<string, ReadEvent[]> {
  const root = rootKey(store, recoveryCode);
  const found = new Map<string, ReadEvent[]>();
  for (const workspace of readdirSync(store).filter((name) => /^[0-9a-f]{32}$/.test(name))) {
    const folder = `${store}/${workspace}/conversations`;
    for (const id of namesIn(folder, /./)) found.set(id, readConversation(root, `${folder}/${id}`));
  }
  return found;
}

function rootKey(store: string, code: string): Buffer {
  const newest = Math.max(...namesIn(store, /^keyring-\d+\.json$/).map((name) => Number(name.slice(8, -5))));
  const { keyring } = JSON.parse(readFileSync(`${store}/keyring-${newest}.json`, "utf8"));
  const slot = keyring.slots.find((one: { kind: string }) => one.kind === "recovery");
  const letters = code.toUpperCase().replace(/[\s-]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1").slice(0, 32);
  const values = [...letters].map((letter) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(letter));
  const bits = values.map((value) => value.toString(2).padStart(5, "0")).join("");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const bytes = (name: string) => Buffer.from(slot[name], "base64");
  const aad = Buffer.from(`${keyring.storeId}\0${slot.id}\0recovery`);
  return decrypt(derive(secret, bytes("salt"), "slot recovery"), bytes("nonce"), bytes("wrapped"), aad);
}

function readConversation(root: Buffer, folder: string): ReadEvent[] {
  const read = (inside: string, name: RegExp) =>
    namesIn(inside, name).map((file) => readSegment(root, `${inside}/${file}`));
  const byPlace = (a: Segment, b: Segment) => a.place - b.place;
  const snapshots = read(folder, /^snapshot-[\d-]+\.bin$/).sort(byPlace);
  const snapshot = snapshots.findLast(({ records }) => records.at(-1)?.type === 2);
  const counting = snapshot === undefined ? [] : [...snapshot.records];
  const segments = [...read(folder, /^[\d-]+\.log$/), ...read(`${folder}/retired`, /^[\d-]+\.log$/)];
  const behind = segments.filter(({ place }) => place >= (snapshot?.place ?? 0)).sort(byPlace);
  let next = { place: Number.POSITIVE_INFINITY, records: 0 };
  const parts: Segment["records"][] = [];
  for (const { place, previous, records } of behind.reverse()) {
    if (place > next.place) continue;
    parts.unshift(place === next.place ? records.slice(0, next.records) : records);
    next = previous;
  }
  const events = new Map<number, ReadEvent>();
  for (const event of [...counting, ...parts.flat()].flatMap((record) => record.events)) {
    if (!events.has(event.seq)) events.set(event.seq, event);
  }
  return [...events.values()];
}

function readSegment(root: Buffer, path: string) {
  const bytes = readFileSync(path);
  const header = bytes.subarray(0, 192);
  const placeAt = (at: number) => header.readUInt32BE(at) * 1e6 + header.readUInt32BE(at + 4);
  const previous = { place: placeAt(128), records: header.readUInt32BE(136) };
  const conversationKey = derive(root, header.subarray(64, 96), "conversation");
  const kind = header[5] === 0 ? "log" : "snapshot";
  const key = derive(
    conversationKey,
    header.subarray(96, 128),
    `segment ${kind} ${header.readUInt32BE(56)} ${header.readUInt32BE(60)}`,
  );
  const hash = createHash("sha256").update(header).digest();
  const records: { readonly type: number; readonly events: ReadEvent[] }[] = [];
  for (let at = 2 * header.length; at + 28 <= bytes.length; ) {
    const end = at + 28 + bytes.readUInt32BE(at) + 16;
    if (end > bytes.length) break; // Torn.
    const aad = Buffer.concat([hash, bytes.subarray(at, at + 12)]);
    const type = bytes.readUInt8(at + 4);
    const json = JSON.parse(
      decrypt(key, bytes.subarray(at + 12, at + 24), bytes.subarray(at + 28, end), aad).toString(),
    );
    records.push({ type, events: type === 2 ? [] : json });
    at = end;
  }
  return { place: placeAt(56), previous, records };
}

function derive(secret: Buffer, salt: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, 32));
}

/** @param sealed ciphertext and tag. Throws when anything of it is not what was written. */
function decrypt(key: Buffer, nonce: Buffer, sealed: Buffer, aad: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: 16 });
  decipher.setAAD(aad).setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

function namesIn(folder: string, name: RegExp): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((file) => name.test(file)) : [];
}
