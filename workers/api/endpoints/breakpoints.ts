/** Breakpoints of a pipeline. They are no part of its definition, and go away by themselves. */
import { boardQuery, boardsQuery, breakpointPage, breakpointRequest, breakpointSchema, removedSchema } from '#contracts/api-debugging';
import type { Breakpoint } from '#contracts/debugging';
import { newId } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import { BOARD_PROBLEMS, boardOf, breakpointsPage, breakpointView, checkCondition, listBoards, removeFrom, stepOf } from '#workers/api/board-of';
import { type AnyEndpoint, type Call, endpoint } from '#workers/api/endpoint';
import { boardChanged } from '#workers/boards';
import { isHook } from '#workers/events/breakpoint-event';
import { mayBeMailed } from '#workers/mail/recipients';

const TAG = 'Debugging';

const listAll = endpoint({
  route: 'GET /breakpoints',
  tag: TAG,
  summary: 'List the breakpoints of all pipelines',
  description: 'All that stand now, by environment, workflow, pipeline and step.',
  query: boardsQuery,
  answer: breakpointPage,
  answers: { 200: { description: 'A page', schema: breakpointPage } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    const { items, next_cursor } = await listBoards(call, 'breakpoint');
    return { body: { items: items.map(({ name, entry }) => breakpointView(name, entry)), next_cursor } };
  },
});

const set = endpoint({
  route: 'POST /pipelines/{pipeline}/breakpoints',
  tag: TAG,
  summary: 'Set a breakpoint',
  description: 'Executions of the pipeline, running ones too, are held before the step, from within a second on. They cost nothing while they are held.',
  body: breakpointRequest,
  answer: breakpointSchema,
  answers: { 201: { description: 'Set', schema: breakpointSchema } },
  problems: [...BOARD_PROBLEMS, 'unknown_step', 'invalid_condition', 'recipient_unknown', 'too_many_entries', 'invalid_json'],
  async handle(call) {
    const { step, condition, ttl, notify, environment } = call.body;
    const { name, pipeline } = await boardOf(call, environment);
    stepOf(pipeline, step);
    if (condition != null) checkCondition(pipeline, condition);
    await checkRecipients(call, notify);
    const breakpoint: Breakpoint = {
      id: newId('bp'),
      step,
      ...(condition == null ? {} : { condition }),
      notify,
      created_at: call.now,
      expires_at: call.now + ttl,
      created_by: call.actor.by,
    };
    if (!(await call.stores.boards.addBreakpoint(name, breakpoint))) throw new Problem('too_many_entries');
    boardChanged(name);
    return { body: breakpointView(name, breakpoint) };
  },
});

const list = endpoint({
  route: 'GET /pipelines/{pipeline}/breakpoints',
  tag: TAG,
  summary: 'List the breakpoints of a pipeline',
  query: boardQuery,
  answer: breakpointPage,
  answers: { 200: { description: 'All that stand now', schema: breakpointPage } },
  problems: [...BOARD_PROBLEMS],
  async handle(call) {
    const { name } = await boardOf(call, call.query.environment);
    return { body: breakpointsPage(name, await call.stores.boards.read(name, call.now)) };
  },
});

const clear = endpoint({
  route: 'DELETE /pipelines/{pipeline}/breakpoints',
  tag: TAG,
  summary: 'Remove all breakpoints of a pipeline',
  description: 'What is held stays held.',
  query: boardQuery,
  answer: removedSchema,
  answers: { 200: { description: 'How many there were', schema: removedSchema } },
  problems: [...BOARD_PROBLEMS],
  async handle(call) {
    const { removed } = await removeFrom(call, (name) => call.stores.boards.removeBreakpoints(name));
    return { body: { removed } };
  },
});

const remove = endpoint({
  route: 'DELETE /pipelines/{pipeline}/breakpoints/{breakpoint}',
  tag: TAG,
  summary: 'Remove a breakpoint',
  query: boardQuery,
  answers: { 204: { description: 'Removed' } },
  problems: [...BOARD_PROBLEMS, 'unknown_breakpoint'],
  async handle(call) {
    const id = call.params.breakpoint!;
    const { removed } = await removeFrom(call, (name) => call.stores.boards.removeBreakpoints(name, id));
    if (removed === 0) throw new Problem('unknown_breakpoint', `There is no breakpoint ${id.slice(0, 80)}.`);
    return {};
  },
});

/** Throws Problem('recipient_unknown'): whoever may set a breakpoint may not have strangers mailed. */
async function checkRecipients({ env, tenant }: Call, notify: readonly string[]): Promise<void> {
  const known = await Promise.all(notify.map((to) => isHook(to) || mayBeMailed(env, tenant, to)));
  const errors = notify.flatMap((to, index) =>
    known[index] ? [] : [{ code: 'recipient_unknown', message: `${to} is not the verified address of a member of ${tenant}.`, path: `notify.${index}` }],
  );
  if (errors.length > 0) throw new Problem('recipient_unknown', errors[0]!.message, { errors });
}

export const breakpointEndpoints: AnyEndpoint[] = [listAll, set, list, clear, remove];
