import { afterEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '#contracts/problems';
import { problemResponse } from '#workers/api/problem-response';

afterEach(() => vi.restoreAllMocks());

describe('problemResponse', () => {
  it('tells a foreseen problem as it is', async () => {
    const response = problemResponse(new Problem('workflow_exists', 'There is one.', { extra: { id: 'wf_1' } }), 'req_1');
    expect(response.status).toBe(409);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-request-id')).toBe('req_1');
    expect(await response.json()).toMatchObject({ code: 'workflow_exists', status: 409, detail: 'There is one.', id: 'wf_1', request_id: 'req_1' });
  });

  it('tells the caller nothing of a defect, and the operator everything', async () => {
    const lines: string[] = [];
    vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
    const response = problemResponse(new TypeError('cannot read secret_column of undefined'), 'req_2');
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain('secret_column');
    expect(text).not.toContain('stack');
    expect(JSON.parse(lines[0]!)).toMatchObject({
      code: 'internal',
      request_id: 'req_2',
      name: 'TypeError',
      message: 'cannot read secret_column of undefined',
    });
    expect(lines[0]).toContain('problem-response.test');
  });

  it('says how to authenticate, and which methods there are', () => {
    expect(problemResponse(new Problem('unauthenticated'), 'r').headers.get('www-authenticate')).toBe('Bearer');
    expect(problemResponse(new Problem('method_not_allowed', 'no', { extra: { allow: 'GET' } }), 'r').headers.get('allow')).toBe('GET');
  });
});
