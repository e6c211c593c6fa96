/** The mock endpoint in a process of its own: `mockEndpoint.ts <tokens> <tokenMs>`. Says its base URL over ipc. */
import { startModelServer } from "../test/fakes/modelServer.ts";
import { timedReply } from "./timedReply.ts";

const [tokens, tokenMs] = process.argv.slice(2).map(Number);
if (tokens === undefined || tokenMs === undefined) throw new Error("Started without a pace.");

const endpoint = await startModelServer();
endpoint.reply(() => timedReply({ tokens, tokenMs }));
process.on("disconnect", () => process.exit());
process.on("message", () => process.send?.(endpoint.requests.at(-1)?.body?.messages));
process.send?.(endpoint.baseUrl);
