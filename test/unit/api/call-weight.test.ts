/** What calls of the API cost: those that make a region's database or objects work never pass as light ones. */
import { describe, expect, it } from 'vitest';
import { CALL_UNITS } from '#contracts/call-weight';
import { weightOf } from '#workers/api/endpoint';
import { ENDPOINTS } from '#workers/api/endpoint-list';
import { openApiDocument } from '#workers/api/openapi';

const weights = new Map(ENDPOINTS.map((definition) => [definition.route as string, weightOf(definition)]));
/** Lists of what a company has a great many of, and sums over them. */
const OVER_MANY = /^GET (.*\/)?(executions|logs|traces|metrics|audit|mails|idempotency-keys|instances|cost|diff|stats|dlq\/pipelines\/\{pipeline\}|live)$/;
const WHOLE = /(\/export|\/import|\/bulk|\/impact|audit\/verify|\/download|\/try|\/replay-all|versions\/\{version\}\/migrate)$/;
/** Of one execution, or of a job that is told by a row. */
const OF_ONE =
  /^GET (\/executions\/\{execution\}\/(logs|cost)|\/executions\/bulk|\/tenants\/\{tenant\}\/export|\/dlq\/pipelines\/\{pipeline\}\/replay-all)$|^DELETE/;

describe('a call', () => {
  const routes = [...weights.keys()].filter((route) => !OF_ONE.test(route));

  it.each(routes.filter((route) => OVER_MANY.test(route)))('%s is of medium weight', (route) => {
    expect(weights.get(route)).toBe('medium');
  });

  it.each(routes.filter((route) => WHOLE.test(route)))('%s is heavy', (route) => {
    expect(weights.get(route)).toBe('heavy');
  });

  it('that brings about work by itself is counted by the rate of starts first', () => {
    const starts = [...weights].filter(([, weight]) => weight === 'start').map(([route]) => route);
    expect(starts.sort()).toEqual([
      'POST /dlq/pipelines/{pipeline}/{letter}/replay',
      'POST /executions',
      'POST /executions/{execution}/replay',
      'POST /executions/{execution}/signals/{signal}',
      'POST /machines/{workflow}/{machine}/instances',
      'POST /schedules/{workflow}/{schedule}/run',
      'POST /topics/{topic}/events',
      'PUT /machines/{workflow}/{machine}/instances/{instance}/transition',
    ]);
  });

  it('that ends a credential is never refused', () => {
    const free = [...weights].filter(([, weight]) => CALL_UNITS[weight] === 0).map(([route]) => route);
    expect(free.sort()).toEqual([
      'DELETE /api-keys/{key}',
      'DELETE /auth/sessions',
      'DELETE /auth/sessions/{session}',
      'DELETE /service-accounts/{account}',
      'DELETE /users/{user}',
      'POST /auth/logout',
      'POST /users/{user}/disable',
      'PUT /auth/password',
    ]);
  });

  it('that tries a password costs a stranger what the most expensive ones do, and one that sends mail more than a look', () => {
    expect(['POST /auth/login', 'POST /auth/session'].map((route) => weights.get(route))).toEqual(['heavy', 'heavy']);
    const mails = ['POST /auth/verify/send', 'POST /auth/password/forgot', 'POST /auth/password/reset', 'POST /auth/owner', 'POST /auth/invitation'];
    expect(mails.map((route) => weights.get(route))).toEqual(mails.map(() => 'medium'));
  });

  it('says in its description what it costs, and whom', () => {
    const { paths } = openApiDocument();
    expect(paths['/api/v1/executions']!.get!.description).toMatch(/ Costs 5 units\.$/);
    expect(paths['/api/v1/executions']!.post!.description).toContain(`Costs ${CALL_UNITS.start} units.`);
    expect(paths['/api/v1/auth/me']!.get!.description).toContain('Costs 1 unit.');
    expect(paths['/api/v1/auth/login']!.post!.description).toContain('Costs 20 units of the address.');
  });
});
