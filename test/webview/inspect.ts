/** Runs in the page: what stands under an element that must not. Empty when all is well. */
export function inspect(container: Element): string[] {
  const TAGS = new Set(
    `a article b blockquote br button circle code del div em figure footer form g h1 h2 h3 h4 h5 h6 header hr i kbd li
    ol p path pre section span strong svg table tbody td textarea th thead tr ul`.split(/\s+/),
  );
  const ATTRIBUTES = new Set(
    `aria-atomic aria-autocomplete aria-busy aria-controls aria-current aria-expanded aria-haspopup aria-hidden aria-label aria-live
    aria-posinset aria-setsize
    aria-valuemax aria-valuemin aria-valuenow class data-row data-row-main data-vscode-context disabled placeholder role rows start tabindex
    title type`.split(/\s+/),
  );
  const DRAWN = /^(viewBox|fill|stroke|stroke-\w+|transform|d|opacity|cx|cy|r)$/;
  const CLASSES = /^(hljs-[\w-]+|codicon(-[\w-]+)?|[a-z][a-z-]*|at-380|[a-z]+_)$/;
  const wrong: string[] = [];
  for (const element of [container, ...container.querySelectorAll("*")]) {
    const tag = element.localName;
    if (!TAGS.has(tag)) wrong.push(`<${tag}>`);
    if (element.shadowRoot !== null) wrong.push("a shadow root");
    const inDrawing = element.closest("svg") !== null;
    const isMeter = element.parentElement?.getAttribute("role") === "meter";
    for (const { name, value } of element.attributes) {
      const isAllowed = ATTRIBUTES.has(name) || (inDrawing && DRAWN.test(name));
      const isWidth = isMeter && name === "style" && /^width: [\d.]+%;$/.test(value);
      if (!isAllowed && !isWidth) wrong.push(`${tag}[${name}="${value}"]`);
      if (name === "class" && value.split(/\s+/).some((one) => one !== "" && !CLASSES.test(one))) {
        wrong.push(`class="${value}"`);
      }
      if (name === "role" && !/^(alert|status|group|link|toolbar|meter)$/.test(value)) wrong.push(`role="${value}"`);
    }
  }
  return wrong;
}

/** Runs in the page: all that a person, or the browser by itself, might set off. */
export function provoke(container: Element): void {
  const TYPES = [
    "load",
    "error",
    "mouseover",
    "mouseenter",
    "focus",
    "toggle",
    "begin",
    "start",
    "submit",
    "animationend",
  ];
  for (const element of [container, ...container.querySelectorAll("*")]) {
    for (const type of TYPES) element.dispatchEvent(new Event(type, { bubbles: false }));
    if (element.matches('[role="link"]')) element.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }
}
