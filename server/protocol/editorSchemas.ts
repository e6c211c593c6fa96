import { z } from "zod";
import {
  ASK_ERRORS,
  type EditorDiagnostic,
  type EditorModelPart,
  type EditorRequests,
  type EditorSymbol,
} from "./editor.ts";

const path = z.string().min(1).max(4096);
const line = z.int().min(1);

/** What an editor says while it asks a model: partly the words of another extension. */
export const editorModelPart: z.ZodType<EditorModelPart> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("toolCall"),
    call: z.object({ id: z.string(), name: z.string(), arguments: z.string() }),
  }),
]);

const diagnostic: z.ZodType<EditorDiagnostic> = z.object({
  path,
  line,
  severity: z.enum(["error", "warning", "information", "hint"]),
  message: z.string(),
  source: z.string().optional(),
  code: z.string().optional(),
});

const symbol: z.ZodType<EditorSymbol> = z.object({
  path,
  name: z.string(),
  kind: z.string(),
  container: z.string().optional(),
  startLine: line,
  endLine: line,
});

/** What an editor must answer. */
export const editorResults: { readonly [M in keyof EditorRequests]: z.ZodType<EditorRequests[M]["result"]> } = {
  "rubberduck/editor/ask": z.object({
    error: z.object({ code: z.enum(ASK_ERRORS), message: z.string() }).optional(),
  }),
  "rubberduck/editor/diagnostics": z.object({ diagnostics: z.array(diagnostic) }),
  "rubberduck/editor/symbols": z.object({ symbols: z.array(symbol) }),
  "rubberduck/editor/readFile": z.object({ text: z.string().nullable(), refused: z.string().optional() }),
  "rubberduck/editor/writeFiles": z.object({ refused: z.array(z.object({ path, why: z.string() })) }),
};
