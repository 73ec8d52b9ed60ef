/** The dead letters of the stand-in API: of two pipelines, one of them over its threshold; in another region there is one. */
import { replayAllRequest } from '#contracts/api-dead-letters';
import { Problem } from '#contracts/problems';
import type { LetterDetail, LetterItem, LetterStats, ReplayAllItem } from '../../../dashboard/src/lib/api-types';
import { fixtureId } from './fixture-executions';

const DAY = 86_400_000;
const MESSAGES = ['503 from payment-service: the bank does not answer', 'payment-service did not answer within 5 s', '422 from payment-service: no such card'];

export class FixtureDeadLetters {
  readonly #home: LetterItem[];
  readonly #there: LetterItem[];
  #run: (ReplayAllItem & { asked: number }) | undefined;

  constructor(private readonly startedAt: number) {
    this.#there = [this.#letter('payments', 'process-payment', 40)];
    this.#home = Array.from({ length: 7 }, (_, i) => this.#letter('payments', 'process-payment', i));
    this.#home.push(this.#undelivered());
    this.#home.push({
      ...this.#letter('orders', 'process-order', 20),
      status: 'discarded',
      closed_by: 'admin',
      closed_at: new Date(startedAt).toISOString(),
    });
  }

  async answer(request: Request, url: URL, rest: string): Promise<Response> {
    const letters = request.headers.get('x-region') === 'us' ? this.#there : this.#home;
    if (rest === '/stats') return Response.json(this.#stats(letters));
    const [, , name = '', id, action] = rest.split('/').map(decodeURIComponent);
    const mine = letters.filter(({ workflow, pipeline }) => `${workflow}.${pipeline}` === name);
    if (mine.length === 0) throw new Problem('unknown_pipeline', `No workflow has a pipeline ${name}.`);
    if (id === undefined) {
      const status = url.searchParams.get('status');
      return Response.json({ items: mine.filter((letter) => !status || letter.status === status), next_cursor: null });
    }
    if (id === 'replay-all') return request.method === 'POST' ? this.#begin(mine, await request.json()) : this.#progress();
    const letter = mine.find((one) => one.id === id);
    if (!letter) throw new Problem('unknown_dead_letter', `There is no dead letter ${id}.`);
    if (action === 'replay') return this.#replay(letter);
    if (request.method === 'DELETE') {
      Object.assign(letter, { status: 'discarded', closed_by: 'admin', closed_at: new Date().toISOString() });
      return new Response(null, { status: 204 });
    }
    const event = { id: 'evt_4711', topic: 'payment.requested' };
    if (!letter.step)
      return Response.json({ ...letter, version: 3, event, trigger_data: { type: event.topic, data: { amount: 8997 } } } satisfies LetterDetail);
    const detail: LetterDetail = {
      ...letter,
      version: 3,
      started_at: letter.failed_at,
      trigger_data: { order_id: 'o-4711', customer_id: 'c-12', amount: 8997, items: [{ sku: 'SKU-001', quantity: 3 }] },
      error_details: { code: letter.error.code, message: letter.error.message, status: 503, retryable: true },
    };
    return Response.json(detail);
  }

  #letter(workflow: string, pipeline: string, i: number): LetterItem {
    const failed = this.startedAt - (i + 1) * 754_000;
    return {
      id: fixtureId(`letter-${workflow}-${i}`),
      workflow,
      pipeline,
      environment: 'production',
      status: 'waiting',
      trigger: 'event',
      failed_at: new Date(failed).toISOString(),
      expires_at: new Date(failed + 7 * DAY).toISOString(),
      step: 'charge',
      attempts: 3,
      error: { code: 'upstream_status', message: MESSAGES[i % MESSAGES.length]! },
      replayable: true,
    };
  }

  /** An event that reached no execution. */
  #undelivered(): LetterItem {
    const { step: _, ...letter } = this.#letter('payments', 'process-payment', 8);
    const message = 'The event payment.requested could not be delivered: concurrency.key names data.customer, which is not there.';
    return { ...letter, id: `und_${'7'.repeat(40)}`, attempts: 1, error: { code: 'delivery_failed', message } };
  }

  #replay(letter: LetterItem): Response {
    Object.assign(letter, { status: 'replayed', replayed_as: fixtureId('running'), closed_by: 'admin', closed_at: new Date().toISOString() });
    return Response.json({ execution_id: letter.replayed_as, status: 'pending', dead_letter: letter.id, existing: false }, { status: 202 });
  }

  #begin(letters: LetterItem[], body: unknown): Response {
    replayAllRequest.parse(body);
    const waiting = letters.filter(({ status }) => status === 'waiting');
    this.#run = { status: 'running', total: waiting.length, replayed: 0, skipped: 0, failed: 0, started_at: new Date().toISOString(), by: 'admin', asked: 0 };
    for (const letter of waiting) this.#replay(letter);
    return Response.json(this.#run, { status: 202 });
  }

  /** Half way when first asked, then done. */
  #progress(): Response {
    if (!this.#run) throw new Problem('not_found');
    this.#run.asked++;
    const done = this.#run.asked > 1;
    Object.assign(this.#run, { replayed: done ? this.#run.total : Math.floor(this.#run.total / 2), status: done ? 'completed' : 'running' });
    return Response.json(this.#run);
  }

  #stats(letters: LetterItem[]): LetterStats {
    const depthOf = (workflow: string) => letters.filter((letter) => letter.workflow === workflow && letter.status === 'waiting').length;
    const pipelines = [
      { workflow: 'orders', pipeline: 'process-order', environment: 'production', depth: depthOf('orders'), alerting: false },
      {
        workflow: 'payments',
        pipeline: 'process-payment',
        environment: 'production',
        depth: depthOf('payments'),
        alert_threshold: 5,
        alerting: depthOf('payments') >= 5,
      },
    ];
    return { depth: depthOf('orders') + depthOf('payments'), alerting: pipelines.filter(({ alerting }) => alerting).length, pipelines };
  }
}
