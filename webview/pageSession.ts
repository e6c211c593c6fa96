/** What lets this tab in. It stays with the tab: no cookie, which every port of this computer would see. */
const KEY = "rubberduck.token";

/** The link that opened the page is spent, or what it gave has run out. */
export class NotAdmitted extends Error {}

/**
 * The token of this tab: in exchange for the code of its address, which is good once, or from before the page was loaded again.
 * Throws {@link NotAdmitted}.
 */
export async function admittedToken(): Promise<string> {
  const code = location.hash.slice(1);
  // Neither the history nor who looks over a shoulder shall have it.
  if (code !== "") history.replaceState(null, "", "/");
  const known = sessionStorage.getItem(KEY);
  if (code === "" && known !== null) return known;
  const answer = await fetch("/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (!answer.ok) throw new NotAdmitted();
  const { token } = (await answer.json()) as { token: string };
  sessionStorage.setItem(KEY, token);
  return token;
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}

const RELOADED = "rubberduck.reloadedFor";

/** Takes the page that fits a server of this version; what is being written stays. Should that not be to be had, not again. */
export function reloadOnce(version: string): void {
  if (sessionStorage.getItem(RELOADED) === version) return;
  sessionStorage.setItem(RELOADED, version);
  location.reload();
}
