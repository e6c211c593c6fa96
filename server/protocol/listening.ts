/** Where clients reach the conversations besides the private socket, and what lets them in. */
export interface Listening {
  /** On this computer's own address, 127.0.0.1. */
  readonly port: number;
  /** An access token, good while the conversations are listened for. */
  readonly token: string;
}

/** Requests of processes of the same user, which have joined over the private socket. */
export interface ListeningRequests {
  /**
   * Listens on a port of this computer's own address, if that is not done already; 0, the default, takes any that is free. Fails with
   * portTaken when another program, or another port of these conversations, has been chosen.
   */
  "rubberduck/gateway/listen": { params: { port?: number }; result: Listening };
}

/** Told to processes that have joined, so that the next owner listens at the same place. */
export interface ListeningNotifications {
  "rubberduck/gateway/listening": Listening;
}
