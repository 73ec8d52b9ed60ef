/** A condition as a tree. */
export type CompareOp = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches' | 'in';
export type Expr =
  | { kind: 'literal'; value: null | boolean | number | string }
  /** Members by constant names from the context, or from a macro's variable. */
  | { kind: 'path'; keys: string[]; at: number; end: number }
  | { kind: 'template'; source: string; typed: boolean; at: number; end: number }
  | { kind: 'index'; base: Expr; key: Expr }
  | { kind: 'list'; items: Expr[] }
  | { kind: 'map'; entries: { key: Expr; value: Expr }[] }
  | { kind: 'not'; operand: Expr }
  | { kind: 'negate'; operand: Expr }
  | { kind: 'logic'; op: '&&' | '||'; left: Expr; right: Expr }
  | { kind: 'compare'; op: CompareOp; left: Expr; right: Expr }
  | { kind: 'arithmetic'; op: '+' | '-' | '*' | '/' | '%'; left: Expr; right: Expr }
  | { kind: 'choice'; test: Expr; yes: Expr; no: Expr }
  | { kind: 'call'; name: CallName; args: Expr[] }
  | { kind: 'macro'; name: MacroName; target: Expr; variable: string; body: Expr };

export type MacroName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';
export type CallName = 'size' | 'has' | 'int' | 'double' | 'string' | 'lower' | 'upper' | 'trim' | 'contains' | 'startsWith' | 'endsWith' | 'matches';
