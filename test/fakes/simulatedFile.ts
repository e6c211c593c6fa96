type State = "durable" | "dirty" | "lost";

interface Piece {
  readonly from: number;
  readonly to: number;
  readonly state: State;
}

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

/**
 * The bytes of one file as the operating system has them, and which of them a disk would still have after a loss of power.
 * There is no overwriting and no truncating, as the port has none.
 */
export class SimulatedFile {
  #bytes: Buffer;
  #pieces: Piece[];

  /** @param bytes are durable. */
  constructor(bytes: Uint8Array = Buffer.alloc(0)) {
    this.#bytes = Buffer.from(bytes);
    this.#pieces = pieceOf(0, bytes.length, "durable");
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** @param state durable: of these bytes alone, whatever stands before them. */
  append(bytes: Uint8Array, state: "durable" | "dirty" = "dirty"): void {
    this.#pieces.push(...pieceOf(this.size, this.size + bytes.length, state));
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
  }

  sync(): void {
    const pieces: Piece[] = [];
    for (const { from, to, state } of this.#pieces) {
      const before = pieces.at(-1);
      if (state === "lost") pieces.push({ from, to, state });
      else if (before?.state === "durable") pieces[pieces.length - 1] = { ...before, to };
      else pieces.push({ from, to, state: "durable" });
    }
    this.#pieces = pieces;
  }

  /** What was not synced is forgotten without being written: no later sync makes it durable (fsync after EIO on Linux). */
  failToSync(): void {
    this.#pieces = this.#pieces.map((piece) => (piece.state === "dirty" ? { ...piece, state: "lost" } : piece));
  }

  /**
   * What may be found after a loss of power: what is durable stands; what is not is there, not there, or in part, in any
   * order, and zeros where a file grew before its bytes arrived; the end may be torn at any byte.
   */
  afterPowerLoss(random: () => number): SimulatedFile {
    const atLeast = this.#pieces.findLast(({ state }) => state === "durable")?.to ?? 0;
    const bytes = Buffer.alloc(
      oneOf([atLeast, atLeast + Math.floor(random() * (this.size - atLeast)), this.size], random),
    );
    const kept = oneOf([0, 1, random()], random);
    for (const { from, to, state } of this.#pieces) {
      for (let at = from; at < to; at = nextSector(at, to)) {
        const isThere = state === "durable" || (state === "dirty" && random() < kept);
        if (isThere) this.#bytes.copy(bytes, at, at, nextSector(at, to));
      }
    }
    return new SimulatedFile(bytes);
  }
}

function pieceOf(from: number, to: number, state: State): Piece[] {
  return from < to ? [{ from, to, state }] : [];
}

function nextSector(at: number, to: number): number {
  return Math.min(to, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
}

function oneOf<T>(choices: readonly [T, ...T[]], random: () => number): T {
  return choices[Math.floor(random() * choices.length)] ?? choices[0];
}
