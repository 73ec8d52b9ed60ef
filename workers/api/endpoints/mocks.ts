/** Mocks of a pipeline's steps: standing ones, and those of a single run. */
import { boardQuery, boardsQuery, mockedSchema, mockPage, mockRequest, removedSchema } from '#contracts/api-debugging';
import { createExecutionQuery, executionStartedSchema } from '#contracts/api-executions';
import type { Mock } from '#contracts/debugging';
import { newId } from '#contracts/ids';
import { Problem } from '#contracts/problems';
import { BOARD_PROBLEMS, boardOf, FOREVER, listBoards, mocksPage, mockView, removeFrom } from '#workers/api/board-of';
import { type AnyEndpoint, endpoint } from '#workers/api/endpoint';
import { answersOf } from '#workers/api/mock-answers';
import { startedAnswer } from '#workers/api/started-answer';
import { boardChanged } from '#workers/boards';
import { startExecution } from '#workers/start';

const TAG = 'Debugging';

const listAll = endpoint({
  route: 'GET /mocks',
  tag: TAG,
  summary: 'List the mocks of all pipelines',
  description: 'All that stand now, by environment, workflow, pipeline and step. Mocks of a single run are in the log of that run.',
  query: boardsQuery,
  answer: mockPage,
  answers: { 200: { description: 'A page', schema: mockPage } },
  problems: ['unknown_workflow', 'invalid_cursor'],
  async handle(call) {
    const { items, next_cursor } = await listBoards(call, 'mock');
    return { body: { items: items.map(({ name, entry }) => mockView(name, entry)), next_cursor } };
  },
});

const mock = endpoint({
  route: 'POST /pipelines/{pipeline}/mock',
  tag: TAG,
  summary: 'Mock steps of a pipeline',
  description:
    'Without `trigger_data` the mocks stand, for every execution of the pipeline, in place of earlier ones of the same steps. With it the pipeline is run once with these mocks only, and nothing of that run goes out: a step with an effect that is not mocked fails with `step_not_mocked`. Its replays keep the mocks.',
  query: createExecutionQuery,
  body: mockRequest,
  answer: mockedSchema,
  answers: {
    201: { description: 'The mocks that stand now', schema: mockPage },
    202: { description: 'The run has started', schema: executionStartedSchema },
    200: { description: 'The run ended while the call waited', schema: executionStartedSchema },
  },
  problems: [...BOARD_PROBLEMS, 'unknown_step', 'not_mockable', 'too_many_entries', 'invalid_json', 'body_too_large'],
  async handle(call) {
    const { environment, trigger_data, ttl } = call.body;
    const { name, pipeline, deployment } = await boardOf(call, environment);
    const steps = answersOf(call.body.mocks, pipeline);
    const { by } = call.actor;
    if (trigger_data !== undefined) {
      const started = await startExecution(call.env, {
        tenant: call.tenant,
        deployment,
        pipeline,
        trigger: 'manual',
        data: trigger_data,
        idempotency_key: null,
        wait_ms: call.query.wait ?? 0,
        with_outputs: true,
        by,
        traceparent: call.request.headers.get('traceparent'),
        tags: { record_as: 'mock' },
        mocks: { by, steps },
      });
      return startedAnswer(started, { deployment, pipeline }, call.query.wait !== undefined);
    }
    const expires_at = ttl === undefined ? FOREVER : call.now + ttl;
    const mocks: Mock[] = Object.entries(steps).map(([step, answers]) => ({
      id: newId('mock'),
      step,
      answers,
      created_at: call.now,
      expires_at,
      created_by: by,
    }));
    if (!(await call.stores.boards.putMocks(name, mocks))) throw new Problem('too_many_entries');
    boardChanged(name);
    return { status: 201, body: mocksPage(name, await call.stores.boards.read(name, call.now)) };
  },
});

const list = endpoint({
  route: 'GET /pipelines/{pipeline}/mock',
  tag: TAG,
  summary: 'List the mocks of a pipeline',
  query: boardQuery,
  answer: mockPage,
  answers: { 200: { description: 'All that stand now', schema: mockPage } },
  problems: [...BOARD_PROBLEMS],
  async handle(call) {
    const { name } = await boardOf(call, call.query.environment);
    return { body: mocksPage(name, await call.stores.boards.read(name, call.now)) };
  },
});

const clear = endpoint({
  route: 'DELETE /pipelines/{pipeline}/mock',
  tag: TAG,
  summary: 'Remove all mocks of a pipeline',
  query: boardQuery,
  answer: removedSchema,
  answers: { 200: { description: 'How many there were', schema: removedSchema } },
  problems: [...BOARD_PROBLEMS],
  async handle(call) {
    const { removed } = await removeFrom(call, (name) => call.stores.boards.removeMocks(name));
    return { body: { removed } };
  },
});

const remove = endpoint({
  route: 'DELETE /pipelines/{pipeline}/mock/{step}',
  tag: TAG,
  summary: 'Remove the mock of a step',
  query: boardQuery,
  answers: { 204: { description: 'Removed' } },
  problems: [...BOARD_PROBLEMS, 'unknown_mock'],
  async handle(call) {
    const step = call.params.step!;
    const { name, removed } = await removeFrom(call, (board) => call.stores.boards.removeMocks(board, step));
    if (removed === 0) throw new Problem('unknown_mock', `${name.pipeline} has no mock for ${step.slice(0, 100)}.`);
    return {};
  },
});

export const mockEndpoints: AnyEndpoint[] = [listAll, mock, list, clear, remove];
