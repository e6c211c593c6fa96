import { useEffect, useState } from "preact/hooks";
import { droppedIn, isDroppable } from "../drops.ts";
import type { Panel } from "../panel.ts";

/** Files may be dropped anywhere on the panel. Answers whether some are being held over it. */
export function useDrops(panel: Panel): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const leaving = new AbortController();
    const listen = (type: "dragover" | "dragleave" | "drop", listener: (event: DragEvent) => void) =>
      document.addEventListener(type, listener, { signal: leaving.signal });
    listen("dragover", (event) => {
      if (!isDroppable(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      setOver(true);
    });
    listen("dragleave", (event) => {
      if (event.relatedTarget === null) setOver(false);
    });
    listen("drop", (event) => {
      setOver(false);
      if (event.dataTransfer === null || !isDroppable(event.dataTransfer)) return;
      event.preventDefault();
      void panel.composer.drop(droppedIn(event.dataTransfer)).then(() => panel.focus());
    });
    return () => leaving.abort();
  }, [panel]);
  return isOver;
}
