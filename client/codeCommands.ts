import { type CodeActionCall, RUN_CODE_ACTION } from "../server/protocol/codeActions.ts";
import type { InPlace } from "./inPlace.ts";

/** The commands on code, for the table of all commands. */
export function codeCommands(inPlace: InPlace): Record<string, (argument?: unknown) => unknown> {
  return {
    "rubberduck.editHere": () => inPlace.ask(),
    "rubberduck.explain": () => inPlace.runOn("explain"),
    "rubberduck.refactor": () => inPlace.runOn("refactor"),
    "rubberduck.fix": () => inPlace.runOn("fix"),
    "rubberduck.test": () => inPlace.runOn("test"),
    "rubberduck.document": () => inPlace.runOn("doc"),
    "rubberduck.analyze": () => inPlace.runOn("analyze"),
    [RUN_CODE_ACTION]: (call) => (isCall(call) ? inPlace.runAction(call) : undefined),
  };
}

/** The server's action names it; so may a keybinding, with whatever it likes. */
function isCall(call: unknown): call is CodeActionCall {
  if (typeof call !== "object" || call === null) return false;
  const { command, path, language, startLine, endLine } = call as Record<string, unknown>;
  return (
    [command, path, language].every((name) => typeof name === "string") &&
    [startLine, endLine].every((line) => typeof line === "number")
  );
}
