import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { Gateway } from "../../server/gateway/gateway.ts";
import { DEFAULT_LIMITS } from "../../server/gateway/limits.ts";
import { Listener } from "../../server/gateway/listener.ts";
import { silentLog } from "../../server/util/log.ts";
import { FakeClock, until } from "../fakes/clock.ts";

/** No page is open anywhere. */
const NOBODY = { reload: () => {}, portOfPages: async () => undefined, listensAt: async () => {} };

async function takenPort() {
  const hanging = createServer().listen(0, "127.0.0.1");
  await once(hanging, "listening");
  const { port } = hanging.address() as AddressInfo;
  const clock = new FakeClock();
  const failures: string[] = [];
  const gateway = new Gateway({
    ...{ route: () => undefined, verify: async () => undefined, userName: "ana", limits: DEFAULT_LIMITS, clock },
    logger: silentLog,
  });
  const logger = { ...silentLog, error: (message: string) => failures.push(message) };
  const listener = new Listener({ gateway, access: NOBODY, clock, logger });
  listener.standBy({ port, token: "t" });
  const release = () => new Promise<unknown>((resolve) => hanging.close(resolve));
  return { port, clock, failures, gateway, listener, release };
}

test("who takes over from an owner that hangs with the port listens there as soon as that lets go of it", async () => {
  const { port, clock, failures, gateway, listener, release } = await takenPort();
  listener.own();
  for (let times = 1; times <= 3; times++) {
    await until(() => clock.timersSet === times);
    await clock.advance(1000);
  }
  await until(() => clock.timersSet === 4);
  assert.equal(failures.length, 1, "said once");
  await release();
  await clock.advance(1000);
  await until(() => gateway.port === port);
  assert.ok(listener.isGood("t"));
  await listener.close();
});

test("who owns the conversations no more does not wait for the port", async () => {
  const { clock, failures, gateway, listener, release } = await takenPort();
  listener.own();
  await until(() => failures.length === 1);
  listener.dismiss();
  await release();
  await clock.advance(60_000);
  assert.equal(clock.pending, 0);
  assert.equal(gateway.port, undefined);
  await listener.close();
});
