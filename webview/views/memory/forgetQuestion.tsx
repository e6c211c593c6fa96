import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { ForgetMessages } from "../../../server/protocol/memory.ts";
import type { Traces } from "../../memory/memories.ts";
import { shortened } from "../../memory/words.ts";

interface ForgetQuestionProps {
  text: string;
  traces: Traces;
  onForget: (messages: ForgetMessages) => void;
  onCancel: () => void;
}

/** What goes along with a memory that is forgotten. Enter forgets the memory alone. */
export function ForgetQuestion({ text, traces, onForget, onCancel }: ForgetQuestionProps) {
  const name = useId();
  const form = useRef<HTMLFormElement>(null);
  const [messages, setMessages] = useState<ForgetMessages>("keep");
  useEffect(() => form.current?.querySelector<HTMLElement>("input")?.focus(), []);
  return (
    <form
      ref={form}
      class="inline-edit"
      aria-label="Forget"
      onSubmit={(event) => {
        event.preventDefault();
        onForget(messages);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onCancel();
      }}
    >
      <fieldset class="choices-plain">
        <legend>Forget “{shortened(text, 80)}”</legend>
        {choicesFor(traces).map(({ value, label, title }) => (
          <label key={value} title={title}>
            <input
              type="radio"
              name={name}
              checked={messages === value}
              onChange={() => setMessages(value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                onForget(messages);
              }}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <div class="buttons">
        <button type="submit" class="button small">
          Forget
        </button>
        <button type="button" class="button secondary small" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface Choice {
  readonly value: ForgetMessages;
  readonly label: string;
  /** The messages, by their first words. */
  readonly title?: string;
}

function choicesFor({ source, quoting }: Traces): Choice[] {
  const from = source.length === 1 ? "the message it came from" : `the ${source.length} messages it came from`;
  const quotes = quoting.length === 1 ? "the answer that quotes it" : `the ${quoting.length} answers that quote it`;
  const listed = (places: Traces["source"]) => places.map(({ label }) => label).join("\n");
  return [
    { value: "keep", label: "Only the memory" },
    ...(source.length > 0 ? [{ value: "source", label: `Also ${from}`, title: listed(source) } as const] : []),
    ...(quoting.length > 0
      ? [
          {
            value: "all",
            label: source.length > 0 ? `Also ${from} and ${quotes}` : `Also ${quotes}`,
            title: listed([...source, ...quoting]),
          } as const,
        ]
      : []),
  ];
}
