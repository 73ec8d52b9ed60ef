/** Lanes begin and end as the plan of their block says, and no block ends while one of them runs. */
import type { EventData } from '#contracts/events';
import { holds } from '../violation.ts';
import type { Books } from './books.ts';

export function openBlock(books: Books, { step_name, kind, items, choice }: EventData['block.opened']): void {
  const node = books.nodes.get(step_name);
  holds(node?.kind === 'block' && node.plan.kind === kind && books.active.delete(step_name), `a block opens when its step begins: ${step_name}`);
  const times = books.begun.get(step_name)!;
  const list = items && 'value' in items ? (items.value as unknown[]) : [];
  books.blocks.set(step_name, {
    node,
    path: times > 1 ? `${step_name}#${times}` : step_name,
    lanes: new Map(),
    items: list.length,
    ...(choice ? { chosen: choice.lane } : {}),
    stopping: false,
    closed: false,
  });
}

export function startLane(books: Books, { step_name, lane, position }: EventData['strand.started']): void {
  const block = books.blockOf(step_name);
  books.active.delete(step_name);
  const { plan, lanes } = block.node;
  holds(!block.closed && !block.stopping && !books.cancelled && books.order === undefined, `a lane begins in a block that goes on: ${step_name}/${lane}`);
  holds(!block.lanes.has(lane), `a lane begins once: ${step_name}/${lane}`);
  const running = [...block.lanes.values()].filter((state) => state === 'running').length;
  const most = plan.kind === 'foreach' ? plan.concurrency : plan.kind === 'parallel' ? lanes.length : 1;
  holds(running < most, `no more lanes at once than the plan says: ${step_name}`);
  if (plan.kind === 'foreach' || plan.kind === 'while') holds(lane === String(block.lanes.size), `items and rounds begin in order: ${step_name}/${lane}`);
  if (plan.kind === 'foreach') holds(block.lanes.size < block.items, `no lane without an item: ${step_name}/${lane}`);
  if (plan.kind === 'branch') holds(lane === block.chosen, `the branch that was chosen is taken: ${step_name}/${lane}`);
  const shape = lanes.find((each) => each.name === lane) ?? lanes[0]!;
  holds(position === shape.from, `a lane begins with its first step: ${step_name}/${lane}`);
  block.lanes.set(lane, 'running');
  books.lines.set(`${block.path}/${lane}`, { position, end: shape.to, of: { block: step_name, lane } });
}

export function endLane(books: Books, { step_name, lane, outcome }: EventData['strand.ended']): void {
  const block = books.blockOf(step_name);
  const line = books.lines.get(`${block.path}/${lane}`);
  holds(line !== undefined && block.lanes.get(lane) === 'running' && line.inside === undefined, `a lane ends once, inside of no step: ${step_name}/${lane}`);
  if (outcome === 'completed') holds(line.position >= line.end || books.answered(), `a lane completes after its last step: ${step_name}/${lane}`);
  if (outcome === 'stopped') holds(books.isStopping(line), `a lane is stopped with its block only: ${step_name}/${lane}`);
  block.lanes.set(lane, outcome);
  line.ended = true;
}

export function stopBlock(books: Books, { step_name }: EventData['block.stopping']): void {
  const block = books.blockOf(step_name);
  holds(!block.stopping && !block.closed, 'the end of a block is decided once');
  holds([...block.lanes.values()].includes('running'), 'a block without lanes that run needs no stopping');
  block.stopping = true;
}

export function completeBlock(books: Books, name: string): void {
  const block = books.blocks.get(name);
  if (!block || block.closed) return;
  closeBlock(books, name);
  const ends = [...block.lanes.values()];
  const completed = ends.filter((end) => end === 'completed').length;
  const { plan, lanes } = block.node;
  if (books.answered()) return;
  if (plan.kind === 'parallel' && plan.wait !== 'all') holds(completed >= plan.wait, `enough lanes have completed: ${name}`);
  if (plan.kind === 'parallel' && plan.wait === 'all') holds(ends.length === lanes.length && completed > 0, `all lanes have ended: ${name}`);
  if (plan.kind === 'foreach') holds(ends.length === block.items, `all items were worked on: ${name}`);
  if (plan.kind === 'branch' || plan.kind === 'retry') holds(ends.at(-1) === 'completed', `the last lane has completed: ${name}`);
  const strict = plan.kind === 'while' || ((plan.kind === 'parallel' || plan.kind === 'foreach') && plan.errors === 'fail_fast');
  if (strict && !(plan.kind === 'parallel' && plan.wait !== 'all')) holds(completed === ends.length, `no lane of a block that completes has failed: ${name}`);
}

/** Its step is at its end. By a cancel or past the deadline its lanes are left as they stand. */
export function closeBlock(books: Books, name: string): void {
  const block = books.blocks.get(name);
  if (!block || block.closed) return;
  block.closed = true;
  if (!books.cancelled && !books.steering.superseded) holds(![...block.lanes.values()].includes('running'), `a block ends after all of its lanes: ${name}`);
}
