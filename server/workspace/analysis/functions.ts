import type { SyntaxNode } from "../treeSitterLibrary.ts";
import type { FunctionFindings } from "./findings.ts";

/** Every function of a file, those within others as well; a decision counts for the innermost function around it. */
export function functionsIn(root: SyntaxNode): FunctionFindings[] {
  const found: FunctionFindings[] = [];
  visit(root, [], found);
  return found.sort((a, b) => a.startLine - b.startLine);
}

interface Open {
  decisions: number;
}

/** In the words of the grammars. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "function_declaration",
  "function_definition",
  "function_expression",
  "function_item",
  "generator_function",
  "generator_function_declaration",
  "arrow_function",
  "method_definition",
  "method_declaration",
  "constructor_declaration",
  "compact_constructor_declaration",
  "destructor_declaration",
  "local_function_statement",
  "anonymous_function",
  "anonymous_function_creation_expression",
  "lambda_expression",
  "closure_expression",
  "func_literal",
  "method",
  "singleton_method",
  "lambda",
]);

const DECISIONS: ReadonlySet<string> = new Set([
  "if_statement",
  "if_expression",
  "if",
  "elsif",
  "unless",
  "if_modifier",
  "unless_modifier",
  "elif_clause",
  "else_if_clause",
  "for_statement",
  "for_in_statement",
  "for_in_clause",
  "for_range_loop",
  "for_expression",
  "foreach_statement",
  "for_each_statement",
  "enhanced_for_statement",
  "for",
  "while_statement",
  "while_expression",
  "while",
  "until",
  "while_modifier",
  "until_modifier",
  "do_statement",
  "switch_case",
  "case_statement",
  "case_clause",
  "expression_case",
  "type_case",
  "communication_case",
  "switch_block_statement_group",
  "switch_rule",
  "switch_section",
  "match_arm",
  "match_conditional_expression",
  "when",
  "in_clause",
  "catch_clause",
  "except_clause",
  "rescue",
  "conditional_expression",
  "ternary_expression",
  "conditional",
]);

const OPERATORS: ReadonlySet<string> = new Set(["&&", "||", "??", "and", "or"]);

function visit(node: SyntaxNode, open: readonly Open[], found: FunctionFindings[]): void {
  const inner = open.at(-1);
  if (inner !== undefined && isDecision(node)) inner.decisions++;
  const isFunction = node.isNamed && FUNCTIONS.has(node.type);
  const own: Open = { decisions: 0 };
  const around = isFunction ? [...open, own] : open;
  for (const child of node.children) if (child !== null) visit(child, around, found);
  if (!isFunction || node.childForFieldName("body") === null) return;
  const startLine = node.startPosition.row + 1;
  const endLine = node.endPosition.row + 1;
  found.push({ name: nameOf(node), startLine, endLine, complexity: own.decisions + 1 });
}

/** A default case decides nothing: the others did. */
function isDecision(node: SyntaxNode): boolean {
  if (!node.isNamed) return false;
  if (/^(?:binary_expression|boolean_operator|binary|binary_operator)$/.test(node.type)) {
    return OPERATORS.has(node.childForFieldName("operator")?.type ?? "");
  }
  if (!DECISIONS.has(node.type)) return false;
  return !/^\s*(?:default|case\s+_|_\s*=>|_\s*$)/.test(node.text.slice(0, 40));
}

/** A function without a name of its own is called by what it is given to. */
function nameOf(node: SyntaxNode): string {
  const own = node.childForFieldName("name") ?? declaredIn(node.childForFieldName("declarator"));
  if (own !== null && own !== undefined) return own.text;
  const { parent } = node;
  const given =
    parent?.childForFieldName("name") ?? parent?.childForFieldName("key") ?? parent?.childForFieldName("left");
  return given === null || given === undefined ? "(anonymous)" : given.text.slice(0, 80);
}

/** In C and C++ the name stands in declarators of declarators. */
function declaredIn(declarator: SyntaxNode | null): SyntaxNode | null {
  const inner = declarator?.childForFieldName("declarator");
  return inner ? declaredIn(inner) : declarator;
}
