/**
 * A profile by parts of the product: each sample belongs to the innermost frame of our own, so what the runtime does for a
 * call is counted where the call is made.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import type { Profile } from './sampler.ts';

export interface Part {
  part: string;
  /** CPU time of an execution, µs. */
  us: number;
}

/** The first that a file's path begins with. */
const PARTS: readonly [prefix: string, part: string][] = [
  ['workers/start.ts', 'making the object, and the call to it'],
  ['workers/execution-stub.ts', 'making the object, and the call to it'],
  ['workers/placement.ts', 'making the object, and the call to it'],
  ['storage/event-log.ts', 'packing and writing the rows'],
  ['durable-objects/execution/watchdog.ts', 'the alarm'],
  ['workers/secrets', 'filling in and masking secrets'],
  ['workers/egress', 'the calls'],
  ['workers/performer', 'the calls'],
  ['steps/http', 'the calls'],
  ['contracts/stop.ts', 'the calls'],
  ['durable-objects/execution/attempts.ts', 'the calls'],
  ['workers/live.ts', 'live events'],
  ['engine/live.ts', 'live events'],
  ['workers/boards.ts', 'breakpoints and mocks'],
  ['storage/board-watch.ts', 'breakpoints and mocks'],
  ['engine/breakpoints.ts', 'breakpoints and mocks'],
  ['engine/mocks.ts', 'breakpoints and mocks'],
  ['workers/outbox.ts', 'the index row'],
  ['workers/projector', 'the index row'],
  ['durable-objects/execution/index-row.ts', 'the index row'],
  ['engine/summary.ts', 'the index row'],
  ['storage/d1', 'reading stores'],
  ['storage/r2', 'reading stores'],
  ['storage/isolate-cache.ts', 'reading stores'],
  ['node_modules/drizzle', 'reading stores'],
  ['storage/payloads.ts', 'looking for large values'],
  ['engine', 'deciding'],
  ['language', 'templates and settings'],
  ['steps', 'templates and settings'],
  ['node_modules/zod', 'templates and settings'],
  ['workers', 'routing, reading the request, answering'],
  ['durable-objects', 'the doorman of the object'],
];
const GARBAGE = 'collecting garbage';
const RUNTIME = 'the runtime between our turns';
const OTHER = 'other';

/** `script`: main module of the bundle, its source map beside it. Largest first. */
export function partsOf(profile: Profile, script: string, executions: number): Part[] {
  const map = new SourceMap(JSON.parse(readFileSync(`${script}.map`, 'utf8')));
  const parents = new Map<number, number>();
  for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const known = new Map<number, string | undefined>();
  const partOf = (id: number): string | undefined => {
    if (known.has(id)) return known.get(id);
    const { functionName, lineNumber, columnNumber } = nodes.get(id)!.callFrame;
    const part = own(functionName, lineNumber < 0 ? undefined : map.findEntry(lineNumber, columnNumber)) ?? above(id);
    known.set(id, part);
    return part;
  };
  const above = (id: number) => (parents.has(id) ? partOf(parents.get(id)!) : OTHER);
  const times = new Map<string, number>();
  const { samples, timeDeltas } = profile;
  for (const [index, id] of samples.entries()) {
    const { functionName } = nodes.get(id)!.callFrame;
    if (functionName === '(idle)') continue;
    const part = partOf(id) ?? OTHER;
    // A longer gap is waiting for the disk, which takes no CPU time.
    times.set(part, (times.get(part) ?? 0) + Math.min(Math.max(timeDeltas[index]!, 0), LONGEST_US));
  }
  return [...times].map(([part, us]) => ({ part, us: us / executions })).sort((a, b) => b.us - a.us);
}

/** Twice the interval of the samples. */
const LONGEST_US = 400;

function own(functionName: string, entry: object | undefined): string | undefined {
  if (functionName === '(garbage collector)') return GARBAGE;
  if (functionName === '(program)') return RUNTIME;
  const source = entry && 'originalSource' in entry ? String(entry.originalSource) : '';
  const path = source.replace(/^(\.\.\/)+/, '');
  return PARTS.find(([prefix]) => path.startsWith(prefix))?.[1];
}
