import assert from "node:assert/strict";
import { ResponseError } from "vscode-jsonrpc/node";
import type { ChatEvent } from "../../server/protocol/events.ts";
import type { Transcript } from "../../server/protocol/transcript.ts";
import type { ServerProcess } from "./serverProcess.ts";

/** What servers were sent and what they said was accepted, whoever it was, to be compared with what is there in the end. */
export class Ledger {
  /** Which conversation each message was sent to, by operation id. */
  readonly #sent = new Map<string, string>();
  /** By operation id: the turn as it was first acknowledged. */
  readonly #acknowledged = new Map<string, string>();
  readonly conversations: readonly string[];

  constructor(conversations: readonly string[]) {
    this.conversations = conversations;
  }

  get acknowledged(): number {
    return this.#acknowledged.size;
  }

  /** Sends, once more if need be, and notes the acknowledgement. Resolves when it has come or the server is gone. */
  async send(server: ServerProcess, conversationId: string, operationId: string, onEvent?: (event: ChatEvent) => void) {
    this.#sent.set(operationId, conversationId);
    const sending = server.send(`message ${operationId}`, { conversationId, operationId }, (event) => {
      if (event.type === "accepted") this.#note(operationId, event.turnId);
      onEvent?.(event);
    });
    await Promise.race([sending.result.catch(unlessBusy), server.exited]);
  }

  isAcknowledged(operationId: string): boolean {
    return this.#acknowledged.has(operationId);
  }

  /** Every message that was acknowledged is there once, as it was; none of the others twice, and nothing else. */
  async compare(server: ServerProcess): Promise<void> {
    const found = await Promise.all(this.conversations.map((id) => operationsIn(server, id)));
    for (const [index, conversationId] of this.conversations.entries()) {
      const turns = found[index] ?? new Map<string, string[]>();
      for (const [operationId, ids] of turns) {
        assert.equal(ids.length, 1, `${operationId} is there ${ids.length} times`);
        assert.equal(this.#sent.get(operationId), conversationId, `${operationId} is in another conversation`);
      }
      for (const [operationId, turnId] of this.#acknowledged) {
        if (this.#sent.get(operationId) !== conversationId) continue;
        assert.deepEqual(turns.get(operationId), [turnId], `${operationId} was acknowledged and is lost`);
      }
    }
    const troubles = server.logged.filter((line) => /could not be read|could not be opened|unreadable/.test(line));
    assert.deepEqual(troubles, []);
  }

  /** Resolves once this server shows every message that was acknowledged. */
  async shownBy(server: ServerProcess): Promise<void> {
    for (const conversationId of this.conversations) {
      const expected = [...this.#acknowledged.keys()].filter((id) => this.#sent.get(id) === conversationId);
      const isWhole = ({ turns }: Transcript) => {
        const shown = new Set(turns.map(({ accepted }) => accepted.operationId));
        return expected.every((operationId) => shown.has(operationId));
      };
      await server.follow(conversationId).until(isWhole, `all of ${conversationId} in every window`, SLOW_MS);
    }
  }

  #note(operationId: string, turnId: string): void {
    const known = this.#acknowledged.get(operationId);
    assert.ok(known === undefined || known === turnId, `${operationId} was acknowledged twice, as different turns`);
    this.#acknowledged.set(operationId, turnId);
  }
}

/** Nobody answered for longer than a client waits: a person would try again. */
function unlessBusy(error: unknown): void {
  const code = error instanceof ResponseError ? error.data?.code : undefined;
  if (code !== "storeBusy") throw error;
}

/** On a machine that has very much else to do. */
const SLOW_MS = 60_000;

async function operationsIn(server: ServerProcess, conversationId: string): Promise<Map<string, string[]>> {
  const following = server.follow(conversationId);
  const { turns } = await following.until(({ caughtUp }) => caughtUp, `all of ${conversationId}`, SLOW_MS);
  const found = new Map<string, string[]>();
  for (const { accepted } of turns) {
    found.set(accepted.operationId, [...(found.get(accepted.operationId) ?? []), accepted.turnId]);
  }
  return found;
}
