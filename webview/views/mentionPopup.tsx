import { useLayoutEffect, useRef } from "preact/hooks";
import type { MentionSuggestion } from "../../server/protocol/mentions.ts";
import { ICONS } from "../attachments.ts";
import type { Offer, OfferGroup } from "../mentions.ts";
import { count } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import type { MentionMenu } from "./mentionMenu.ts";

export function MentionPopup({ menu }: { menu: MentionMenu }) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  });
  return (
    <div class="popup">
      <div role="listbox" class="popup-list" id={menu.listId} aria-label="Context" ref={list}>
        {menu.groups.map((group, index) => (
          <Group key={group.name} group={group} first={firstOf(menu.groups, index)} menu={menu} isTop={index === 0} />
        ))}
      </div>
      <Foot menu={menu} />
    </div>
  );
}

function Group(props: { group: OfferGroup; first: number; menu: MentionMenu; isTop: boolean }) {
  const { group, first, menu, isTop } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot stand in a listbox
    <div role="group" aria-label={group.name}>
      <div class="option-group" aria-hidden="true">
        <span>{group.name}</span>
        {isTop && group.name !== "More" && <span>tokens</span>}
      </div>
      {group.offers.map((offer, index) => (
        <Option key={keyOf(offer)} offer={offer} index={first + index} menu={menu} />
      ))}
    </div>
  );
}

function Option({ offer, index, menu }: { offer: Offer; index: number; menu: MentionMenu }) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the box keeps the focus and handles the keys
    // biome-ignore lint/a11y/useFocusableInteractive: chosen through aria-activedescendant
    <div
      class="option with-icon"
      role="option"
      id={menu.optionId(index)}
      aria-selected={index === menu.selected}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => menu.pick(index)}
    >
      <Shown offer={offer} />
    </div>
  );
}

function Shown({ offer }: { offer: Offer }) {
  switch (offer.type) {
    case "attach":
      return <Suggested suggestion={offer.suggestion} />;
    case "kind":
      return (
        <>
          <Icon name={offer.kind.icon} />
          <span>@{offer.kind.name}</span>
          <span class="meta clip">{offer.kind.summary}</span>
        </>
      );
    case "fetch":
      return (
        <>
          <Icon name="globe" />
          <span class="clip">Fetch {offer.url}</span>
          <span class="meta clip">asks first</span>
        </>
      );
  }
}

function Suggested({ suggestion }: { suggestion: MentionSuggestion }) {
  const { attachment, label, detail, tokens, letters } = suggestion;
  return (
    <>
      <Icon name={ICONS[attachment.kind]} />
      <span class="clip">
        {NOW.has(attachment.kind) && "@"}
        {Array.from({ length: label.length }, (_, at) =>
          letters.includes(at) ? <b>{label.charAt(at)}</b> : label.charAt(at),
        )}
      </span>
      <span class="meta clip">{detail}</span>
      {tokens !== undefined && (
        <span class="meta num">
          {count(tokens)}
          <span class="sr-only"> tokens</span>
        </span>
      )}
    </>
  );
}

const NOW = new Set<string>(["selection", "problems", "diff", "terminal"]);

function Foot({ menu }: { menu: MentionMenu }) {
  const { preview } = usePanel();
  const receipt = preview.receipt.value;
  const tokens = menu.chosen?.type === "attach" ? menu.chosen.suggestion.tokens : undefined;
  return (
    <div class="popup-foot">
      <span>
        <kbd>Enter</kbd> {VERBS[menu.chosen?.type ?? "attach"]}
      </span>
      <span class="at-380">
        <kbd>Esc</kbd> close
      </span>
      {tokens !== undefined && receipt !== undefined && (
        <span class="push num at-380">
          adds {count(tokens)} of {count(receipt.budgetTokens - receipt.usedTokens)} free
        </span>
      )}
    </div>
  );
}

const VERBS = { attach: "attach", kind: "choose", fetch: "fetch" } as const;

function firstOf(groups: readonly OfferGroup[], index: number): number {
  return groups.slice(0, index).reduce((sum, { offers }) => sum + offers.length, 0);
}

function keyOf(offer: Offer): string {
  switch (offer.type) {
    case "attach":
      return JSON.stringify(offer.suggestion.attachment);
    case "kind":
      return offer.kind.kind;
    case "fetch":
      return offer.url;
  }
}
