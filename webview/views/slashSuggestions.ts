import { useEffect, useState } from "preact/hooks";
import type { CommandSuggestion, EditorSituation } from "../../server/protocol/commands.ts";
import { isCommand, offersAtOnce, stillFitting } from "../commands.ts";
import type { Panel } from "../panel.ts";

/** Letters that follow each other quickly are asked about together. */
const REST_MS = 40;

interface Answered {
  readonly draft: string;
  readonly suggestions: readonly CommandSuggestion[];
}

/** What may be meant by the draft: by the server once it has said, until then by what it said before, or by the built-in table. */
export function useSlashSuggestions(panel: Panel, draft: string): readonly CommandSuggestion[] {
  const [answered, setAnswered] = useState<Answered>({ draft: "", suggestions: [] });
  const isMeant = isCommand(draft);
  const isAsked = isMeant && panel.state.value.server === "ready";
  const { file, language, hasSelection } = situationOf(panel);
  useEffect(() => {
    if (!isAsked) return undefined;
    const stop = new AbortController();
    const context = { ...(file && { file }), ...(language && { language }), hasSelection };
    const timer = setTimeout(() => {
      panel.host.call("rubberduck/command/suggest", { input: draft, context }, stop.signal).then(
        ({ suggestions }) => !stop.signal.aborted && setAnswered({ draft, suggestions }),
        // The table goes on answering.
        () => {},
      );
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [panel, isAsked, draft, file, language, hasSelection]);
  if (!isMeant) return [];
  if (answered.draft === draft) return answered.suggestions;
  const earlier =
    answered.draft !== "" && draft.startsWith(answered.draft) ? stillFitting(draft, answered.suggestions) : [];
  return earlier.length > 0 ? earlier : offersAtOnce(draft);
}

/** What a command sent now would have to work on. */
function situationOf(panel: Panel): Required<Pick<EditorSituation, "hasSelection">> & EditorSituation {
  const chip = panel.chip.value;
  const named = panel.composer.attachments.value.find((one) => one.kind === "file" || one.kind === "symbol");
  const file = named?.kind === "file" || named?.kind === "symbol" ? named.path : chip?.path;
  return {
    ...(file !== undefined && { file }),
    ...(chip !== undefined && { language: chip.language }),
    hasSelection: chip?.startLine !== undefined,
  };
}
