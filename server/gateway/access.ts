import type { AccessMethod, AccessRequests } from "../protocol/access.ts";
import type { AccessTokens } from "./accessTokens.ts";
import type { Principal } from "./channel.ts";
import type { Listener } from "./listener.ts";
import type { PageCodes } from "./pageCodes.ts";

/** A browser that is left open over a working day keeps its page. */
const PAGE_MS = 12 * 3_600_000;

export type AccessHandlers = {
  readonly [M in AccessMethod]: (params: AccessRequests[M]["params"]) => Promise<AccessRequests[M]["result"]>;
};

/** What the owner answers about who may come in. */
export function accessHandlers(tokens: AccessTokens, codes: PageCodes, listener: Listener): AccessHandlers {
  return {
    "rubberduck/access/create": ({ name, expiresInMs }) => tokens.create({ name, expiresInMs }),
    "rubberduck/access/list": async () => ({ tokens: await tokens.list() }),
    "rubberduck/access/revoke": async ({ id }) => {
      await tokens.revoke(id);
      return {};
    },
    "rubberduck/gateway/link": async () => {
      const { port } = await listener.listen(0);
      await tokens.listensAt(port);
      return { url: `http://127.0.0.1:${port}/#${codes.make()}` };
    },
  };
}

/** A token for a page that shows its code; undefined when the code is not good. */
export function admitPage(tokens: AccessTokens, codes: PageCodes) {
  return async (code: string): Promise<string | undefined> => {
    if (!codes.spend(code)) return undefined;
    return (await tokens.create({ name: "Browser", expiresInMs: PAGE_MS, isPage: true })).token;
  };
}

/** Who shows such a token; others see a page of the user's own under the user's name. */
export async function principalOf(
  tokens: AccessTokens,
  token: string,
  userName: string,
): Promise<Principal | undefined> {
  const known = await tokens.verify(token);
  if (known === undefined) return undefined;
  const { id, name, expiresAt, isPage } = known;
  return { id, name: isPage ? userName : name, isPrivate: false, ...(expiresAt && { expiresAt: new Date(expiresAt) }) };
}
