import { decode, encode } from "@msgpack/msgpack";
import { z } from "zod";

/** A message of Phoenix Channels, vsn 2.0.0: on the wire a list of these five. */
export interface Frame {
  /** The ref of the join that the message belongs to; null for a broadcast. */
  readonly joinRef: string | null;
  /** Names a push, and its reply; null when no reply belongs to it. */
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** What a client asks for with the connect parameter `serializer`. */
export type SerializerName = "json" | "msgpack";

export interface Serializer {
  readonly name: SerializerName;
  encode(frame: Frame): string | Uint8Array;
  /** Throws {@link MalformedFrame}. */
  decode(data: Uint8Array, isBinary: boolean): Frame;
}

/** What arrived is no frame. With a `ref` it says at least what is to be answered. */
export class MalformedFrame extends Error {
  readonly frame: Pick<Frame, "joinRef" | "ref" | "topic"> | undefined;

  constructor(message: string, frame?: Pick<Frame, "joinRef" | "ref" | "topic">, options?: ErrorOptions) {
    super(message, options);
    this.name = "MalformedFrame";
    this.frame = frame;
  }
}

/** The serializer of that name; JSON where there is none. */
export function serializerOf(name: string | undefined): Serializer {
  return name === "msgpack" ? msgpack : json;
}

const json: Serializer = {
  name: "json",
  encode: (frame) => JSON.stringify(toTuple(frame)),
  decode: (data, isBinary) => {
    if (isBinary) throw new MalformedFrame("binary frames are not supported", binaryPush(data));
    return fromTuple(parse(() => JSON.parse(text.decode(data))));
  },
};

const msgpack: Serializer = {
  name: "msgpack",
  encode: (frame) => encode(toTuple(frame), { ignoreUndefined: true }),
  decode: (data, isBinary) => {
    if (!isBinary) throw new MalformedFrame("this connection speaks MessagePack, in binary frames");
    return fromTuple(parse(() => decode(data)));
  },
};

const text = new TextDecoder();

const MAX_NAME = 512;
const ref = z.string().max(64).nullable();
const tuple = z.tuple([ref, ref, z.string().max(MAX_NAME), z.string().max(MAX_NAME), z.unknown()]);

function toTuple({ joinRef, ref, topic, event, payload }: Frame): unknown[] {
  return [joinRef, ref, topic, event, payload];
}

function fromTuple(value: unknown): Frame {
  const parsed = tuple.safeParse(value);
  if (!parsed.success) throw new MalformedFrame("a frame is [join_ref, ref, topic, event, payload]");
  const [joinRef, ref, topic, event, payload] = parsed.data;
  return { joinRef, ref, topic, event, payload };
}

function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw new MalformedFrame("the frame cannot be read", undefined, { cause: error });
  }
}

/** The head of a binary push as vsn 2.0.0 has it: kind 0, four lengths, then join_ref, ref, topic and event. */
function binaryPush(data: Uint8Array): MalformedFrame["frame"] {
  const [kind, joinRefLength = 0, refLength = 0, topicLength = 0] = data;
  const end = 5 + joinRefLength + refLength + topicLength;
  if (kind !== 0 || data.length < end) return undefined;
  const part = (from: number, length: number) => text.decode(data.subarray(from, from + length));
  return {
    joinRef: part(5, joinRefLength) || null,
    ref: part(5 + joinRefLength, refLength) || null,
    topic: part(5 + joinRefLength + refLength, topicLength),
  };
}
