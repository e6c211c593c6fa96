import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DoctorCheck } from "../../server/protocol/doctor.ts";
import { defaultStorePath } from "../../server/store/location.ts";
import { systemClock } from "../../server/util/clock.ts";
import { deferred } from "../../server/util/deferred.ts";
import { escapeControls } from "../../server/util/escapeControls.ts";
import type { CodeIndex } from "../../server/workspace/codeIndex.ts";
import { type ModelFlags, modelFromEnvironment } from "./model.ts";
import { existingFolder, terminalServices } from "./services.ts";
import { recoveryCode } from "./store.ts";

export interface DoctorOptions {
  readonly folder: string;
  /** Absent: that of the editor, if there is one. */
  readonly store: string | undefined;
  readonly codeFile: string | undefined;
  readonly model: ModelFlags;
  readonly json: boolean;
}

/** The code of a large folder takes longer; then it is said how far it is. */
const INDEX_WITHIN_MS = 20_000;

/** Prints what works and what does not; answers the exit code: 0, or 1 when there is a problem. */
export async function doctorCommand({ folder, store, codeFile, model, json }: DoctorOptions): Promise<number> {
  const configuration = await modelFromEnvironment(model, process.env);
  const services = terminalServices(await existingFolder(folder), await existingStore(store));
  try {
    const code = await recoveryCode(codeFile);
    const status = await services.store?.opened();
    if (status?.state === "locked" && code !== undefined) await services.store?.unlock({ kind: "recoveryCode", code });
    services.configure(configuration);
    await indexed(services.codeIndex);
    const checks = await services.doctor(new AbortController().signal);
    console.log(json ? JSON.stringify({ checks }) : checks.map(inWords).join("\n"));
    return checks.some(({ state }) => state === "problem") ? 1 : 0;
  } finally {
    await services.close();
  }
}

/** A store that is not there is not made. */
async function existingStore(store: string | undefined): Promise<string | undefined> {
  const path = store === undefined ? defaultStorePath(process.platform, process.env) : resolve(store);
  return stat(path).then(
    () => path,
    () => undefined,
  );
}

async function indexed(index: CodeIndex): Promise<void> {
  await index.start();
  const { promise, resolve: done } = deferred<void>();
  const look = () => index.status.state !== "indexing" && done();
  const stopListening = index.onDidChangeStatus(look);
  const cancelTimer = systemClock.after(INDEX_WITHIN_MS, done);
  look();
  await promise;
  stopListening();
  cancelTimer();
}

const SIGNS: Readonly<Record<DoctorCheck["state"], string>> = { ok: "ok     ", warning: "warning", problem: "PROBLEM" };

function inWords({ title, state, finding, remedy }: DoctorCheck): string {
  const lines = [`${SIGNS[state]}  ${title}: ${finding}`, ...(remedy === undefined ? [] : [`         ${remedy}`])];
  return escapeControls(lines.join("\n"));
}
