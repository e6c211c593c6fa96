/** What we take of vectra, in a module whose exports Node finds when it is bundled. */
export { LocalIndex, ProtobufCodec } from "vectra";
