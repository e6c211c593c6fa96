import assert from "node:assert/strict";
import { test } from "node:test";
import { JoinedConversations } from "../../server/conversation/joined.ts";
import { until } from "../fakes/clock.ts";
import { Follower, finished, message, unending } from "../fakes/supervised.ts";
import { connectedPeers } from "./peers.ts";

test("a joined window searches, pins, chooses a model, exports and goes between branches through the owner", async () => {
  const { client, supervisor, runner, dispose } = connectedPeers();
  const joined = new JoinedConversations(client);
  const ask = async (content: string, answer: string, fields = {}): Promise<string> => {
    const before = runner.turns.length;
    const sending = finished(joined.send(message(content, fields), unending));
    await until(() => runner.turns.length > before);
    runner.last.say(answer);
    runner.last.finish();
    return (await sending).result.turnId;
  };
  const first = await ask("Where is the jitter?", "In the retry.");
  await ask("Where is the flicker?", "In the light.", { edits: first });
  const { hits } = await joined.search({ query: "RETRY" }, unending);
  assert.deepEqual(
    hits.map(({ turnId, snippet }) => ({ turnId, text: snippet?.text })),
    [{ turnId: first, text: "In the retry." }],
  );
  await joined.showBranch("c", first);
  await joined.pin("c", true);
  await joined.chooseModel("c", { kind: "openai", name: "big" });
  assert.equal((await supervisor.list())[0]?.pinned, true);
  const { text } = await joined.export("c", "markdown");
  assert.match(text, /version 1 of 2[\s\S]*In the retry\./);
  await ask("Go on", "On it goes.");
  assert.deepEqual(
    runner.last.request.history.map(({ accepted }) => accepted.content),
    ["Where is the jitter?"],
  );
  assert.deepEqual(runner.last.request.model, { kind: "openai", name: "big" });
  dispose();
});

test("a joined window forgets a message through the owner, and brings it back", async () => {
  const { client, runner, supervisor, dispose } = connectedPeers();
  const joined = new JoinedConversations(client);
  const sending = finished(joined.send(message("The old password", { operationId: "one" }), unending));
  await until(() => runner.turns.length === 1);
  runner.last.finish();
  const { turnId } = (await sending).result;
  const follower = new Follower(joined);
  await joined.forget("c", turnId, "later");
  await follower.until(({ turns }) => turns[0]?.forgotten === "undoable" && turns[0].accepted.content === "");
  await joined.unforget("c", turnId);
  await follower.until(({ turns }) => turns[0]?.accepted.content === "The old password");
  await joined.forget("c", turnId, "now");
  await follower.until(({ turns }) => turns[0]?.forgotten === "erased");
  await assert.rejects(joined.unforget("c", turnId), { data: { code: "tooLate" } });
  assert.ok(!(await supervisor.export("c", "json")).text.includes("password"));
  follower.leave();
  await assert.rejects(follower.ended, { name: "AbortError" });
  dispose();
});

test("a search whose query has changed is cancelled at the owner, too", async () => {
  const { client, supervisor, dispose } = connectedPeers();
  const joined = new JoinedConversations(client);
  let searching: AbortSignal | undefined;
  supervisor.search = (_params, signal) => {
    searching = signal;
    return new Promise((resolve) =>
      signal.addEventListener("abort", () => resolve({ hits: [], conversations: 0 }), { once: true }),
    );
  };
  const stop = new AbortController();
  const search = joined.search({ query: "jitter" }, stop.signal);
  await until(() => searching !== undefined);
  stop.abort();
  assert.deepEqual(await search, { hits: [], conversations: 0 });
  assert.equal(searching?.aborted, true);
  dispose();
});
