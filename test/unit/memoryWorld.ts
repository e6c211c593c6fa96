import { userMemoryLog, workspaceMemoryLog } from "../../server/memory/memoryPlaces.ts";
import { Shelves } from "../../server/memory/shelves.ts";
import type { Memory } from "../../server/protocol/memory.ts";
import { silentLog } from "../../server/util/log.ts";
import type { SimulatedDisk } from "../fakes/simulatedDisk.ts";
import { KEYS, WORKSPACE } from "./storeWorld.ts";

export const AT = "2026-03-12T09:00:00.000Z";

/** The memories of the workspace on this disk, and the user's. */
export function shelvesOn(
  disk: SimulatedDisk,
  { now = () => new Date(AT), epoch = 1, isSuperseded = async () => false } = {},
): Shelves {
  const place = { fs: disk, keys: KEYS, folder: WORKSPACE, logger: silentLog, epoch, isSuperseded };
  const user = userMemoryLog({ fs: disk, keys: KEYS, storePath: "/store", logger: silentLog });
  let ids = 0;
  return new Shelves({ workspace: workspaceMemoryLog(place), user, now, newId: () => `op-${++ids}` });
}

export function memory(id: string, text: string, more: Partial<Memory> = {}): Memory {
  return {
    id,
    kind: "convention",
    text,
    scope: { kind: "workspace" },
    status: "active",
    sources: [{ who: "user", conversationId: "c1", turnId: `turn-${id}`, seq: 1, at: AT }],
    anchors: [],
    confidence: 0.8,
    createdAt: AT,
    updatedAt: AT,
    uses: 0,
    pinned: false,
    supersedes: [],
    ...more,
  };
}
