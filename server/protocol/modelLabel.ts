import type { ModelName } from "./events.ts";

/** What a person calls a model. */
export function labelOf({ id, label }: ModelName): string {
  return label ?? id;
}
