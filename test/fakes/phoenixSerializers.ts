import { decode, encode } from "@msgpack/msgpack";
import type { SocketConnectOption } from "phoenix";

export type Serializer = "JSON" | "MessagePack";

/** What the official client is made with to speak so; JSON is what it speaks by itself. */
export function speaking(serializer: Serializer): Partial<SocketConnectOption> {
  return serializer === "JSON" ? {} : MESSAGE_PACK;
}

/** The frames of vsn 2.0.0, `[join_ref, ref, topic, event, payload]`. */
const MESSAGE_PACK: Partial<SocketConnectOption> = {
  params: { serializer: "msgpack" },
  encode: (message: object, callback: (encoded: unknown) => void) => {
    const { join_ref, ref, topic, event, payload } = message as Readonly<Record<string, unknown>>;
    callback(encode([join_ref ?? null, ref ?? null, topic, event, payload]));
  },
  decode: (raw: unknown, callback: (decoded: unknown) => void) => {
    const [join_ref, ref, topic, event, payload] = decode(new Uint8Array(raw as ArrayBuffer)) as unknown[];
    callback({ join_ref, ref, topic, event, payload });
  },
};
