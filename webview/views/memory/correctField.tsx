import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { shortened } from "../../memory/words.ts";

interface CorrectFieldProps {
  /** What it says now; "" for a new one. */
  text: string;
  /** What stands in the field at first. Default `text`. */
  draft?: string;
  /** The name of the field. */
  label: string;
  /** What saving does, for a button. */
  save?: string;
  /** What becomes of the old one. */
  note?: string;
  /** Answers whether it worked. */
  onSave: (text: string) => Promise<boolean>;
  onCancel: () => void;
}

/** A memory is written in its place. Ctrl+Enter saves, Esc leaves it as it was. */
export function CorrectField(props: CorrectFieldProps) {
  const { text, draft: first = text, label, save = "Save", note, onSave, onCancel } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const [draft, setDraft] = useState(first);
  const [isSaving, setSaving] = useState(false);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(first.length, first.length);
  }, [first]);
  const isSame = draft.trim() === text && save === "Save";
  const canSave = draft.trim() !== "" && !isSame && !isSaving;
  const submit = async () => {
    if (!canSave) return;
    setSaving(true);
    if (!(await onSave(draft.trim()))) setSaving(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Escape") onCancel();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the field and its buttons
    <div class="inline-edit" onKeyDown={onKeyDown}>
      <textarea
        ref={field}
        class="field"
        rows={2}
        aria-label={label}
        maxLength={MAX_TEXT}
        value={draft}
        onInput={(event) => setDraft(event.currentTarget.value)}
      />
      {note !== undefined && <div class="meta">{note}</div>}
      <div class="buttons">
        <button type="button" class="button small" disabled={!canSave} onClick={() => void submit()}>
          {save}
        </button>
        <button type="button" class="button secondary small" onClick={onCancel}>
          Cancel
        </button>
        <span class="meta push at-380">
          <kbd>Ctrl</kbd> <kbd>Enter</kbd>
        </span>
      </div>
    </div>
  );
}

/** What a memory may have: protocol/memory.ts. */
const MAX_TEXT = 2000;

/** Replaces “Never retry once…”. Kept in its history. */
export function replacesNote(text: string): string {
  return `Replaces “${shortened(text, 80)}” Kept in its history.`;
}
