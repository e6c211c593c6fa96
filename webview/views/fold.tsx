import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface Fold {
  readonly isOpen: boolean;
  /** Of what it opens. */
  readonly id: string;
  toggle(): void;
}

/** Something that is folded away behind one quiet line, and opens in place. */
export function useFold(): Fold {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return { isOpen, id, toggle: () => setOpen(!isOpen) };
}

/** The line. */
export function FoldButton({ fold, children }: { fold: Fold; children: ComponentChildren }) {
  const { isOpen, id, toggle } = fold;
  return (
    <button type="button" class="fold" aria-expanded={isOpen} aria-controls={isOpen ? id : undefined} onClick={toggle}>
      <Icon name={isOpen ? "chevron-down" : "chevron-right"} />
      {children}
    </button>
  );
}
