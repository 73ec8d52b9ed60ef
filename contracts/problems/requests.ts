/** What is wrong with a request, before anybody looks at what it asks for. */
import type { ProblemKind } from '#contracts/problems/kind';

export const REQUESTS = {
  invalid_request: { status: 400, title: 'The request is not valid', retryable: false, fault: 'user' },
  invalid_json: { status: 400, title: 'The body is not valid JSON', retryable: false, fault: 'user' },
  invalid_id: {
    status: 400,
    title: 'The id has not the form of an id',
    retryable: false,
    fault: 'user',
    hint: 'Copy the id from the answer that created the resource or from a list.',
  },
  unknown_query_key: { status: 400, title: 'Unknown query key', retryable: false, fault: 'user' },
  invalid_cursor: {
    status: 400,
    title: 'The cursor is not valid',
    retryable: false,
    fault: 'user',
    hint: 'Take next_cursor from the previous page, or leave cursor out to start again.',
  },
  unauthenticated: {
    status: 401,
    title: 'No valid key',
    retryable: false,
    fault: 'user',
    hint: 'Send the header Authorization: Bearer <key>.',
    passes: true,
  },
  forbidden: { status: 403, title: 'The key may not do this', retryable: false, fault: 'user', passes: true },
  not_found: { status: 404, title: 'Not found', retryable: false, fault: 'user' },
  unknown_route: { status: 404, title: 'No route answers this method and path', retryable: false, fault: 'user' },
  method_not_allowed: { status: 405, title: 'The path exists, but not with this method', retryable: false, fault: 'user' },
  limit_reached: {
    status: 409,
    title: 'The company has as many of these as it may have',
    retryable: false,
    fault: 'user',
    hint: 'Remove what is not needed any more.',
  },
  body_too_large: { status: 413, title: 'The body is too large', retryable: false, fault: 'user' },
  data_too_large: { status: 413, title: 'The data is too large', retryable: false, fault: 'user', passes: true },
  unsupported_media_type: { status: 415, title: 'The content type is not understood here', retryable: false, fault: 'user' },
  rate_limited: { status: 429, title: 'Too many requests', retryable: true, fault: 'user' },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    retryable: true,
    fault: 'platform',
    hint: 'Try again; tell us the request id if it stays.',
  },
} as const satisfies Record<string, ProblemKind>;
