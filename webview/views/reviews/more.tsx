/** How much of something long is drawn before it is asked for. */
export const FIRST_FILES = 100;
export const FIRST_HUNKS = 30;
export const FIRST_LINES = 80;

interface MoreButtonProps {
  readonly shown: number;
  readonly all: number;
  /** Of one of them. */
  readonly name: string;
  /** By how much it grows. Default 100. */
  readonly step?: number;
  readonly tabIndex?: 0 | -1;
  onMore(shown: number): void;
}

/** "Show 80 more lines", where there are any. */
export function MoreButton({ shown, all, name, step = 100, tabIndex = 0, onMore }: MoreButtonProps) {
  if (shown >= all) return null;
  const more = Math.min(step, all - shown);
  const left = all - shown > more ? ` of ${(all - shown).toLocaleString("en-US")}` : "";
  return (
    <button type="button" class="text-button meta more" tabIndex={tabIndex} onClick={() => onMore(shown + more)}>
      Show {more}
      {left} more {name}
      {more + (left === "" ? 0 : 1) === 1 ? "" : "s"}
    </button>
  );
}
