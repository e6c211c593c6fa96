import { useEffect } from "preact/hooks";
import type { PanelAction } from "../../server/protocol/panel.ts";
import type { DiscoveredEndpoint, ModelStatus } from "../../server/protocol/requests.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";
import { useRoving } from "./roving.ts";

interface Choice {
  readonly title: string;
  readonly detail: string;
  readonly isChosen: boolean;
  readonly action: PanelAction;
}

/** Offline, what was found on this computer, or an address of one's own. Nothing is used before it is chosen. */
export function ModelChoices({ model }: { model: ModelStatus }) {
  const panel = usePanel();
  const isReady = panel.state.value.server === "ready";
  useEffect(() => {
    if (isReady) panel.discover();
  }, [panel, isReady]);
  const choices = choicesFor(model, panel.endpoints.value);
  const { listProps, tabIndexOf } = useRoving(choices.length);
  return (
    <section aria-labelledby="choose">
      <h3 class="section-label" id="choose">
        Model
      </h3>
      <div class="choices" role="radiogroup" aria-labelledby="choose" {...listProps}>
        {choices.map((choice, row) => (
          // biome-ignore lint/a11y/useSemanticElements: a choice has two lines and an icon
          <button
            key={choice.title}
            type="button"
            class="choice"
            role="radio"
            aria-checked={choice.isChosen}
            data-row
            data-row-main
            tabIndex={tabIndexOf(row)}
            onClick={() => panel.host.do(choice.action)}
          >
            <Icon name={choice.isChosen ? "pass-filled" : "circle-large"} />
            <span>
              <span class="choice-title">{choice.title}</span>
              <span class="meta">{choice.detail}</span>
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}

function choicesFor(model: ModelStatus, endpoints: readonly DiscoveredEndpoint[]): Choice[] {
  const lent = model.model.kind === "editor" ? model.model.id : undefined;
  const chosen = lent === undefined ? model.configured?.baseUrl : undefined;
  const isFound = endpoints.some((endpoint) => endpoint.baseUrl === chosen);
  return [
    {
      title: "Offline",
      detail: "Your index. Nothing leaves this computer.",
      isChosen: chosen === undefined && lent === undefined,
      action: { kind: "useEndpoint", baseUrl: "" },
    },
    ...endpoints.map((endpoint) => ({
      title: `${endpoint.label} on this computer`,
      detail: found(endpoint.models),
      isChosen: endpoint.baseUrl === chosen,
      action: {
        kind: "useEndpoint" as const,
        baseUrl: endpoint.baseUrl,
        ...(endpoint.models[0] !== undefined && { name: endpoint.models[0] }),
      },
    })),
    ...(model.lent ?? []).map(({ id, name }) => ({
      title: name,
      detail: `Lent by VS Code: ${id}`,
      isChosen: id === lent,
      action: { kind: "useEditorModel" as const, id },
    })),
    {
      title: "OpenAI-compatible endpoint…",
      detail:
        chosen !== undefined && !isFound && model.configured !== undefined
          ? `${model.configured.name} at ${model.configured.host}`
          : "Needs an address and, for most, a key",
      isChosen: chosen !== undefined && !isFound,
      action: { kind: "useEndpoint" },
    },
  ];
}

function found(models: readonly string[]): string {
  const [first, ...others] = models;
  if (first === undefined) return "Found, but it has no models yet";
  return others.length === 0 ? `Found ${first}` : `Found ${first} and ${others.length} more`;
}
