import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageConnection,
} from "vscode-jsonrpc";

/** The event under which JSON-RPC messages travel over a channel, in both directions. */
export const RPC = "rpc";

/** The messages of a JSON-RPC connection, each one push of a channel. Used at both ends. */
export class ChannelWire {
  readonly #reader = new Reader();
  readonly #writer: Writer;

  constructor(push: (message: Message) => Promise<void>) {
    this.#writer = new Writer(push);
  }

  connection(): MessageConnection {
    return createMessageConnection(this.#reader, this.#writer);
  }

  receive(message: Message): void {
    this.#reader.receive(message);
  }

  /** The other side is gone. */
  close(): void {
    this.#reader.close();
    this.#writer.close();
  }
}

class Reader extends AbstractMessageReader {
  #callback: DataCallback | undefined;
  #waiting: Message[] = [];

  listen(callback: DataCallback): Disposable {
    this.#callback = callback;
    for (const message of this.#waiting.splice(0)) callback(message);
    return { dispose: () => {} };
  }

  receive(message: Message): void {
    if (this.#callback === undefined) this.#waiting.push(message);
    else this.#callback(message);
  }

  close(): void {
    this.fireClose();
  }
}

class Writer extends AbstractMessageWriter {
  readonly #push: (message: Message) => Promise<void>;
  #isClosed = false;

  constructor(push: (message: Message) => Promise<void>) {
    super();
    this.#push = push;
  }

  async write(message: Message): Promise<void> {
    if (this.#isClosed) throw new Error("the other side is gone");
    await this.#push(message);
  }

  end(): void {}

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.fireClose();
  }
}
