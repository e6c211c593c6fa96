import { mkdtemp, rm } from "node:fs/promises";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { turn } from "./clock.ts";

/** What becomes of one connection. */
export interface Trouble {
  /** Both directions end once so many bytes went either way. */
  readonly cutAfterBytes: number;
  /** Rounds of the event loop that each piece waits. */
  readonly delay: () => number;
  /** Bytes that go at once: what is longer goes in several pieces. */
  readonly pieceBytes: number;
}

export const NO_TROUBLE: Trouble = { cutAfterBytes: Number.POSITIVE_INFINITY, delay: () => 0, pieceBytes: 65_536 };

/**
 * A line between clients and a server over which bytes come in order or not at all: it delays them, breaks them into pieces and
 * is cut, after any byte. Clients connect to `path`; `accept` gets the server's end.
 */
export class BadWire {
  readonly path: string;
  /** Of connections that are made from now on. */
  trouble: () => Trouble = () => NO_TROUBLE;
  readonly #folder: string;
  readonly #near: Server;
  readonly #far: Server;
  readonly #lines = new Set<() => void>();
  /** What is cut was cut so often. */
  cuts = 0;

  private constructor(folder: string, accept: (socket: Socket) => void) {
    this.#folder = folder;
    this.path = join(folder, "near.sock");
    this.#near = createServer((client) => this.#carry(client));
    this.#far = createServer((socket) => {
      socket.on("error", () => {});
      accept(socket);
    });
  }

  static async open(accept: (socket: Socket) => void): Promise<BadWire> {
    const wire = new BadWire(await mkdtemp(join(tmpdir(), "duck-wire-")), accept);
    await new Promise<void>((resolve) => wire.#near.listen(wire.path, resolve));
    await new Promise<void>((resolve) => wire.#far.listen(wire.#farPath, resolve));
    return wire;
  }

  get connections(): number {
    return this.#lines.size;
  }

  /** Cuts the connection with this number, or all. */
  cut(index?: number): void {
    const lines = [...this.#lines];
    for (const cut of index === undefined ? lines : lines.slice(index % (lines.length || 1)).slice(0, 1)) cut();
  }

  async close(): Promise<void> {
    this.cut();
    this.#near.close();
    this.#far.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #farPath(): string {
    return join(this.#folder, "far.sock");
  }

  #carry(client: Socket): void {
    const server = dial(this.#farPath);
    const trouble = this.trouble();
    let passed = 0;
    const cut = () => {
      if (!this.#lines.delete(cut)) return;
      this.cuts++;
      client.destroy();
      server.destroy();
    };
    this.#lines.add(cut);
    for (const socket of [client, server]) socket.on("error", () => {}).on("close", cut);
    const pass = async (from: Socket, to: Socket) => {
      for await (const bytes of from as AsyncIterable<Buffer>) {
        for (let start = 0; start < bytes.length; start += trouble.pieceBytes) {
          for (let rounds = trouble.delay(); rounds > 0; rounds--) await turn();
          const piece = bytes.subarray(start, start + trouble.pieceBytes);
          const left = trouble.cutAfterBytes - passed;
          passed += piece.length;
          to.write(piece.subarray(0, left));
          if (passed >= trouble.cutAfterBytes) {
            to.end();
            cut();
          }
        }
      }
    };
    pass(client, server).catch(cut);
    pass(server, client).catch(cut);
  }
}
