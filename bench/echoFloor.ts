import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { WebSocket } from "ws";
import { nowMs } from "./clock.ts";
import { type Summary, summary } from "./stats.ts";

/** How long frames as an answer's take from one client over a bare `ws` server to two, at this rate; in ms. */
export async function echoFloor(framesPerSecond: number, seconds: number): Promise<Summary> {
  const child = fork(new URL("echo.mjs", import.meta.url));
  const [port] = await once(child, "message");
  const clients = [new WebSocket(`ws://127.0.0.1:${port}`), new WebSocket(`ws://127.0.0.1:${port}`)];
  await Promise.all(clients.map((client) => once(client, "open")));
  const times: number[] = [];
  clients[1]?.on("message", (data) => {
    const { text } = JSON.parse(String(data))[4];
    times.push(nowMs() - Number(text));
  });
  const startedMs = nowMs();
  for (let index = 0; index < framesPerSecond * seconds; index++) {
    await setTimeout(Math.max(0, startedMs + (index * 1000) / framesPerSecond - nowMs()));
    const event = { type: "text", turnId: crypto.randomUUID(), offset: index, text: nowMs().toFixed(3) };
    clients[0]?.send(JSON.stringify([null, null, "conversation:load-1", "event", event]));
  }
  await setTimeout(200);
  for (const client of clients) client.terminate();
  child.kill();
  return summary(times);
}
