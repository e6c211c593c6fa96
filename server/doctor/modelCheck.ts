import { DuckError } from "../util/errors.ts";
import type { Finding } from "./doctor.ts";
import type { DoctorSources } from "./sources.ts";

const CHOOSE = { command: "rubberduck.chooseModel" };

export async function checkModel({ model, listModels, blocked }: DoctorSources, signal: AbortSignal): Promise<Finding> {
  if (blocked !== undefined) return { state: "warning", finding: "No model is asked.", remedy: blocked };
  const { model: answering, reason, configured, breaker } = model();
  if (answering.kind === "editor") return { state: "ok", finding: reason };
  if (configured === undefined) {
    return {
      ...{
        state: "warning",
        finding: `${reason.split(". ", 1)[0]?.replace(/\.$/, "")}: answers come from your files.`,
      },
      ...{ remedy: "Choose a model to have questions answered in words and code changed.", ...CHOOSE },
    };
  }
  const { host, name } = configured;
  const names = await offered(listModels(signal));
  if (names instanceof DuckError) {
    const isKey = names.code === "keyRefused";
    const remedy = isKey ? "Enter the key again." : `See whether ${host} runs and the address is right.`;
    return { state: "problem", finding: names.message, remedy, command: isKey ? "rubberduck.setKey" : CHOOSE.command };
  }
  if (name === "") return { state: "problem", finding: reason, remedy: "Choose one of its models.", ...CHOOSE };
  if (breaker.state !== "closed") {
    const finding = `${name} at ${host} failed several times${breaker.lastError ? `: ${breaker.lastError}` : "."}`;
    return { state: "warning", finding, remedy: "It is tried again by itself. Its list of models can be read again." };
  }
  if (names.length > 0 && !names.includes(name)) {
    return {
      ...{ state: "warning", finding: `${host} answers, and does not list ${name} among its ${names.length} models.` },
      ...{ remedy: "If answers fail, choose one that it lists.", ...CHOOSE },
    };
  }
  return { state: "ok", finding: `${name} at ${host} can be reached.` };
}

/** Undefined names are an error that says what to do. */
async function offered(listing: Promise<readonly string[]>): Promise<readonly string[] | DuckError> {
  try {
    return await listing;
  } catch (error) {
    if (error instanceof DuckError) return error;
    throw error;
  }
}
