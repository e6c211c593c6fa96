import type { z } from "zod";

/** What is wrong with data from outside, each field by name. */
export function describeIssues(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "parameters"}: ${issue.message}`).join("; ");
}
