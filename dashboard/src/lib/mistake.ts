/** A problem that is found before anything is sent, in the shape of those that the API answers. */
import type { ProblemBody, ProblemCode } from '#contracts/problems';

export function mistake(title: string, code: ProblemCode = 'invalid_request'): ProblemBody {
  return { type: 'about:blank', title, status: 400, code };
}
