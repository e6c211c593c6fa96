import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { type LogReport, readConversation } from "../../server/store/log/readConversation.ts";
import { HEAD_BYTES, readHead, recordBytes } from "../../server/store/log/record.ts";
import { PREAMBLE_BYTES } from "../../server/store/log/segmentHeader.ts";
import { makeSnapshot } from "../../server/store/log/snapshot.ts";
import { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { flipped, KEYS, logsOn, Notes, WORKSPACE, Writer } from "./storeWorld.ts";

/**
 * A conversation whose files are damaged in every way that one bit, one cut or one exchange can: it is noticed, nothing
 * wrong is shown, all before it is there and what follows too, and no file is deleted.
 */
const FOLDER = `${WORKSPACE}/conversations/a`;
const RECORDS = 3;
let points = 0;

after(() => {
  console.log(`points: ${points}`);
  assert.ok(points >= 20_000);
});

test("every bit of a segment: what it hits is lost, at most, and nothing else", async () => {
  const disk = await withSegments([RECORDS, 1]);
  const bytes = file(disk, segment(1));
  const spans = recordsIn(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const hit = spans.findIndex(({ from, to }) => bit >> 3 >= from && bit >> 3 < to);
    disk.put(segment(1), flipped(bytes, bit));
    const { events, report } = await read(disk);
    const lost = hit === -1 ? [] : [hit + 1];
    assert.deepEqual(seqs(events), withoutSeqs(RECORDS + 1, lost), `bit ${bit}`);
    assert.equal(report.lost, lost.length, `bit ${bit}`);
    assert.ok(isNoticed(report), `bit ${bit}`);
    points++;
  }
});

test("every bit of the last segment: what is hit last is taken for torn", async () => {
  const disk = await withSegments([2]);
  const bytes = file(disk, segment(1));
  const spans = recordsIn(bytes);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const hit = spans.findIndex(({ from, to }) => bit >> 3 >= from && bit >> 3 < to);
    disk.put(segment(1), flipped(bytes, bit));
    const { events, report } = await read(disk);
    assert.deepEqual(seqs(events), withoutSeqs(2, hit === -1 ? [] : [hit + 1]), `bit ${bit}`);
    assert.equal(report.lost, hit === 0 ? 1 : 0, `bit ${bit}`);
    assert.ok(isNoticed(report), `bit ${bit}`);
    points++;
  }
});

test("a segment that ends anywhere: all before is read, and what is missing is counted once another stands behind it", async () => {
  for (const number of [1, 2, 3]) {
    const disk = await withSegments();
    const path = segment(number);
    const bytes = file(disk, path);
    const spans = recordsIn(bytes);
    for (let length = 0; length < bytes.length; length++) {
      const left = length < PREAMBLE_BYTES / 2 ? 0 : spans.filter(({ to }) => to <= length).length;
      const cut = Array.from({ length: RECORDS - left }, (_, index) => (number - 1) * RECORDS + left + index + 1);
      disk.put(path, bytes.subarray(0, length));
      const { events, report } = await read(disk);
      assert.deepEqual(seqs(events), withoutSeqs(3 * RECORDS, cut), `segment ${number}, ${length} bytes`);
      assert.equal(report.lost, number === 3 ? 0 : cut.length, `segment ${number}, ${length} bytes`);
      points++;
    }
  }
});

test("every bit of a snapshot, while what it stands for is there: nothing is lost", async () => {
  const disk = await withSnapshot([1]);
  const path = snapshot(2);
  const bytes = file(disk, path);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    disk.put(path, flipped(bytes, bit));
    const { events, report } = await read(disk);
    assert.deepEqual(seqs(events), withoutSeqs(2, []), `bit ${bit}`);
    assert.equal(report.lost, 0, `bit ${bit}`);
    assert.ok(isNoticed(report), `bit ${bit}`);
    points++;
  }
});

test("a snapshot that ends anywhere, while what it stands for is there: nothing is lost", async () => {
  const disk = await withSnapshot();
  const path = snapshot(4);
  const bytes = file(disk, path);
  for (let length = 0; length < bytes.length; length++) {
    disk.put(path, bytes.subarray(0, length));
    const { events, report } = await read(disk);
    assert.deepEqual(seqs(events), withoutSeqs(3 * RECORDS + 1, []), `${length} bytes`);
    assert.ok(isNoticed(report), `${length} bytes`);
    points++;
  }
});

test("every bit of a snapshot that stands alone: what follows it is read, and that something is missing is said", async () => {
  const disk = await withSnapshot();
  for (const path of disk.files().keys()) if (path.includes("/retired/")) disk.put(path, undefined);
  const path = snapshot(4);
  const bytes = file(disk, path);
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    disk.put(path, flipped(bytes, bit));
    const { events, report } = await read(disk);
    const before = events.length - 1;
    assert.equal(events.at(-1)?.seq, 3 * RECORDS + 1, `bit ${bit}`);
    assert.ok(before === 3 * RECORDS || (before === 0 && report.lost > 0), `bit ${bit}: ${before} events`);
    assert.ok(isNoticed(report), `bit ${bit}`);
    points++;
  }
});

test("records that change places, are dropped, doubled or come from elsewhere", async () => {
  const disk = await withSegments();
  const path = segment(2);
  const bytes = file(disk, path);
  const parts = recordsIn(bytes).map(({ from, to }) => bytes.subarray(from, to));
  const strangers = [segment(1), `${WORKSPACE}/conversations/b/00000001-000001.log`].flatMap((other) => {
    const others = file(disk, other);
    return recordsIn(others).map(({ from, to }) => others.subarray(from, to));
  });
  for (const order of orders(parts, strangers)) {
    if (order.length === parts.length && order.every((part, index) => part === parts[index])) continue;
    disk.put(path, Buffer.concat([bytes.subarray(0, PREAMBLE_BYTES), ...order]));
    const { events, report } = await read(disk);
    const isSame = order.findIndex((part, index) => part !== parts[index]);
    const intact = isSame === -1 ? order.length : isSame;
    assertSane(events, RECORDS + intact);
    assert.ok(isNoticed(report));
    assert.ok(parts.every((part) => order.includes(part)) || report.lost > 0);
    points++;
  }
});

test("files that change places, are copied over others, or come from another conversation", async () => {
  for (const make of [withSegments, withSnapshot] as const) {
    const paths = [...(await make()).files().keys()].filter((path) => path.startsWith("/store"));
    for (const from of paths) {
      for (const to of paths) {
        for (const how of ["copied", "exchanged"]) {
          if (from === to || !to.startsWith(FOLDER)) continue;
          const disk = await make();
          const [a, b] = [file(disk, from), file(disk, to)];
          disk.put(to, a);
          if (how === "exchanged") disk.put(from, b);
          const label = `${from} ${how} to ${to}`;
          const { events, report } = await read(disk);
          assertSane(events, 0, label);
          const isUnused =
            to.includes("/retired/") && (how === "copied" || !from.startsWith(FOLDER) || from.includes("/retired/"));
          assert.ok(isNoticed(report) || isUnused, `not noticed: ${label}`);
          points++;
        }
      }
    }
  }
});

test("copies under other names, older and newer", async () => {
  for (const make of [withSegments, withSnapshot] as const) {
    const whole = seqs((await read(await make())).events);
    for (const from of (await make()).files().keys()) {
      for (const to of [segment(0), segment(9), snapshot(1), snapshot(2), snapshot(9)]) {
        const disk = await make();
        disk.put(to, file(disk, from));
        const { events, report } = await read(disk);
        assert.deepEqual(seqs(events), whole, `${from} copied to ${to}`);
        const isUnused = make === withSnapshot && [segment(0), snapshot(1), snapshot(2)].includes(to);
        assert.ok(isNoticed(report) || isUnused, `not noticed: ${from} copied to ${to}`);
        points++;
      }
    }
  }
});

test("files that are gone are missed, and all others are read", async () => {
  for (const make of [withSegments, withSnapshot] as const) {
    const whole = seqs((await read(await make())).events);
    for (const path of (await make()).files().keys()) {
      const isOurs = path.startsWith(FOLDER);
      const isLast = path === segment(make === withSegments ? 3 : 4);
      const isSpare = path.includes("/retired/") || path.includes("snapshot");
      const disk = await make();
      disk.put(path, undefined);
      const { events, report } = await read(disk);
      assert.equal(events.length < whole.length, isOurs && !isSpare, path);
      // That the newest file of all was taken away cannot be told from its never having been there.
      assert.equal(report.lost > 0, isOurs && !isSpare && !isLast, path);
      points++;
    }
  }
});

test("a damaged conversation goes on: what is written next is kept, and no damaged file is touched", async () => {
  for (const [number, at] of [1, 2, 3].flatMap((number) =>
    [100, 300, 400, 500, 700].map((at) => [number, at] as const),
  )) {
    const disk = await withSegments();
    const path = segment(number);
    disk.put(path, flipped(file(disk, path), at * 8));
    const before = disk.files();
    const { events } = await read(disk);
    const notes = new Notes();
    const writer = await Writer.open(logsOn(disk, 2), "a", notes, "next");
    await writer.say(2);
    await writer.close();
    const after = await read(disk.afterPowerLoss(1));
    assert.deepEqual(after.events, [...events, ...(notes.kept.get("a") ?? [])], `segment ${number}, byte ${at}`);
    for (const [name, bytes] of before) assert.deepEqual(disk.files().get(name), bytes);
    points++;
  }
});

/** Conversation a, in segments of so many records, and one segment of b. */
async function withSegments(counts: readonly number[] = [RECORDS, RECORDS, RECORDS]): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk();
  for (const count of counts) await write(disk, "a", count);
  await write(disk, "b", RECORDS);
  return disk;
}

/** These segments retired by a snapshot, and another one behind it. */
async function withSnapshot(counts?: readonly number[]): Promise<SimulatedDisk> {
  const disk = await withSegments(counts);
  const { conversationSalt, end } = (await read(disk)).report;
  const source = { fs: disk, folder: FOLDER, keys: KEYS, conversationId: "a" };
  assert.ok(conversationSalt && (await makeSnapshot(source, { epoch: 1, number: end.number + 1, conversationSalt })));
  await write(disk, "a", 1);
  return disk;
}

async function write(disk: SimulatedDisk, id: string, records: number): Promise<void> {
  const writer = await Writer.open(logsOn(disk), id, new Notes());
  for (let record = 0; record < records; record++) await writer.say(1);
  await writer.close();
}

async function read(disk: SimulatedDisk): Promise<{ events: PersistedEvent[]; report: LogReport }> {
  const events: PersistedEvent[] = [];
  const reading = readConversation({ fs: disk, folder: FOLDER, keys: KEYS, conversationId: "a" });
  let step = await reading.next();
  for (; !step.done; step = await reading.next()) events.push(...step.value);
  return { events, report: step.value };
}

function isNoticed({ lost, late, files }: LogReport): boolean {
  const isOdd = files.some(
    ({ unreadable, blemishes, tornAt }) => unreadable !== undefined || blemishes > 0 || tornAt !== undefined,
  );
  return lost > 0 || late > 0 || isOdd;
}

/** Nothing but what was written, in its order, the first `intact` all there. */
function assertSane(events: readonly PersistedEvent[], intact: number, label = ""): void {
  for (const [index, event] of events.entries()) {
    assert.ok(event.type === "titled" && event.title === "first in a", label);
    assert.ok((events[index - 1]?.seq ?? 0) < event.seq, `out of order: ${seqs(events)} ${label}`);
  }
  assert.deepEqual(seqs(events).slice(0, intact), withoutSeqs(intact, []), label);
}

/** All orders of the parts, with one left out or twice, or one of the strangers in any place. */
function* orders(parts: readonly Buffer[], strangers: readonly Buffer[]): Generator<readonly Buffer[]> {
  for (const order of permutations(parts)) {
    yield order;
    for (let at = 0; at <= order.length; at++) {
      yield order.toSpliced(at, 1);
      for (const extra of [...parts, ...strangers]) yield order.toSpliced(at, 0, extra);
      for (const stranger of strangers) yield order.toSpliced(at, 1, stranger);
    }
  }
}

function* permutations(parts: readonly Buffer[]): Generator<readonly Buffer[]> {
  if (parts.length === 0) yield [];
  for (const [index, part] of parts.entries()) {
    for (const rest of permutations(parts.toSpliced(index, 1))) yield [part, ...rest];
  }
}

function recordsIn(bytes: Buffer): { readonly from: number; readonly to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (let from = PREAMBLE_BYTES; from < bytes.length; ) {
    const head = readHead(bytes.subarray(from, from + HEAD_BYTES));
    assert.ok(head);
    spans.push({ from, to: from + recordBytes(head) });
    from += recordBytes(head);
  }
  return spans;
}

function file(disk: SimulatedDisk, path: string): Buffer {
  return disk.files().get(path) ?? assert.fail(path);
}

function segment(number: number): string {
  return `${FOLDER}/00000001-00000${number}.log`;
}

function snapshot(number: number): string {
  return `${FOLDER}/snapshot-00000001-00000${number}.bin`;
}

function seqs(events: readonly PersistedEvent[]): number[] {
  return events.map(({ seq }) => seq);
}

function withoutSeqs(count: number, lost: readonly number[]): number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((seq) => !lost.includes(seq));
}
