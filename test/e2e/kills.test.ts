/**
 * The runtime of the region is killed twenty times while five hundred executions of mixed kinds are started and run: all
 * end as they should, each effect is had once, the index says what the logs say, every failure has its letter, and each
 * of them, exported, is decided by this engine exactly as it was recorded.
 *
 * KILLS and EXECUTIONS make a longer or shorter run of it.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '#cli/main';
import { createEvaluator } from '#language/evaluator';
import { buildContext } from '#language/scope';
import { checkReplay } from '#portable/check';
import { linesOf, readExport } from '#portable/read';
import { verifyExport } from '#portable/verify';
import { stepCatalog, steps } from '#steps/registry';
import { deployYaml } from './deploy-yaml.ts';
import { APPLICATION, CALLED, KINDS, type Kind } from './kill-kinds.ts';
import { type Answer, type Started, started } from './started.ts';

const KILLS = Number(process.env.KILLS ?? 20);
const EXECUTIONS = Number(process.env.EXECUTIONS ?? 500);
const AT_ONCE = 8;
const TIMEOUT_MS = 60_000 + EXECUTIONS * 300 + KILLS * 5_000;

interface Run {
  kind: Kind;
  order: string;
  id: string;
}

let platform: Started;
const runs: Run[] = [];

beforeAll(async () => {
  platform = await started({ deployments: [] });
  for (const document of [CALLED, APPLICATION]) await deployYaml(platform, document);
});
afterAll(() => platform?.stop());

/** Asks until somebody answers: the region may be away just now. */
async function persistently(ask: () => Promise<Answer>, accepted: number): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    const answer = await ask().catch(() => undefined);
    if (answer?.status === accepted) return answer;
    if (answer && answer.status < 500) throw new Error(`${answer.status}: ${answer.text}`);
    if (tries > 600) throw new Error(`no answer: ${answer?.status} ${answer?.text}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** All tasks, a few at a time. */
async function each<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let index = next++; index < items.length; index = next++) results[index] = await task(items[index]!);
    }),
  );
  return results;
}

async function all(path: string): Promise<Answer['body'][]> {
  const items: Answer['body'][] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body }: Answer = await platform.api('GET', `${path}${path.includes('?') ? '&' : '?'}limit=200${cursor ? `&cursor=${cursor}` : ''}`);
    items.push(...body.items);
    cursor = body.next_cursor;
  }
  return items;
}

it(
  `${EXECUTIONS} executions end under ${KILLS} kills`,
  async () => {
    const wanted = Array.from({ length: EXECUTIONS }, (_, i) => ({ kind: KINDS[i % KINDS.length]!, order: `order-${i}` }));
    let kills = 0;
    /** Kills are spread over the starts; one at a time, each followed by a new life. */
    const killer = async () => {
      while (kills < KILLS) {
        const share = ((kills + 1) * EXECUTIONS) / (KILLS + 1);
        while (runs.length < share) await new Promise((resolve) => setTimeout(resolve, 20));
        await platform.regions.us.kill();
        await platform.regions.us.start();
        kills++;
      }
    };
    const starts = each(wanted, async ({ kind, order }) => {
      const body = { workflow: 'kills', pipeline: kind.pipeline, data: { order }, idempotency_key: order };
      const { body: answer } = await persistently(() => platform.api('POST', '/executions', body), 202);
      runs.push({ kind, order, id: answer.execution_id });
    });
    await Promise.all([starts, killer()]);
    expect(kills).toBe(KILLS);
    const states = await each(runs, ({ id }) =>
      platform.until(
        () => platform.api('GET', `/executions/${id}`),
        (answer) => ['completed', 'failed', 'cancelled', 'compensated'].includes(answer.body.status),
        120_000,
      ),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(EXECUTIONS);
    const unexpected = states.filter(({ body }, index) => body.status !== runs[index]!.kind.status);
    expect(unexpected.map(({ body: { execution_id, pipeline, status, error } }) => ({ execution_id, pipeline, status, error }))).toEqual([]);
  },
  TIMEOUT_MS,
);

it('each effect was had once, in order, and no other', async () => {
  const { items } = (await platform.peer('GET', '/ledger')).body as { items: { service: string; action: string; key: string; answer: { order_id: string } }[] };
  const had = new Map<string, string[]>();
  for (const { service, action, answer } of items) had.set(answer.order_id, [...(had.get(answer.order_id) ?? []), `${service} ${action}`]);
  const told = (kind: Kind, effects: string[]) => (kind.unordered ? [...effects].sort() : effects);
  for (const { order, kind } of runs) expect({ order, effects: told(kind, had.get(order) ?? []) }).toEqual({ order, effects: told(kind, kind.effects) });
  expect([...had.keys()].every((order) => runs.some((run) => run.order === order))).toBe(true);
});

it('the index says what the logs say, and each log is the fold of its state', async () => {
  const listed = await platform.until(
    async () => {
      const items = await all('/executions?workflow=kills');
      return { status: 200, headers: new Headers(), text: '', body: { items } };
    },
    ({ body }) => body.items.length === EXECUTIONS && body.items.every((item: { completed_at?: string }) => item.completed_at !== undefined),
  );
  const rows = new Map<string, Answer['body']>(listed.body.items.map((item: { execution_id: string }) => [item.execution_id, item]));
  await each(runs, async ({ id }) => {
    expect(rows.get(id)).toEqual({ ...(await platform.api('GET', `/executions/${id}`)).body, region: 'us' });
    expect((await platform.api('POST', `/executions/${id}/rebuild`)).body).toMatchObject({ equal: true, differences: [] });
  });
});

it('every failure has its letter, and nothing else has', async () => {
  for (const kind of KINDS) {
    const letters = await all(`/dlq/pipelines/kills.${kind.pipeline}`);
    const failed = runs.filter((run) => run.kind === kind && kind.letter).map(({ id }) => id);
    expect({ pipeline: kind.pipeline, letters: letters.map(({ id }) => id).sort() }).toEqual({ pipeline: kind.pipeline, letters: failed.sort() });
  }
  const { body } = await platform.api('GET', '/dlq/stats');
  expect(body.depth).toBe(runs.filter(({ kind }) => kind.letter).length);
});

it('never more were in flight than there are places', async () => {
  for (const kind of KINDS.filter(({ max }) => max !== undefined)) {
    const spans = await each(
      runs.filter((run) => run.kind === kind),
      async ({ id }) => {
        const events = (await platform.api('GET', `/executions/${id}/events?type=admission.granted,execution.completed`)).body.items as {
          created_at: string;
        }[];
        return events.map((event) => Date.parse(event.created_at)) as [number, number];
      },
    );
    // What ends in a millisecond makes room for what begins in it.
    const moments = spans
      .flatMap(([from, to]) => [
        { at: from, change: 1 },
        { at: to, change: -1 },
      ])
      .sort((a, b) => a.at - b.at || a.change - b.change);
    let inFlight = 0;
    const most = Math.max(...moments.map(({ change }) => (inFlight += change)));
    expect(most).toBeLessThanOrEqual(kind.max!);
  }
});

/** Commands as they are called, against this platform. */
async function wf(folder: string, ...words: string[]) {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const code = await main(words, { out: say, note: say, env: { WORKFLOW_API_KEY: platform.adminKey }, cwd: folder, colours: false });
  return { code, said: said.join('\n') };
}

describe('as files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workflow-files-'));
  const fileOf = (id: string) => join(folder, `${id}.jsonl`);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('each is whole, and this version of the engine decides it exactly as it was', { timeout: TIMEOUT_MS }, async () => {
    await Promise.all([...stepCatalog.values()].map(({ load }) => load?.()));
    const world = { evaluator: createEvaluator(steps, stepCatalog), context: buildContext };
    await each(runs, async ({ id, kind }) => {
      const { status, text } = await platform.api('GET', `/executions/${id}/export`);
      expect(status).toBe(200);
      const file = await readExport(linesOf(new Response(text).body!, Number.MAX_SAFE_INTEGER));
      verifyExport(file);
      expect({ id, kind: kind.pipeline, ...checkReplay(file, world) }).toMatchObject({ kind: kind.pipeline, ok: true });
      writeFileSync(fileOf(id), text);
    });
  });

  it('the command line says the same of them, and finds out one that was tampered with', async () => {
    const { id } = runs.find(({ kind }) => kind.pipeline === 'saga')!;
    expect(await wf(folder, 'export', id, '--out', 'saga.jsonl', '--url', platform.origin)).toMatchObject({ code: 0 });
    expect(await wf(folder, 'verify', 'saga.jsonl')).toMatchObject({ code: 0, said: expect.stringContaining(`${id} of kills.saga, compensated`) });
    expect(await wf(folder, 'replay', '--check', 'saga.jsonl')).toMatchObject({ code: 0, said: expect.stringContaining('replays exactly') });
    const text = readFileSync(join(folder, 'saga.jsonl'), 'utf8');
    writeFileSync(join(folder, 'forged.jsonl'), text.replace('"attempts":1', '"attempts":2'));
    for (const words of [['verify'], ['replay', '--check']]) {
      expect(await wf(folder, ...words, 'forged.jsonl')).toMatchObject({ code: 1, said: expect.stringMatching(/Line \d+ does not follow/) });
    }
  });

  it('one is opened again, to look at and no more', async () => {
    const { id, kind } = runs.find((run) => run.kind.pipeline === 'saga')!;
    const jsonl = { 'content-type': 'application/jsonl' };
    const opened = await platform.api('POST', '/executions/import', readFileSync(fileOf(id), 'utf8'), jsonl);
    expect([opened.status, opened.body]).toMatchObject([201, { imported_from: expect.anything(), status: kind.status }]);
    const stepsOf = async (of: string) =>
      (await platform.api('GET', `/executions/${of}/timeline`)).body.steps.map(({ name, status }: { name: string; status: string }) => [name, status]);
    expect(await stepsOf(opened.body.execution_id)).toEqual(await stepsOf(id));
    expect((await platform.api('POST', `/executions/${opened.body.execution_id}/resume`, {})).body.code).toBe('read_only');
    const forged = await platform.api('POST', '/executions/import', readFileSync(join(folder, 'forged.jsonl'), 'utf8'), jsonl);
    expect([forged.status, forged.body.code]).toEqual([422, 'invalid_export']);
  });
});
