import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/**
 * Keeps a scrolled element at its end while it grows, until the user scrolls up.
 * @param pull a change to more brings it back to the end: the user said something.
 */
export function useStickToBottom(pull: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const lastPull = useRef(0);
  const [atBottom, setAtBottom] = useState(true);

  const jump = useCallback(() => {
    setAtBottom(true);
    toEnd(scroller.current);
  }, []);

  useLayoutEffect(() => {
    if (atBottom || pull > lastPull.current) jump();
    lastPull.current = pull;
  });

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = () => {
      const isUp = element.scrollTop < lastTop.current;
      lastTop.current = element.scrollTop;
      if (distance(element) <= NEAR) setAtBottom(true);
      else if (isUp) setAtBottom(false);
    };
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => atBottom && toEnd(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [atBottom]);

  return { scroller, atBottom, jump };
}

/** Pixels that still count as the end: zoomed pages round. */
const NEAR = 4;

function distance(element: HTMLElement): number {
  return element.scrollHeight - element.clientHeight - element.scrollTop;
}

function toEnd(element: HTMLElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
