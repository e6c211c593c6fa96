import { Supervisor } from "../../server/conversation/supervisor.ts";
import { Gateway } from "../../server/gateway/gateway.ts";
import { DEFAULT_LIMITS } from "../../server/gateway/limits.ts";
import { SendLimit } from "../../server/gateway/sendLimit.ts";
import { topics } from "../../server/gateway/topics.ts";
import { joinedHandlers, register } from "../../server/handlers.ts";
import type { PersistedEvent } from "../../server/protocol/events.ts";
import { Superseded } from "../../server/store/storeErrors.ts";
import { silentLog } from "../../server/util/log.ts";
import { BadWire } from "./badWire.ts";
import { FakeClock } from "./clock.ts";
import { MortalLogs } from "./mortalLogs.ts";
import { ScriptedRunner } from "./scriptedRunner.ts";

const SECRET = { token: "f".repeat(64), nonce: "nonce" };

/** How an owner ends: in good order, at once (perhaps with the power of the machine), or by being taken for dead while it hangs. */
export type End = "closes" | "killed" | "powerLost" | "superseded";

/** Processes that own the conversation "c" one after another, and the bad line to each of them. */
export class ChaosWorld {
  readonly clock = new FakeClock();
  readonly failures: unknown[] = [];
  readonly #logs: MortalLogs;
  #wire: BadWire | undefined;
  #owner: Owner | undefined;
  #epoch = 0;
  #ids = 0;

  /** @param events what was said before. */
  constructor(events: readonly PersistedEvent[] = []) {
    this.#logs = new MortalLogs(events);
  }

  async open(): Promise<void> {
    this.#wire = await BadWire.open((socket) => {
      if (this.#owner === undefined) socket.destroy();
      else this.#owner.gateway.admit(socket, SECRET);
    });
    this.takeOver();
  }

  get wire(): BadWire {
    if (this.#wire === undefined) throw new Error("it is not open");
    return this.#wire;
  }

  get where() {
    return { path: this.wire.path, token: SECRET.token };
  }

  /** Throws between the end of one owner and the next one. */
  get owner(): Owner {
    if (this.#owner === undefined) throw new Error("nobody owns the conversations");
    return this.#owner;
  }

  get isOwned(): boolean {
    return this.#owner !== undefined;
  }

  /** The last one goes on from here: nobody is let in until {@link takeOver}. */
  async end(how: End, share: number): Promise<void> {
    const { supervisor, gateway } = this.owner;
    this.#owner = undefined;
    switch (how) {
      case "closes":
        await supervisor.close();
        await gateway.close();
        return;
      case "superseded":
        gateway.dismiss();
        await supervisor.abandon(new Superseded());
        return;
      case "killed":
      case "powerLost":
        this.wire.cut();
        // Whatever it still wants to write comes too late.
        this.#logs.next();
        if (how === "powerLost") this.#logs.lose(share);
        await supervisor.abandon(new Superseded());
        await gateway.close();
    }
  }

  takeOver(): void {
    const epoch = ++this.#epoch;
    const { clock } = this;
    const newId = () => `id-${++this.#ids}`;
    const runner = new ScriptedRunner();
    const isSuperseded = async () => this.#epoch !== epoch;
    const logs = this.#logs.next();
    const supervisor = new Supervisor({ logs, epoch, isSuperseded, hybrid: runner, clock, newId, logger: silentLog });
    const serve = (peer: Parameters<typeof register>[0]) => register(peer, joinedHandlers(supervisor), silentLog);
    const owned = async () => (this.#owner?.supervisor === supervisor ? supervisor : undefined);
    const sends = new SendLimit(DEFAULT_LIMITS.messagesPerHour, clock);
    const gateway = new Gateway({
      route: topics({ owned, serveOwner: serve, serveClient: serve, sends, newId }),
      verify: async () => undefined,
      userName: "ana",
      limits: DEFAULT_LIMITS,
      clock,
      logger: { ...silentLog, error: (_message, error) => this.failures.push(error) },
    });
    this.#owner = { supervisor, gateway, runner };
  }

  async close(): Promise<void> {
    await this.end("killed", 1);
    await this.wire.close();
  }
}

export interface Owner {
  readonly supervisor: Supervisor;
  readonly gateway: Gateway;
  readonly runner: ScriptedRunner;
}
