import type { DoctorCheck } from "../protocol/doctor.ts";
import { causeOf, DuckError } from "../util/errors.ts";
import { checkFolder, checkIndex } from "./codeChecks.ts";
import { checkMemory } from "./memoryCheck.ts";
import { checkModel } from "./modelCheck.ts";
import type { DoctorSources } from "./sources.ts";
import { checkKeys, checkStore } from "./storeChecks.ts";

type Check = (sources: DoctorSources, signal: AbortSignal) => Promise<Finding>;
export type Finding = Omit<DoctorCheck, "id" | "title">;

const CHECKS: readonly { readonly id: DoctorCheck["id"]; readonly title: string; readonly check: Check }[] = [
  { id: "folder", title: "Folder", check: checkFolder },
  { id: "model", title: "Model", check: checkModel },
  { id: "index", title: "Code index", check: checkIndex },
  { id: "store", title: "Store", check: checkStore },
  { id: "keys", title: "Keys", check: checkKeys },
  { id: "memory", title: "Memory", check: checkMemory },
];

/** Makes every check, all at once. One that fails says so and keeps no other from being made. */
export function runDoctor(sources: DoctorSources, signal: AbortSignal): Promise<DoctorCheck[]> {
  return Promise.all(
    CHECKS.map(async ({ id, title, check }) => ({ id, title, ...(await found(check(sources, signal), signal)) })),
  );
}

async function found(checking: Promise<Finding>, signal: AbortSignal): Promise<Finding> {
  try {
    return await checking;
  } catch (error) {
    signal.throwIfAborted();
    const isKnown = error instanceof DuckError;
    return {
      state: "problem",
      finding: isKnown ? error.message : `It could not be checked: ${causeOf(error)}.`,
      remedy: isKnown ? "Do what that says, then run the doctor again." : "See the output channel for the cause.",
      ...(!isKnown && { command: "rubberduck.showOutput" }),
    };
  }
}
