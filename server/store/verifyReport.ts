import type { StoreVerdict } from "../protocol/store.ts";
import type { ConversationCheck } from "./verifyConversation.ts";
import { damagedFilesIn, type StoreCheck } from "./verifyStore.ts";

/** For people. */
export function verdictOf(check: StoreCheck): StoreVerdict {
  const { isWhole, unreadable } = check;
  return { isWhole, unreadable, damagedFiles: damagedFilesIn(check), report: reportOf(check) };
}

function reportOf(check: StoreCheck): string {
  const conversations = check.conversations.map((one) => `${nameOf(one)}: ${stateOf(one)}`);
  const findings = check.findings.map(({ path, what }) => `${path}: ${WORDS[what]}`);
  return [check.path, ...conversations, ...findings, sentenceOf(check)].join("\n");
}

const WORDS = {
  damaged: "damaged",
  wrongKey: "written with another key",
  unknown: "of no known kind, left alone",
};

function nameOf({ workspace, conversationId, title, isDeleted }: ConversationCheck): string {
  const named = title === "" ? "" : ` “${title.replace(/\s+/g, " ")}”`;
  return `${workspace}/${conversationId}${named}${isDeleted ? " (deleted)" : ""}`;
}

function stateOf({ records, unreadable, late, torn, damagedFiles }: ConversationCheck): string {
  const parts = [
    unreadable > 0 ? `${unreadable} of ${records} records unreadable` : "whole",
    damagedFiles.length > 0 ? `damaged: ${damagedFiles.join(", ")}` : "",
    torn > 0 ? `${count(torn, "torn end")}, of which nothing had been acknowledged` : "",
    late > 0 ? `${count(late, "late record")}, which count for nothing` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

function sentenceOf({ isWhole, files, records, unreadable, conversations }: StoreCheck): string {
  const read = `${count(conversations.filter(({ what }) => what === "conversation").length, "conversation")}, ${count(records, "record")}, ${count(files, "file")} read`;
  if (isWhole) return `The store is whole: ${read}.`;
  if (unreadable === 0) return `Files of the store are damaged, but no record is lost: ${read}.`;
  return `${count(unreadable, "record")} of the store cannot be read any more: ${read}.`;
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en-US")} ${what}${number === 1 ? "" : "s"}`;
}
