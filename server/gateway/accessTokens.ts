import { createHash, randomBytes } from "node:crypto";
import type { AccessToken } from "../protocol/access.ts";
import { type KeptAccess, type KeptToken, NO_ACCESS } from "../store/accessFile.ts";
import { isSame } from "../store/ownerProof.ts";
import type { Clock } from "../util/clock.ts";
import { Emitter } from "../util/emitter.ts";
import { DuckError } from "../util/errors.ts";

/** What is kept of tokens: a sealed file, which several processes may change. */
export interface AccessFile {
  read(): Promise<KeptAccess>;
  update(change: (value: KeptAccess) => KeptAccess): Promise<KeptAccess>;
}

export interface AccessTokensOptions {
  /** Throws while the store is locked; answers undefined where nothing is kept. */
  readonly file: () => Promise<AccessFile | undefined>;
  /** How many clients use a token now. */
  readonly connected: (id: string) => number;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface NewToken {
  readonly name: string;
  readonly expiresInMs?: number | undefined;
  readonly isPage?: true;
}

/** A month's tokens of a busy person fit in. */
const MOST = 200;
const BYTES = 32;

/** Lets clients in at the port: 32 random bytes each, of which only the SHA-256 is kept. */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #revoked = new Emitter<string>();
  /** While this process alone changes the file. */
  #known: Promise<KeptAccess> | undefined;
  #unkept: KeptAccess = NO_ACCESS;

  constructor(options: AccessTokensOptions) {
    this.#options = options;
  }

  /** Calls back with the id of a token that is not good any more. */
  onRevoked(listener: (id: string) => void): () => void {
    return this.#revoked.on(listener);
  }

  /** This process owns the conversations from now on: what others wrote counts. */
  reload(): void {
    this.#known = undefined;
  }

  /** Throws DuckError invalidRequest when there are too many. */
  async create({ name, expiresInMs, isPage }: NewToken): Promise<{ token: string; access: AccessToken }> {
    const { clock, newId } = this.#options;
    const token = randomBytes(BYTES).toString("base64url");
    const now = clock.now().getTime();
    const made: KeptToken = {
      ...{ id: newId(), name, hash: hashOf(token), createdAt: new Date(now).toISOString() },
      ...(expiresInMs !== undefined && { expiresAt: new Date(now + expiresInMs).toISOString() }),
      ...(isPage && { isPage }),
    };
    await this.#change((kept) => {
      const tokens = kept.tokens.filter((one) => this.#isGood(one));
      if (tokens.length >= MOST) {
        throw new DuckError("invalidRequest", `There are ${MOST} access tokens. Revoke some that are not used.`);
      }
      return { ...kept, tokens: [...tokens, made] };
    });
    return { token, access: this.#shown(made) };
  }

  async list(): Promise<AccessToken[]> {
    const { tokens } = await this.#kept();
    return tokens.filter((one) => this.#isGood(one)).map((one) => this.#shown(one));
  }

  /** Throws DuckError notFound. */
  async revoke(id: string): Promise<void> {
    let isKnown = false;
    await this.#change((kept) => {
      isKnown = kept.tokens.some((one) => one.id === id && this.#isGood(one));
      return isKnown ? { ...kept, tokens: kept.tokens.filter((one) => one.id !== id) } : kept;
    });
    if (!isKnown) throw new DuckError("notFound", "There is no such access token. It may have expired.");
    this.#revoked.emit(id);
  }

  /** Whose token it is; undefined when it is nobody's, has expired or was revoked. */
  async verify(token: string): Promise<KeptToken | undefined> {
    const hash = hashOf(token);
    const { tokens } = await this.#kept();
    // Each is compared: how long it takes says nothing of which one it was.
    const found = tokens.filter((one) => isSame(one.hash, hash));
    return found.find((one) => this.#isGood(one));
  }

  /** Where the conversations are to be listened for without anybody asking: pages that are open come back there. */
  async portOfPages(): Promise<number | undefined> {
    const { port, tokens } = await this.#kept();
    return tokens.some((one) => one.isPage && this.#isGood(one)) ? port : undefined;
  }

  async listensAt(port: number): Promise<void> {
    await this.#change((kept) => (kept.port === port ? kept : { ...kept, port }));
  }

  #isGood({ expiresAt }: KeptToken): boolean {
    return expiresAt === undefined || Date.parse(expiresAt) > this.#options.clock.now().getTime();
  }

  #shown({ id, name, createdAt, expiresAt, isPage }: KeptToken): AccessToken {
    return {
      ...{ id, name, createdAt, connected: this.#options.connected(id) },
      ...(expiresAt !== undefined && { expiresAt }),
      ...(isPage && { isPage }),
    };
  }

  #kept(): Promise<KeptAccess> {
    this.#known ??= this.#read();
    this.#known.catch(() => {
      this.#known = undefined;
    });
    return this.#known;
  }

  async #read(): Promise<KeptAccess> {
    return (await (await this.#options.file())?.read()) ?? this.#unkept;
  }

  async #change(change: (value: KeptAccess) => KeptAccess): Promise<void> {
    const file = await this.#options.file();
    if (file === undefined) this.#unkept = change(this.#unkept);
    const changed = file === undefined ? this.#unkept : await file.update(change);
    this.#known = Promise.resolve(changed);
  }
}

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
