import { useEffect, useRef, useState } from "preact/hooks";
import type { ModelChoice } from "../../server/protocol/events.ts";
import { labelOf } from "../../server/protocol/modelLabel.ts";
import type { ModelStatus } from "../../server/protocol/requests.ts";
import { isSameChoice, shownModel } from "../chosenModel.ts";
import type { Panel } from "../panel.ts";
import { usePanel } from "./context.ts";
import { Duck, Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

/** Which model answers in this conversation; opens the choice of another one. */
export function ModelControl({ model }: { model: ModelStatus | undefined }) {
  const panel = usePanel();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (model === undefined) return null;
  const { name, reason, isOffline } = shownModel(panel.chosenModel.choice.value, model);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="picker"
        aria-label={`Model: ${name}`}
        aria-haspopup="menu"
        aria-expanded={open}
        title={reason}
        onClick={() => setOpen(!open)}
      >
        {isOffline && <Duck />}
        <span class="clip">{name}</span>
        <Icon name="chevron-down" />
      </button>
      {open && <Menu model={model} onClose={close} onLeave={() => setOpen(false)} />}
    </>
  );
}

interface MenuProps {
  model: ModelStatus;
  /** Something was chosen, or Esc pressed. */
  onClose: () => void;
  /** The focus went elsewhere. */
  onLeave: () => void;
}

function Menu({ model, onClose, onLeave }: MenuProps) {
  const panel = usePanel();
  const { chosenModel } = panel;
  const menu = useRef<HTMLDivElement>(null);
  const hasEndpoint = model.configured !== undefined;
  useEffect(() => {
    if (hasEndpoint) void chosenModel.listNames();
    const chosen = menu.current?.querySelector<HTMLElement>('[aria-checked="true"]');
    (chosen ?? menu.current?.querySelector<HTMLElement>("button"))?.focus();
  }, [chosenModel, hasEndpoint]);
  const choices = choicesFor(panel, model);
  const { listProps, tabIndexOf } = useRoving(choices.length + 1);
  const isAsking = hasEndpoint && chosenModel.names.value === undefined;
  return (
    <div
      ref={menu}
      class="popup model-menu"
      role="menu"
      aria-label="Model of this conversation"
      tabIndex={-1}
      {...listProps}
      onKeyDown={(event) => {
        listProps.onKeyDown(event);
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node && menu.current?.contains(event.relatedTarget))) onLeave();
      }}
    >
      {choices.map(({ choice, title, detail }, row) => (
        <button
          key={JSON.stringify(choice)}
          type="button"
          class="menu-item"
          role="menuitemradio"
          aria-checked={isSameChoice(choice, chosenModel.choice.value)}
          data-row
          data-row-main
          tabIndex={tabIndexOf(row)}
          onClick={() => {
            void chosenModel.choose(choice);
            onClose();
          }}
        >
          <Icon name={isSameChoice(choice, chosenModel.choice.value) ? "check" : "blank"} />
          <span class="clip">{title}</span>
          {detail !== undefined && <span class="meta clip">{detail}</span>}
        </button>
      ))}
      {isAsking && <p class="menu-note meta">Asking {model.configured?.host} for its models</p>}
      {chosenModel.alert.value !== undefined && <p class="menu-note meta">{chosenModel.alert.value}</p>}
      {panel.host.offers("chooseModel") && (
        <button
          type="button"
          class="menu-item is-apart"
          role="menuitem"
          data-row
          data-row-main
          tabIndex={tabIndexOf(choices.length)}
          onClick={() => {
            onClose();
            panel.host.do({ kind: "chooseModel" });
          }}
        >
          <Icon name="settings-gear" />
          <span class="clip">Change the default…</span>
        </button>
      )}
    </div>
  );
}

interface MenuChoice {
  readonly choice: ModelChoice;
  readonly title: string;
  readonly detail?: string;
}

/** The default, no model, what the endpoint offers, and what was chosen even if nobody offers it any more. */
function choicesFor({ chosenModel }: Panel, model: ModelStatus): MenuChoice[] {
  const chosen = chosenModel.choice.value;
  const names = new Set(chosenModel.names.value);
  if (chosen.kind === "openai") names.add(chosen.name);
  const { lent = [] } = model;
  return [
    { choice: { kind: "default" }, title: "Default", detail: defaultName(model) },
    { choice: { kind: "offline" }, title: "Offline", detail: "from your code" },
    ...[...names].map((name): MenuChoice => ({ choice: { kind: "openai", name }, title: name })),
    ...lent.map(({ id, name }): MenuChoice => ({ choice: { kind: "editor", id }, title: name, detail: "VS Code" })),
    ...(chosen.kind === "editor" && !lent.some(({ id }) => id === chosen.id)
      ? [{ choice: chosen, title: chosen.id, detail: "not lent now" }]
      : []),
  ];
}

function defaultName({ model, configured }: ModelStatus): string {
  if (model.kind === "editor") return labelOf(model);
  return configured?.name || "Offline";
}
