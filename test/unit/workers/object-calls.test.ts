/** The door of objects: what a failed call means, which one is sent again and when, and what comes out in the end. */
import { describe, expect, it } from 'vitest';
import { Problem } from '#contracts/problems';
import { callsOf, type Means } from '#workers/objects/calls';
import { faultOf, problemFrom } from '#workers/objects/fault';

const marked = (marks: object, message = 'what the runtime says') => Object.assign(new Error(message), marks);
const RESET = { durableObjectReset: true };

describe('a failed call', () => {
  it.each([
    ['a deployment, or an end of its own', marked({ ...RESET, remote: true }), 'gone'],
    ['a network that was lost', marked({ retryable: true }), 'gone'],
    ['more than it can do', marked({ overloaded: true }), 'overloaded'],
    ['more than it can do, and a try that is not forbidden', marked({ overloaded: true, retryable: true, ...RESET }), 'overloaded'],
    ['a Problem', new Problem('tenant_moving'), 'problem'],
    ['a Problem that came over the wire', marked({ name: 'Problem', code: 'tenant_moving', extra: {} }), 'problem'],
    ['an error that says it is a Problem', marked({ name: 'Problem', code: 'no such code' }), 'defect'],
    ['an error with a code of its own', marked({ code: 'tenant_moving' }), 'defect'],
    ['a defect of the class', new TypeError('x is undefined'), 'defect'],
    ['a mark that is not set', marked({ retryable: false, durableObjectReset: false, overloaded: false }), 'defect'],
    ['a mark that is no truth', marked({ retryable: 'true', overloaded: 1 }), 'defect'],
    ['the words of the runtime alone', new Error('Durable Object reset because its code was updated.'), 'defect'],
    ['no error at all', 'gone', 'defect'],
    ['nothing', undefined, 'defect'],
  ] as const)('by %s is read as %s', (_, thrown, fault) => {
    expect(faultOf(thrown)).toBe(fault);
  });

  it('gives the Problem back with all that it had', () => {
    const extra = { headers: { 'Retry-After': '7' } };
    const problem = problemFrom(marked({ name: 'Problem', code: 'tenant_moving', extra, errors: [{ code: 'x', message: 'y' }] }, 'on its way'));
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.code, problem.message, problem.headers(), problem.errors]).toEqual([
      'tenant_moving',
      'on its way',
      { 'retry-after': '7' },
      [{ code: 'x', message: 'y' }],
    ]);
    expect(problemFrom(marked({ name: 'Problem', code: 'tenant_moving', extra: null, errors: 'none' })).body()).toMatchObject({ status: 503 });
  });
});

interface Desk {
  read(id: string): Promise<string>;
  order(id: string): Promise<string>;
  wait(order: { id: string; wait_ms: number }): Promise<string>;
}

/** Each stub fails in its turn; a stub that has failed once is broken. */
function desk(failures: unknown[]) {
  const seen = { stubs: 0, calls: [] as unknown[], waits: [] as number[], lines: [] as object[] };
  let now = 0;
  const means: Means = {
    now: () => now,
    random: () => 0.5,
    wait: async (ms) => {
      seen.waits.push(ms);
      now += ms;
    },
    report: (line) => void seen.lines.push(line),
  };
  const open = () => {
    const failure = failures[seen.stubs++];
    const answer = async (given: unknown) => {
      seen.calls.push(given);
      now += 1000;
      if (failure !== undefined) throw failure;
      return 'done';
    };
    return { read: answer, order: answer, wait: answer };
  };
  const calls = callsOf<Desk>(
    'desk',
    {
      read: 'again',
      order: 'once',
      wait: ([order], elapsed) => (order.id === 'once' ? undefined : [{ ...order, wait_ms: Math.max(0, order.wait_ms - elapsed) }]),
    },
    means,
  );
  return { desk: calls(open), seen };
}

describe('a call through the door', () => {
  it('costs one stub and one call where nothing fails', async () => {
    const { desk: object, seen } = desk([]);
    expect(await object.read('a')).toBe('done');
    expect(seen).toMatchObject({ stubs: 1, calls: ['a'], waits: [], lines: [] });
  });

  it('is sent again to a new stub, three times in all, after pauses that grow', async () => {
    const { desk: object, seen } = desk([marked(RESET), marked({ retryable: true })]);
    expect(await object.read('a')).toBe('done');
    expect(seen).toMatchObject({ stubs: 3, calls: ['a', 'a', 'a'], waits: [45, 180], lines: [] });
  });

  it('ends as a Problem that says when to come again, and tells the operator what the runtime said', async () => {
    const { desk: object, seen } = desk([marked(RESET), marked(RESET), marked(RESET, 'the last words'), undefined]);
    const problem = await object.read('a').catch((error) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.body().status, problem.code, problem.headers()]).toEqual([503, 'object_unavailable', { 'retry-after': '1' }]);
    expect(problem.message).not.toContain('the last words');
    expect(seen).toMatchObject({ stubs: 3, lines: [{ code: 'object_unavailable', object: 'desk', call: 'read', tries: 3, message: 'Error: the last words' }] });
  });

  it('is not sent again where it may have been done', async () => {
    const { desk: object, seen } = desk([marked(RESET)]);
    await expect(object.order('a')).rejects.toMatchObject({ code: 'object_unavailable' });
    expect(seen).toMatchObject({ stubs: 1, calls: ['a'], waits: [] });
  });

  it('is not sent again to what is overloaded', async () => {
    const { desk: object, seen } = desk([marked({ overloaded: true, retryable: true })]);
    const problem = await object.read('a').catch((error) => error);
    expect([problem.body().status, problem.code, problem.headers()]).toEqual([503, 'object_overloaded', { 'retry-after': '5' }]);
    expect(seen).toMatchObject({ stubs: 1, waits: [] });
  });

  it('is sent again as its arguments say: with what is left of its patience, or not at all', async () => {
    const { desk: object, seen } = desk([marked(RESET), marked(RESET)]);
    expect(await object.wait({ id: 'a', wait_ms: 1500 })).toBe('done');
    expect(seen.calls).toEqual([
      { id: 'a', wait_ms: 1500 },
      { id: 'a', wait_ms: 500 },
      { id: 'a', wait_ms: 0 },
    ]);
    const other = desk([marked(RESET)]);
    await expect(other.desk.wait({ id: 'once', wait_ms: 1 })).rejects.toMatchObject({ code: 'object_unavailable' });
    expect(other.seen.stubs).toBe(1);
  });

  it('leaves a defect what it is, and a Problem of the object a Problem', async () => {
    const defect = new TypeError('x is undefined');
    expect(
      await desk([defect])
        .desk.read('a')
        .catch((error) => error),
    ).toBe(defect);
    const { desk: object, seen } = desk([marked({ name: 'Problem', code: 'job_finished', extra: {} }, 'The job is completed.')]);
    const problem = await object.read('a').catch((error) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect([problem.code, problem.message, seen.stubs]).toEqual(['job_finished', 'The job is completed.', 1]);
  });

  it('fails as its stub does that cannot be made', async () => {
    const calls = callsOf<Desk>('desk', { read: 'again', order: 'once', wait: 'again' });
    const object = calls(() => {
      throw new Error('no such object');
    });
    await expect(object.read('a')).rejects.toThrow('no such object');
  });
});
