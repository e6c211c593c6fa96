// The floor: what the same frames take over a bare `ws` server that sends each back to two clients. Says its port over ipc.
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("message", (data) => {
    for (const client of server.clients) client.send(String(data));
  });
});
server.on("listening", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
