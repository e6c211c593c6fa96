import type { StoreProgress } from "../protocol/store.ts";
import type { StoreKeys } from "./storeKeys.ts";
import { type FileFinding, type StoreReading, workspacesIn } from "./storeReading.ts";
import { type ConversationCheck, checkConversation, conversationsIn, memoryIn } from "./verifyConversation.ts";
import { checkSealedFiles } from "./verifySealedFiles.ts";

/** What a store was found to hold when all of it was read. */
export interface StoreCheck {
  readonly path: string;
  readonly storeId: string;
  /** Everything that was written can be read, and every file is as it was written. */
  readonly isWhole: boolean;
  /** Files that were read. */
  readonly files: number;
  /** Records of conversations that were written, and those that nobody can read any more. */
  readonly records: number;
  readonly unreadable: number;
  /** With what is remembered. */
  readonly conversations: readonly ConversationCheck[];
  /** Other files that are not as they were written. */
  readonly findings: readonly FileFinding[];
}

type CheckedStore = Pick<StoreReading, "fs" | "path" | "storeId" | "files" | "findings">;

/**
 * Reads every record of every segment and snapshot, every sealed file and the keyring. Changes nothing, and may run beside an
 * owner that writes: a record that is being written is torn, not damaged. Throws the signal's reason.
 */
export async function verifyStore(
  store: CheckedStore,
  keys: StoreKeys,
  signal: AbortSignal,
  onProgress: (progress: StoreProgress) => void = () => {},
): Promise<StoreCheck> {
  const { fs, path, storeId } = store;
  const workspaces = await workspacesIn(store);
  const sealed = await checkSealedFiles(store, keys, workspaces);
  const logsIn = async (id: string) => [
    ...(await conversationsIn({ fs, keys }, path, id)),
    ...(await memoryIn({ fs, keys }, path, id)),
  ];
  const places = (await Promise.all(workspaces.map(logsIn))).flat();
  const conversations: ConversationCheck[] = [];
  for (const [done, place] of places.entries()) {
    signal.throwIfAborted();
    onProgress({ done, total: places.length });
    const checked = await checkConversation(place);
    if (checked !== undefined) conversations.push(checked);
  }
  const sum = (of: (one: ConversationCheck) => number) => conversations.reduce((total, one) => total + of(one), 0);
  const findings = [...store.findings, ...sealed.findings];
  const unreadable = sum((one) => one.unreadable);
  return {
    path,
    storeId,
    isWhole: unreadable + damagedFilesIn({ conversations, findings }) === 0,
    files: store.files.length + sealed.files + sum((one) => one.files),
    records: sum((one) => one.records),
    unreadable,
    conversations,
    findings,
  };
}

/** Files that are not as they were written, whether something is lost by it or not. */
export function damagedFilesIn({ conversations, findings }: Pick<StoreCheck, "conversations" | "findings">): number {
  const ofConversations = conversations.reduce((sum, { damagedFiles }) => sum + damagedFiles.length, 0);
  return ofConversations + findings.filter(({ what }) => what !== "unknown").length;
}
