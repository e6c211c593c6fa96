import { splitCommand } from "../commands.ts";
import { usePanel } from "./context.ts";
import { DuckOnWater, Icon } from "./icon.tsx";
import { ModelChoices } from "./modelChoices.tsx";
import { useRoving } from "./roving.ts";

/** What an empty conversation shows: which model answers, and what one might ask. */
export function Welcome() {
  const { host, state } = usePanel();
  const { model } = state.value;
  const isSetUp = model?.configured !== undefined || model?.model.kind === "editor";
  return (
    <main class="scroll" aria-label="Welcome">
      <div class="welcome">
        <div class="welcome-head">
          <DuckOnWater />
          <h2 class="welcome-title">Ask about your code</h2>
          <p class="muted">
            {isSetUp
              ? model.reason
              : "No model is set up yet. Until one is, I answer from your files, without a network."}
          </p>
        </div>
        {model !== undefined && host.offers("useEndpoint") && <ModelChoices model={model} />}
        <Suggestions />
      </div>
    </main>
  );
}

const SUGGESTIONS = [
  { icon: "search", text: "Where does this program start?" },
  { icon: "list-tree", text: "What are the main parts of this project?" },
  { icon: "book", text: "/explain" },
];

/** Put into the box and not sent: nothing leaves this computer by a click on an example. */
function Suggestions() {
  const panel = usePanel();
  const { listProps, tabIndexOf } = useRoving(SUGGESTIONS.length);
  const use = (text: string) => {
    panel.composer.writeAll(text);
    panel.focus();
  };
  return (
    <section aria-labelledby="try">
      <h3 class="section-label" id="try">
        Try
      </h3>
      <ul class="suggestions" {...listProps}>
        {SUGGESTIONS.map(({ icon, text }, row) => (
          <li key={text} data-row>
            <button type="button" class="suggestion" data-row-main tabIndex={tabIndexOf(row)} onClick={() => use(text)}>
              <Icon name={icon} />
              <Example text={text} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Example({ text }: { text: string }) {
  const { command, rest } = splitCommand(text);
  if (command === "") return <span>{rest}</span>;
  return (
    <span>
      <span class="command">{command}</span>
      {rest || " the selected code"}
    </span>
  );
}
