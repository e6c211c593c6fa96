import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "../icon.tsx";

interface TierProps {
  name: string;
  count: string;
  /** The number asks for attention. */
  isBadge?: boolean;
  /** What is in it, in a few words. */
  about?: string;
  children?: ComponentChildren;
}

/** A part of memory, which opens and closes. */
export function Tier({ name, count, isBadge = false, about, children }: TierProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <section class="tier" aria-label={name}>
      <button type="button" class="tier-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
        <TierName name={name} count={count} isBadge={isBadge} about={about} />
      </button>
      {isOpen && children}
    </section>
  );
}

/** A part of which there is nothing more to see. */
export function TierLine(props: Omit<TierProps, "children">) {
  return (
    <section class="tier" aria-label={props.name}>
      <div class="tier-head is-line">
        <TierName {...props} />
      </div>
    </section>
  );
}

function TierName({ name, count, isBadge = false, about }: Omit<TierProps, "children">) {
  return (
    <>
      <h2>{name}</h2>
      <span class={isBadge ? "badge num" : "count num"}>{count}</span>
      {about !== undefined && (
        <span class="meta num clip">
          <span class="at-380">{about}</span>
        </span>
      )}
    </>
  );
}
