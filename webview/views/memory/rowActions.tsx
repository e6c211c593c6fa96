import type { MemoryPlace } from "../../memory/memories.ts";
import { usePanel } from "../context.ts";
import { Icon, IconButton } from "../icon.tsx";

interface RowActionsProps {
  place: MemoryPlace;
  /** Absent for what cannot be pinned: what was said. */
  pinned?: boolean;
  /** Absent where there is no conversation to mute it in. */
  muted?: boolean;
  /** Absent for what is not corrected. */
  onCorrect?: () => void;
  onForget: () => void;
}

/** Correct, pin, mute, forget; where there is no room, what is less often needed is behind More. */
export function RowActions({ place, pinned, muted, onCorrect, onForget }: RowActionsProps) {
  const { memories } = usePanel();
  return (
    <div class="actions" role="toolbar" aria-label="Actions">
      {onCorrect !== undefined && <IconButton icon="edit" label="Correct" tabIndex={-1} onClick={onCorrect} />}
      {pinned !== undefined && (
        <IconButton
          icon={pinned ? "pinned" : "pin"}
          label={pinned ? "Unpin" : "Pin"}
          class={pinned ? "is-spare is-on" : "is-spare"}
          tabIndex={-1}
          onClick={() => void memories.pin(place, !pinned)}
        />
      )}
      {muted !== undefined && (
        <IconButton
          icon={muted ? "unmute" : "mute"}
          label={muted ? "Unmute" : "Mute in this conversation"}
          class="is-spare"
          tabIndex={-1}
          onClick={() => void memories.mute(place, !muted)}
        />
      )}
      <IconButton icon="trash" label="Forget" keys="Del" class="is-spare" tabIndex={-1} onClick={onForget} />
      <MoreButton />
    </div>
  );
}

/** Opens the context menu of its row, which VS Code draws. */
export function MoreButton({ always = false }: { always?: boolean }) {
  return (
    <button
      type="button"
      class={always ? "icon-button" : "icon-button is-more"}
      aria-label="More"
      aria-haspopup="menu"
      title="More"
      tabIndex={-1}
      onClick={(event) => openContextMenu(event.currentTarget)}
    >
      <Icon name="ellipsis" />
    </button>
  );
}

export function openContextMenu(button: HTMLElement): void {
  const { left, bottom } = button.getBoundingClientRect();
  button.dispatchEvent(
    new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: left, clientY: bottom }),
  );
}

/** For VS Code's own context menu: package.json names the commands, which get this back. */
export function menuContext({ id, place }: MemoryPlace, more: Readonly<Record<string, boolean>>): string {
  return JSON.stringify({
    webviewSection: "memory",
    memoryId: id,
    memoryPlace: place,
    ...more,
    preventDefaultContextMenuItems: true,
  });
}
