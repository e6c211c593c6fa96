import type { DoctorCheck } from "../protocol/doctor.ts";
import type { Clock } from "../util/clock.ts";
import { deferred } from "../util/deferred.ts";
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

/** An endpoint has ten seconds to send its list of models, and says so itself. */
const LIMIT_MS = { model: 12_000, other: 5_000 };

/**
 * Makes every check, all at once. One that fails, or takes too long, says so and keeps no other from being made. `signal` ends all
 * of them.
 */
export function runDoctor(
  sources: DoctorSources,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<DoctorCheck[]> {
  return Promise.all(
    CHECKS.map(async ({ id, title, check }) => {
      const limitMs = id === "model" ? LIMIT_MS.model : LIMIT_MS.other;
      const late = new AbortController();
      const cancelTimer = clock.after(limitMs, () => late.abort(new TooLong(limitMs)));
      const either = AbortSignal.any([signal, late.signal]);
      try {
        return { id, title, ...(await made(check(sources, either), either)) };
      } finally {
        cancelTimer();
      }
    }),
  );
}

class TooLong extends Error {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super("too long");
    this.limitMs = limitMs;
  }
}

/** What a check found. One that heeds no signal is left alone with what it waits for. */
async function made(checking: Promise<Finding>, signal: AbortSignal): Promise<Finding> {
  const aborted = deferred<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([checking, aborted.promise]);
  } catch (error) {
    if (signal.reason instanceof TooLong) return tooLong(signal.reason);
    signal.throwIfAborted();
    return broken(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function tooLong({ limitMs }: TooLong): Finding {
  return {
    state: "problem",
    finding: `There was no answer within ${limitMs / 1000} seconds.`,
    remedy: "Run the doctor again in a moment. If that does not help, restart the server.",
    command: "rubberduck.restartServer",
  };
}

function broken(error: unknown): Finding {
  const isKnown = error instanceof DuckError;
  return {
    state: "problem",
    finding: isKnown ? error.message : `It could not be checked: ${causeOf(error)}.`,
    remedy: isKnown ? "Do what that says, then run the doctor again." : "See the output channel for the cause.",
    ...(!isKnown && { command: "rubberduck.showOutput" }),
  };
}
