import { usePanel } from "../context.ts";
import { CorrectField } from "./correctField.tsx";

/** A memory that is written by hand. */
export function WrittenMemory() {
  const { memoryPage } = usePanel();
  const text = memoryPage.writing.value;
  if (text === undefined) return null;
  return (
    <div class="row memory-written" key={text}>
      <CorrectField
        text=""
        draft={text}
        label="Remember"
        save="Remember"
        note="A statement, such as: We never retry once the first token has arrived."
        onSave={(said) => memoryPage.remember(said)}
        onCancel={() => {
          memoryPage.writing.value = undefined;
        }}
      />
    </div>
  );
}
