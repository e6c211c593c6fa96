import type { Models } from "../llm/models.ts";
import { labelOf } from "../protocol/modelLabel.ts";
import { DuckError } from "../util/errors.ts";
import type { ModelNames, OfferedChoice } from "./model.ts";

/** Of the endpoint that is configured, and those that the editor lends. */
export function modelNames(models: Models): ModelNames {
  return {
    current: (choice) => labelOf(models.pick(choice).model.name),
    offered: async (signal) => [...(await ofEndpoint(models, signal)), ...ofEditor(models)],
  };
}

/** None where it cannot be asked: choosing another model goes on without. */
async function ofEndpoint(models: Models, signal: AbortSignal): Promise<OfferedChoice[]> {
  try {
    const names = await models.listModels({}, signal);
    return names.map((name) => ({ name, choice: { kind: "openai", name } }));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DuckError) return [];
    throw error;
  }
}

function ofEditor({ status }: Models): OfferedChoice[] {
  return (status.lent ?? []).map(({ id, name }) => ({ name, choice: { kind: "editor", id } }));
}
