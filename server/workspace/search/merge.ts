import { compare, PostingsWriter } from "./postings.ts";
import { Segment } from "./segment.ts";

export interface Merged {
  readonly segment: Segment;
  /** For each segment the new number of each of its documents; -1 for a dropped one. */
  readonly numbers: readonly Int32Array[];
}

/** One segment with the live documents of several, in their order. */
export function merge(segments: readonly Segment[]): Merged {
  const numbers = renumbered(segments);
  const labels: string[] = [];
  const imports: (readonly string[])[] = [];
  const blockStarts = [0];
  const blockLengths: number[] = [];
  for (const { data, isLive } of segments.map((segment) => ({
    data: segment.data,
    isLive: segment.isLive.bind(segment),
  }))) {
    for (const [document, label] of data.labels.entries()) {
      if (!isLive(document)) continue;
      labels.push(label);
      imports.push(data.imports[document] ?? []);
      for (const length of data.blockLengths.subarray(data.blockStarts[document], data.blockStarts[document + 1]))
        blockLengths.push(length);
      blockStarts.push(blockLengths.length);
    }
  }
  const segment = new Segment({
    ...mergedPostings(segments, numbers),
    blockStarts: Uint32Array.from(blockStarts),
    blockLengths: Uint16Array.from(blockLengths),
    labels,
    imports,
  });
  return { segment, numbers };
}

function renumbered(segments: readonly Segment[]): Int32Array[] {
  let next = 0;
  return segments.map((segment) =>
    Int32Array.from({ length: segment.size }, (_, document) => (segment.isLive(document) ? next++ : -1)),
  );
}

/** All segments have their terms sorted, so that one pass over all of them does. */
function mergedPostings(segments: readonly Segment[], numbers: readonly Int32Array[]) {
  const writer = new PostingsWriter();
  const cursors = segments.map((segment, index) => ({ segment, of: numbers[index], at: 0, term: segment.term(0) }));
  for (;;) {
    const ahead = cursors.filter(({ segment, at }) => at < segment.terms);
    if (ahead.length === 0) return writer.finish();
    const term = ahead
      .map((cursor) => cursor.term)
      .reduce((least, other) => (compare(other, least) < 0 ? other : least));
    let written = false;
    for (const cursor of ahead) {
      if (cursor.term !== term) continue;
      cursor.segment.visitAt(cursor.at, (document, blocks, weights, count) => {
        const number = cursor.of?.[document] ?? -1;
        if (number < 0) return;
        if (!written) writer.term(term);
        written = true;
        for (let i = 0; i < count; i++) writer.occurrence(number, blocks[i] ?? 0, weights[i] ?? 0);
      });
      cursor.at++;
      if (cursor.at < cursor.segment.terms) cursor.term = cursor.segment.term(cursor.at);
    }
  }
}
