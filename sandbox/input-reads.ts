/**
 * The places of its input that a script is certain to look at: `ctx.steps.a`, `ctx["steps"]?.a`, `const { steps: { a } } = ctx`.
 *
 * Invariants
 * 1. What is said is certain. A name that is declared twice in a function, or ever assigned to, says nothing; nor does
 *    what another function was given.
 * 2. What is written or deleted is not looked at, and neither are the members that every object has.
 * 3. A script that cannot be read says nothing: whether it is valid is for the engine to say.
 */
import type * as Acorn from 'acorn';

export interface InputRead {
  keys: readonly string[];
  /** Of the last key, in the script. */
  at: number;
  end: number;
}

/** Keys from the input down; `undefined`: some other value. */
type Path = readonly string[] | undefined;

type AnyNode = Acorn.AnyNode;
type Callable = Acorn.FunctionDeclaration | Acorn.FunctionExpression | Acorn.ArrowFunctionExpression;

let acorn: typeof Acorn | undefined;

/** To be awaited once; until then no script says anything. */
export async function loadReader(): Promise<void> {
  acorn ??= await import('acorn');
}

/** `entry`: the function that gets the input. */
export function inputReads(code: string, entry: string): InputRead[] {
  if (!acorn) return [];
  try {
    const program = acorn.parse(code, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true });
    const reader = new Reader(entryOf(program, entry), assignedIn(program));
    reader.visit(program, new Scope(program, undefined));
    return reader.reads;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return [];
    throw error;
  }
}

/** The names of one function, and where their values lie; those that are declared once only. */
class Scope {
  private readonly paths = new Map<string, Path>();
  private readonly once: ReadonlySet<string>;

  constructor(
    owner: AnyNode,
    private readonly outer: Scope | undefined,
  ) {
    const times = new Map<string, number>();
    declaredIn(owner, (name) => times.set(name, (times.get(name) ?? 0) + 1));
    this.once = new Set([...times].flatMap(([name, count]) => (count === 1 ? [name] : [])));
    for (const name of times.keys()) this.paths.set(name, undefined);
  }

  set(name: string, path: Path): void {
    if (this.once.has(name)) this.paths.set(name, path);
  }

  get(name: string): Path {
    return this.paths.has(name) ? this.paths.get(name) : this.outer?.get(name);
  }
}

class Reader {
  readonly reads: InputRead[] = [];

  constructor(
    private readonly entry: Callable | undefined,
    private readonly assigned: ReadonlySet<string>,
  ) {}

  /** Where the value of a part lies. */
  visit(node: AnyNode, scope: Scope): Path {
    switch (node.type) {
      case 'Identifier':
        return scope.get(node.name);
      case 'ChainExpression':
        return this.visit(node.expression, scope);
      case 'LogicalExpression': {
        const left = this.visit(node.left, scope);
        this.visit(node.right, scope);
        return node.operator === '&&' ? undefined : left;
      }
      case 'MemberExpression':
        return this.member(node, scope, true);
      case 'CallExpression':
        if (node.callee.type === 'MemberExpression') this.member(node.callee, scope, !isMethod(node.callee));
        else this.visit(node.callee, scope);
        for (const argument of node.arguments) this.visit(argument, scope);
        return undefined;
      case 'AssignmentExpression':
        this.target(node.left, scope, node.operator !== '=');
        this.visit(node.right, scope);
        return undefined;
      case 'UnaryExpression':
        if (node.operator === 'delete') this.target(node.argument, scope, false);
        else this.visit(node.argument, scope);
        return undefined;
      case 'VariableDeclarator':
        this.bind(node.id, node.init ? this.visit(node.init, scope) : undefined, scope);
        return undefined;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const own = new Scope(node, scope);
        node.params.forEach((param, index) => void this.bind(param, node === this.entry && index === 0 ? [] : undefined, own));
        this.visit(node.body, own);
        return undefined;
      }
      default:
        for (const child of childrenOf(node)) this.visit(child, scope);
        return undefined;
    }
  }

  private member(node: Acorn.MemberExpression, scope: Scope, looks: boolean): Path {
    const target = this.visit(node.object, scope);
    if (node.computed) this.visit(node.property, scope);
    const key = keyOf(node.property, node.computed);
    if (!target || key === undefined) return undefined;
    const keys = [...target, key];
    if (looks) this.read(keys, node.property);
    return keys;
  }

  /** What is written to: the way there is looked at, the place itself is not, but where it is changed. */
  private target(node: AnyNode, scope: Scope, looks: boolean): void {
    if (node.type === 'MemberExpression') this.member(node, scope, looks);
    else if (node.type === 'ChainExpression') this.target(node.expression, scope, looks);
    else if (node.type !== 'Identifier') this.bind(node as Acorn.Pattern, undefined, scope);
  }

  private bind(pattern: Acorn.Pattern, path: Path, scope: Scope): void {
    switch (pattern.type) {
      case 'Identifier':
        if (!this.assigned.has(pattern.name)) scope.set(pattern.name, path);
        return;
      case 'AssignmentPattern':
        this.visit(pattern.right, scope);
        return this.bind(pattern.left, path, scope);
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.bind(property.argument, undefined, scope);
          else {
            if (property.computed) this.visit(property.key, scope);
            const key = keyOf(property.key, property.computed);
            const keys = path && key !== undefined ? [...path, key] : undefined;
            if (keys) this.read(keys, property.key);
            this.bind(property.value, keys, scope);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) if (element) this.bind(element, undefined, scope);
        return;
      case 'RestElement':
        return this.bind(pattern.argument, undefined, scope);
      case 'MemberExpression':
        this.member(pattern, scope, false);
        return;
      default:
        pattern satisfies never;
    }
  }

  private read(keys: readonly string[], { start, end }: AnyNode): void {
    if (!(keys.at(-1)! in Object.prototype)) this.reads.push({ keys, at: start, end });
  }
}

/** `ctx.steps.hasOwnProperty(…)`: a member that objects have, whatever they hold. */
function isMethod({ property, computed }: Acorn.MemberExpression): boolean {
  return (keyOf(property, computed) ?? '') in Object.prototype;
}

function keyOf(node: AnyNode, computed: boolean): string | undefined {
  if (!computed && node.type === 'Identifier') return node.name;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}

/** The one function of that name at the top; none where the script names it again, for then it may be called with anything. */
function entryOf(program: Acorn.Program, name: string): Callable | undefined {
  let mentions = 0;
  const walk = (node: AnyNode) => {
    if (node.type === 'Identifier' && node.name === name) mentions++;
    for (const child of childrenOf(node)) walk(child);
  };
  walk(program);
  const found = program.body.flatMap((statement): (Callable | undefined)[] => {
    if (statement.type === 'FunctionDeclaration') return statement.id.name === name ? [statement] : [];
    if (statement.type !== 'VariableDeclaration') return [];
    return statement.declarations.flatMap(({ id, init }) => {
      if (id.type !== 'Identifier' || id.name !== name) return [];
      return [init?.type === 'FunctionExpression' || init?.type === 'ArrowFunctionExpression' ? init : undefined];
    });
  });
  return found.length === 1 && mentions === 1 ? found[0] : undefined;
}

/** Names that a program, a function or its parameters declare, those of functions within left out. */
function declaredIn(owner: AnyNode, see: (name: string) => void): void {
  const walk = (node: AnyNode) => {
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') {
      if (node.id) see(node.id.name);
    }
    if (isFunction(node)) return;
    if (node.type === 'VariableDeclarator') namesOf(node.id, see);
    if (node.type === 'CatchClause' && node.param) namesOf(node.param, see);
    for (const child of childrenOf(node)) walk(child);
  };
  if (!isFunction(owner)) {
    for (const child of childrenOf(owner)) walk(child);
    return;
  }
  if (owner.type === 'FunctionExpression' && owner.id) see(owner.id.name);
  for (const param of owner.params) {
    namesOf(param, see);
    walk(param);
  }
  walk(owner.body);
}

function namesOf(pattern: AnyNode, see: (name: string) => void): void {
  if (pattern.type === 'Identifier') see(pattern.name);
  else if (pattern.type === 'AssignmentPattern') namesOf(pattern.left, see);
  else if (pattern.type === 'Property') namesOf(pattern.value, see);
  else if (pattern.type === 'ObjectPattern' || pattern.type === 'ArrayPattern' || pattern.type === 'RestElement') {
    for (const child of childrenOf(pattern)) namesOf(child, see);
  }
}

/** Names that are ever given another value. */
function assignedIn(program: Acorn.Program): ReadonlySet<string> {
  const names = new Set<string>();
  const see = (name: string) => void names.add(name);
  const walk = (node: AnyNode) => {
    if (node.type === 'AssignmentExpression') namesOf(node.left, see);
    else if (node.type === 'UpdateExpression') namesOf(node.argument, see);
    else if ((node.type === 'ForInStatement' || node.type === 'ForOfStatement') && node.left.type !== 'VariableDeclaration') namesOf(node.left, see);
    for (const child of childrenOf(node)) walk(child);
  };
  walk(program);
  return names;
}

function isFunction(node: AnyNode): node is Callable {
  return node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}

function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node) as unknown[]) {
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield item;
    if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
