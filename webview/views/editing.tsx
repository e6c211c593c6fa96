import { usePanel } from "./context.ts";
import { Icon } from "./icon.tsx";

/** In the box, while an earlier message is edited: what that means. */
export function EditingView() {
  const panel = usePanel();
  if (panel.composer.editing.value === undefined) return null;
  const cancel = () => {
    panel.composer.cancelEdit();
    panel.focus();
  };
  return (
    <div class="editing meta" role="status">
      <Icon name="edit" />
      <span>
        Editing an earlier message<span class="at-380">: what followed it is kept as another version</span>
      </span>
      <button type="button" class="text-button" title="Cancel (Esc)" onClick={cancel}>
        Cancel
      </button>
    </div>
  );
}
