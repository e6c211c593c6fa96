import { useEffect, useRef, useState } from "preact/hooks";
import type { ClientType } from "../../server/protocol/presence.ts";
import { clientName, iconOf } from "../people.ts";
import { clock } from "../state.ts";
import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";

/** Icons in the bar while somebody else is in the conversation; opens the list of who is here. */
export function Who() {
  const { people } = usePanel();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const others = people.others.value;
  if (others.length === 0) return null;
  const icons = [...new Set(others.map(({ client }) => iconOf(client)))].slice(0, MOST_ICONS);
  const names = others.map((one) => people.nameOf(one).toLowerCase()).join(", ");
  const howMany = others.length === 1 ? "1 other" : `${others.length} others`;
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="who"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`${howMany} ${others.length === 1 ? "is" : "are"} here: ${names}`}
        title="Who is here"
        onClick={() => setOpen(!open)}
      >
        {icons.map((icon) => (
          <Icon key={icon} name={icon} />
        ))}
        <span class="at-380">{howMany}</span>
      </button>
      {open && <Card onClose={close} onLeave={() => setOpen(false)} />}
    </>
  );
}

const MOST_ICONS = 3;

interface CardProps {
  /** Esc was pressed. */
  onClose: () => void;
  /** The focus went elsewhere. */
  onLeave: () => void;
}

function Card({ onClose, onLeave }: CardProps) {
  const { people } = usePanel();
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.focus(), []);
  return (
    <div
      ref={card}
      class="popup people"
      role="dialog"
      aria-label="Who is here"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (!(relatedTarget instanceof Element && relatedTarget.closest(".who, .people"))) onLeave();
      }}
    >
      <ul>
        {people.all.value.map((one) => (
          <li key={one.id} class="person">
            <Icon name={iconOf(one.client)} />
            <span class="clip">{people.nameOf(one)}</span>
            <span class="meta num">{one.typing ? "typing" : `since ${clock(one.onlineAt)}`}</span>
            {one.file !== undefined && <span class="meta clip person-file">{one.file}</span>}
          </li>
        ))}
      </ul>
      <div class="popup-foot">
        <span>Nobody else can join without a token.</span>
      </div>
    </div>
  );
}

/** Above the box: who writes a message just now. */
export function TypingLine() {
  const { people } = usePanel();
  const [first, ...more] = people.typing.value;
  return (
    <div role="status">
      {first !== undefined && (
        <div class="typing meta">
          <Icon name={iconOf(first.client)} />
          <span class="clip">
            {more.length === 0 ? `${people.nameOf(first)} is typing` : `${more.length + 1} others are typing`}
          </span>
          <span class="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
        </div>
      )}
    </div>
  );
}

/** Over a message that another kind of client has sent. */
export function From({ client, at }: { client: ClientType; at: string }) {
  return (
    <div class="from meta" aria-hidden="true">
      <Icon name={iconOf(client)} />
      <span class="num">
        {clientName(client)} · {clock(at)}
      </span>
    </div>
  );
}
