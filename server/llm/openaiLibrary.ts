/** What openai.ts takes of the library, in a file of its own because the build puts it into a bundle that loads late. */
export { OpenAI } from "openai";
export { Stream } from "openai/streaming";
