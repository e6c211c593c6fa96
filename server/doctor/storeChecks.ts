import type { Finding } from "./doctor.ts";
import type { DoctorSources } from "./sources.ts";

export async function checkStore({ store }: DoctorSources): Promise<Finding> {
  if (store === undefined)
    return { state: "warning", finding: "There is no store: nothing is kept.", remedy: NO_STORE };
  const { state, path, message, warnings } = await store();
  if (state === "open") {
    if (warnings.length === 0) return { state: "ok", finding: `${path} is open.` };
    const remedy = "Nothing is lost by it; see docs/store.md for what it means.";
    return { state: "warning", finding: warnings.join(" "), remedy };
  }
  if (state === "opening") return { state: "warning", finding: `${path} is being opened.`, remedy: "Wait a moment." };
  const remedies = {
    locked: { remedy: "Enter the recovery code.", command: "rubberduck.enterRecoveryCode" },
    readOnly: { remedy: "Do what that says, then restart the server.", command: "rubberduck.restartServer" },
    unavailable: {
      remedy: "Do what its details say; it is looked at again then.",
      command: "rubberduck.showStoreDetails",
    },
  } as const;
  return { state: "problem", finding: message ?? `${path} cannot be used.`, ...remedies[state] };
}

export async function checkKeys({ store }: DoctorSources): Promise<Finding> {
  if (store === undefined) return { state: "ok", finding: "Without a store there is no key." };
  const { state, path } = await store();
  if (state === "locked") {
    return {
      ...{ state: "problem", finding: `The key of ${path} is not here.` },
      ...{ remedy: "Enter the recovery code.", command: "rubberduck.enterRecoveryCode" },
    };
  }
  if (state === "unavailable")
    return { state: "warning", finding: "Without the store nobody can say.", remedy: "Mend it first." };
  return {
    state: "ok",
    finding: "The key is here. The recovery code opens the store should it get lost.",
    command: "rubberduck.showRecoveryCode",
  };
}

const NO_STORE = "Name one with --store, or ask in the editor.";
