import type { TurnPart } from "../context/turn.ts";
import type { IntentChoice } from "../protocol/commands.ts";
import type { Unsure } from "./intent.ts";

/** Says that nothing was run, and offers what may have been meant. */
export async function* unsureTurn(unsure: Unsure, hasSelection: boolean): AsyncGenerator<TurnPart, void> {
  yield { type: "text", text: sentenceFor(unsure) };
  yield { type: "end", stopReason: "complete", choices: choicesFor(unsure, hasSelection) };
}

function sentenceFor({ why, candidates, unknown }: Unsure): string {
  const [first = ""] = candidates;
  switch (why) {
    case "unknown":
      return `There is no \`/${unknown}\`. ${first === "" ? "`/help` lists the commands." : `The nearest is \`/${first}\`.`}`;
    case "several":
      return "That asks for several commands. Which is to be first?";
    case "nothing":
      return first === "generate"
        ? "What is to be written? Say it behind the name: `/generate a function that …`"
        : `There is nothing for \`/${first}\` to work on. Select some code, open a file, or name one: \`/${first} src/main.ts\``;
    case "vague":
      return "Did you mean a command?";
  }
}

/** A command that has nothing to work on is not offered again. */
function choicesFor({ why, candidates }: Unsure, hasSelection: boolean): IntentChoice[] {
  const offered = why === "nothing" ? [] : candidates;
  return [
    ...offered.map((command) => ({
      label: labelFor(command, hasSelection),
      as: { kind: "command" as const, command },
    })),
    { label: "Just talk", as: { kind: "chat" } },
  ];
}

function labelFor(command: string, hasSelection: boolean): string {
  const { label, of } = LABELS[command] ?? { label: `/${command}` };
  return of === undefined || !hasSelection ? label : `${label} ${of}`;
}

const LABELS: Readonly<Record<string, { readonly label: string; readonly of?: string }>> = {
  refactor: { label: "Refactor", of: "the selection" },
  fix: { label: "Fix", of: "the selection" },
  explain: { label: "Explain", of: "the selection" },
  analyze: { label: "Analyze", of: "the selection" },
  test: { label: "Write tests", of: "for the selection" },
  doc: { label: "Document", of: "the selection" },
  generate: { label: "Generate code" },
  complete: { label: "Complete", of: "the selection" },
  commit: { label: "Write a commit message" },
  memory: { label: "Show what is remembered" },
  model: { label: "Choose a model" },
  clear: { label: "Clear the conversation" },
  help: { label: "Show the commands" },
};
