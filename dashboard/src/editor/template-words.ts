/** What can be written within `{{ … }}`. Pure. */
import { isJsonObject, type JsonObject } from '#contracts/json';
import type { OutlinePipeline } from '#contracts/outline';
import type { Suggestion, Suggestions } from './suggestions';

export interface Expression {
  /** From the braces to the cursor. */
  before: string;
  /** Column of the cursor. */
  column: number;
}

/** How each function of templates is called, as the schema of documents tells it. */
export function templateFunctions(schema: JsonObject): { [name: string]: string } {
  const { template } = isJsonObject(schema.$defs) ? schema.$defs : {};
  const told = isJsonObject(template) ? template['x-functions'] : undefined;
  return isJsonObject(told) ? (told as { [name: string]: string }) : {};
}

/** The template that the cursor stands in. */
export function expressionAt(lines: readonly string[], line: number, column: number): Expression | undefined {
  const before = (lines[line] ?? '').slice(0, column);
  const open = before.lastIndexOf('{{');
  if (open < 0 || before.indexOf('}}', open) >= 0) return undefined;
  return { before: before.slice(open + 2), column };
}

const ROOTS: readonly Suggestion[] = [
  { label: 'steps', kind: 'name', info: 'Outputs of the steps before, by their names.', insert: 'steps.' },
  {
    label: 'trigger',
    kind: 'name',
    info: 'What started the execution: a request with method, path, headers, body, path_params, query; or the data of an event.',
    insert: 'trigger.',
  },
  { label: 'body', kind: 'name', info: 'The body of the request.' },
  { label: 'meta', kind: 'name', info: 'What the platform says of the execution: its id, pipeline, tenant, attempt, and more.', insert: 'meta.' },
];
const META = [
  'execution_id',
  'tenant',
  'workflow',
  'version',
  'environment',
  'pipeline',
  'region',
  'trace_id',
  'started_at',
  'now',
  'attempt',
  'idempotency_key',
];
const TRIGGER = ['method', 'path', 'headers', 'body', 'path_params', 'query', 'data'];

/** @param pipeline the one around; @param line 0-based. */
export function templateSuggestions(
  { before, column }: Expression,
  known: { [name: string]: string },
  pipeline: OutlinePipeline | undefined,
  line: number,
): Suggestions | undefined {
  const path = /\.([\w-]+(?:\.[\w-]*)*)?$/.exec(before);
  if (path && /(?:^|[\s(|{-])$/.test(before.slice(0, path.index))) return ofPath((path[1] ?? '').split('.'), column, pipeline, line);
  const word = /(?:^|[\s(|])([A-Za-z]\w*)?$/.exec(before);
  if (!word) return undefined;
  const typed = word[1] ?? '';
  const functions = Object.entries(known).map(([label, info]): Suggestion => ({ label, kind: 'function', info }));
  return {
    from: column - typed.length,
    options:
      typed === ''
        ? [...ROOTS.map((one) => ({ ...one, label: `.${one.label}`, insert: `.${one.insert ?? one.label}`, first: true })), ...functions]
        : functions,
  };
}

function ofPath(parts: string[], column: number, pipeline: OutlinePipeline | undefined, line: number): Suggestions {
  const typed = parts.at(-1)!;
  const from = column - typed.length;
  if (parts.length === 1) return { from, options: [...ROOTS] };
  const [root] = parts;
  const list = (words: readonly string[]): Suggestion[] => words.map((label) => ({ label, kind: 'name' }));
  if (root === 'steps' && parts.length === 2) {
    const steps = (pipeline?.steps ?? []).filter((step) => step.end_line <= line || step.line > line + 1);
    return {
      from,
      options: steps.map(({ name, type, line: at }) => ({
        label: name,
        kind: 'name',
        ...(type === '' ? {} : { detail: type }),
        ...(at <= line ? { first: true } : {}),
      })),
    };
  }
  if (root === 'steps' && parts.length === 3)
    return { from, options: [{ label: 'output', kind: 'name', info: 'What the step came to; its fields stand right below the name as well.' }] };
  if (root === 'meta' && parts.length === 2) return { from, options: list(META) };
  if (root === 'trigger' && parts.length === 2) return { from, options: list(TRIGGER) };
  return { from, options: [] };
}
