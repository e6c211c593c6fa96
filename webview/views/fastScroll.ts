import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Somebody who drags the scrollbar through a long conversation: nothing can be read until it is slower for so long. */
const SETTLED_MS = 100;

/** True while more than what is in view goes by with each frame. A single jump is not fast. */
export function useFastScroll(scroller: RefObject<HTMLElement | null>): boolean {
  const [isFast, setFast] = useState(false);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let top = element.scrollTop;
    let jumpedAt = Number.NEGATIVE_INFINITY;
    let settling: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      const isJump = Math.abs(element.scrollTop - top) > element.clientHeight;
      top = element.scrollTop;
      if (!isJump) return;
      const now = performance.now();
      if (now - jumpedAt < SETTLED_MS) setFast(true);
      jumpedAt = now;
      clearTimeout(settling);
      settling = setTimeout(() => setFast(false), SETTLED_MS);
    };
    // Before the list hears of it, and draws.
    element.addEventListener("scroll", onScroll, { capture: true, passive: true });
    return () => {
      clearTimeout(settling);
      element.removeEventListener("scroll", onScroll, { capture: true });
    };
  }, [scroller]);
  return isFast;
}
