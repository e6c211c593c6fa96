/** A code block whose fence no run of backticks in the text can end. */
export function codeFence(text: string, language = ""): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(Math.max(3, longest + 1));
  return `${fence}${language.replace(/[^A-Za-z0-9+#-]/g, "")}\n${text}\n${fence}`;
}

/** A link to a place in the workspace, as the panel opens it. `label` is the path as the workspace shows it. */
export function sourceLink(label: string, line: number, shown = `${label}:${line}`): string {
  const text = shown.replace(/[\\[\]`*_<>]/g, "\\$&").replace(/[\r\n]/g, "␊");
  const target = encodeURI(label).replace(/[<>#?]/g, encodeURIComponent);
  return `[${text}](<${target}:${line}>)`;
}

/** A text on one line that Markdown shows as it is. */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .toWellFormed()
    .replace(/[\\`*_[\]<>|~&]/g, "\\$&");
}
