import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DONE, delta } from "../fakes/modelServer.ts";

/** An endpoint that answers for hours and keeps nothing: a few words each time; a share of its answers fails in one way or another. */
export async function startSoakModel(faults: number, random: () => number) {
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const dice = random() / faults;
    if (dice < 0.4) {
      response.writeHead(500).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const piece of ["It is ", "in the ", "retry, ", "I think."]) {
      response.write(delta({ content: piece }));
      if (dice < 1 && random() < 0.5) {
        response.destroy();
        return;
      }
    }
    response.end(delta({}, "stop") + DONE);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
