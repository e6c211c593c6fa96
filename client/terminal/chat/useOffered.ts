import { useEffect, useState } from "react";
import type { CommandSuggestion } from "../../../server/protocol/commands.ts";
import { isCommand, isCommandName, offersAtOnce, stillFitting } from "../../../webview/commands.ts";
import { type Chat, OWN_COMMANDS } from "./chat.ts";
import type { Offered } from "./keys.ts";
import { useSignal } from "./useSignal.ts";

/** Letters that follow each other quickly are asked about together. */
const REST_MS = 40;
const MOST = 6;

/** What may be meant by a slash: by the server once it has said, until then by the built-in table; and the terminal's own. */
export function useOffered(chat: Chat): Offered {
  const { draft, caret } = useSignal(chat.line);
  const { server } = useSignal(chat.panel.state);
  const [answered, setAnswered] = useState<{ draft: string; suggestions: readonly CommandSuggestion[] }>({
    draft: "",
    suggestions: [],
  });
  const [choice, setChoice] = useState<{ draft: string; index: number }>();
  const [closedFor, setClosedFor] = useState<string>();
  const isMeant = isCommand(draft) && caret === draft.length;
  const isAsked = isMeant && server === "ready";
  useEffect(() => {
    if (!isAsked) return undefined;
    const stop = new AbortController();
    const timer = setTimeout(() => {
      chat.panel.host.call("rubberduck/command/suggest", { input: draft, context: {} }, stop.signal).then(
        ({ suggestions }) => !stop.signal.aborted && setAnswered({ draft, suggestions }),
        () => {},
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [chat, isAsked, draft]);
  const isOpen = isMeant && closedFor !== draft;
  const suggestions = isOpen ? [...ownFor(draft), ...known(draft, answered)].slice(0, MOST) : [];
  const chosen = choice?.draft === draft ? Math.min(choice.index, suggestions.length - 1) : -1;
  const isName = isCommandName(draft);
  return {
    suggestions,
    selected: chosen < 0 && isName && suggestions.length > 0 ? 0 : chosen,
    select: (index) => setChoice({ draft, index }),
    close: () => setClosedFor(draft),
  };
}

function known(
  draft: string,
  answered: { readonly draft: string; readonly suggestions: readonly CommandSuggestion[] },
): readonly CommandSuggestion[] {
  if (answered.draft === draft) return answered.suggestions;
  const earlier =
    answered.draft !== "" && draft.startsWith(answered.draft) ? stillFitting(draft, answered.suggestions) : [];
  return earlier.length > 0 ? earlier : offersAtOnce(draft);
}

function ownFor(draft: string): CommandSuggestion[] {
  const typed = draft.trim();
  // A bare slash asks for what RubberDuck can do; these are in /help.
  if (!isCommandName(draft) || typed.length < 2) return [];
  return Object.entries(OWN_COMMANDS)
    .filter(([name]) => name.startsWith(typed))
    .map(([name, summary]) => ({
      text: name === "/recall" ? `${name} ` : name,
      label: name,
      marks: [],
      summary,
      score: 1,
    }));
}
