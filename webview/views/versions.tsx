import { useLayoutEffect, useRef } from "preact/hooks";
import { usePanel } from "./context.ts";
import { IconButton } from "./icon.tsx";

/** ‹ 1/2 ›: a message that was edited has several versions, and what followed each of them is kept. */
export function VersionSwitcher({ turnId }: { turnId: string }) {
  const panel = usePanel();
  const element = useRef<HTMLDivElement>(null);
  const versions = panel.versions.value.get(turnId);
  const wantsFocus = panel.focusVersion.value;
  useLayoutEffect(() => {
    if (wantsFocus?.turnId !== turnId) return;
    const [previous, next] = element.current?.querySelectorAll<HTMLButtonElement>("button") ?? [];
    const wanted = wantsFocus.step < 0 ? [previous, next] : [next, previous];
    wanted.find((button) => button?.disabled === false)?.focus();
    panel.focusVersion.value = undefined;
  }, [panel, wantsFocus, turnId]);
  if (versions === undefined) return null;
  const { shown, turnIds } = versions;
  const go = (step: -1 | 1) => {
    const other = turnIds[shown + step];
    if (other !== undefined) void panel.showVersion(other, step);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="versions meta num" role="group" aria-label="Versions of this message" ref={element}>
      <IconButton icon="chevron-left" label="Previous version" disabled={shown === 0} onClick={() => go(-1)} />
      <span>
        <span class="sr-only">Version </span>
        {shown + 1}/{turnIds.length}
      </span>
      <IconButton
        icon="chevron-right"
        label="Next version"
        disabled={shown === turnIds.length - 1}
        onClick={() => go(1)}
      />
    </div>
  );
}
