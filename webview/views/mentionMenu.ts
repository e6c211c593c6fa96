import { useEffect, useId, useState } from "preact/hooks";
import type { MentionSuggestion } from "../../server/protocol/mentions.ts";
import { mentionAt, type Offer, type OfferGroup, offersFor, type TypedMention, written } from "../mentions.ts";
import type { Panel } from "../panel.ts";

/** What may be meant by the @ that is being written, and which of it is chosen. */
export interface MentionMenu {
  readonly isOpen: boolean;
  readonly groups: readonly OfferGroup[];
  readonly selected: number;
  readonly listId: string;
  readonly chosen: Offer | undefined;
  optionId(index: number): string;
  pick(index: number): void;
  /** Answers whether the key was meant for the menu. */
  onKey(key: string): boolean;
}

/** Letters that follow each other quickly are asked about together. */
const REST_MS = 80;

export function useMentionMenu(panel: Panel): MentionMenu {
  const listId = useId();
  const draft = panel.composer.draft.value;
  const caret = panel.composer.caret.value;
  const typed = mentionAt(draft, caret);
  const asked = typed && `${typed.start} ${typed.kind ?? ""}:${typed.query}`;
  const [closedFor, setClosedFor] = useState<string>();
  const [choice, setChoice] = useState({ asked, index: 0 });
  const suggestions = useSuggestions(panel, typed);
  const groups = typed === undefined || closedFor === asked ? [] : offersFor(typed, suggestions);
  const offers = groups.flatMap((group) => group.offers);
  const isOpen = offers.length > 0 && panel.state.value.trusted;
  const selected = choice.asked === asked ? Math.min(choice.index, offers.length - 1) : 0;

  useEffect(() => {
    if (isOpen)
      panel.conversation.spoken.value = `${offers.length} ${offers.length === 1 ? "suggestion" : "suggestions"}`;
  }, [panel, isOpen, offers.length]);

  // Closed is closed for this one mention, not for the next that looks the same.
  useEffect(() => {
    if (asked === undefined) setClosedFor(undefined);
  }, [asked]);

  const select = (index: number) => setChoice({ asked, index: (index + offers.length) % offers.length });
  const pick = (index: number) => {
    const offer = offers[index];
    if (offer !== undefined && typed !== undefined) take(panel, typed, offer);
  };
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => select(selected + 1),
    ArrowUp: () => select(selected - 1),
    Tab: () => pick(selected),
    Enter: () => pick(selected),
    Escape: () => setClosedFor(asked),
  };
  return {
    isOpen,
    groups,
    selected,
    listId,
    chosen: offers[selected],
    optionId: (index) => `${listId}-${index}`,
    pick,
    onKey: (key) => {
      const act = isOpen ? keys[key] : undefined;
      act?.();
      return act !== undefined;
    },
  };
}

/** The last answer stays until the next one is there, so that the list does not flicker. */
function useSuggestions(panel: Panel, typed: TypedMention | undefined): readonly MentionSuggestion[] {
  const [suggestions, setSuggestions] = useState<readonly MentionSuggestion[]>([]);
  const isAsked = typed !== undefined && typed.kind !== "url" && panel.state.value.server === "ready";
  const { query = "", kind } = typed ?? {};
  const conversationId = panel.conversation.id.value;
  useEffect(() => {
    if (!isAsked) {
      setSuggestions([]);
      return undefined;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      const params = {
        query,
        ...(kind !== undefined && kind !== "url" && { kind }),
        ...(conversationId !== undefined && { conversationId }),
      };
      panel.host.call("rubberduck/mention/complete", params).then(
        (answer) => isWanted && setSuggestions(answer.suggestions),
        () => isWanted && setSuggestions([]),
      );
    }, REST_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [panel, isAsked, query, kind, conversationId]);
  return suggestions;
}

function take(panel: Panel, typed: TypedMention, offer: Offer): void {
  const { composer } = panel;
  switch (offer.type) {
    case "attach": {
      const { attachment, label } = offer.suggestion;
      composer.attach(attachment);
      composer.write(written(composer.draft.value, typed, attachment.kind === "folder" ? `${label}/` : label));
      break;
    }
    case "kind": {
      const { draft, caret } = written(composer.draft.value, typed, `${offer.kind.name}:`);
      // The caret stands behind the colon, where the name is written.
      composer.write({ draft: draft.slice(0, caret - 1) + draft.slice(caret), caret: caret - 1 });
      break;
    }
    case "fetch":
      composer.write(written(composer.draft.value, typed, ""));
      void composer.fetch(offer.url);
      break;
  }
  panel.focus();
}
