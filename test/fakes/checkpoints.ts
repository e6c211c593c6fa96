import { globSync, readFileSync } from "node:fs";
import { readHead, recordBytes } from "../../server/store/log/record.ts";
import { PREAMBLE_BYTES } from "../../server/store/log/segmentHeader.ts";

/** How many checkpoints stand in the logs of a store, or of one conversation: records say what they are without a key. */
export function checkpointsIn(storePath: string, conversationId = "*"): number {
  const segments = globSync(`${storePath}/*/conversations/${conversationId}/*.log`);
  return segments.reduce((sum, path) => sum + count(readFileSync(path)), 0);
}

function count(bytes: Buffer): number {
  let checkpoints = 0;
  let at = PREAMBLE_BYTES;
  for (let head = readHead(bytes.subarray(at)); head !== undefined; head = readHead(bytes.subarray(at))) {
    if (head.type === "checkpoints") checkpoints++;
    at += recordBytes(head);
  }
  return checkpoints;
}
