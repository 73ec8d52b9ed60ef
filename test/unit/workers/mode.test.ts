/** Which mode it is, and what goes by it: a slip of the pen opens nothing. */
import { describe, expect, it } from 'vitest';
import { wayOutOfPlatform } from '#workers/egress/way-out';
import type { RegionEnv } from '#workers/env';
import { publicOrigin } from '#workers/identity/public-origin';
import { mailTransportOf } from '#workers/mail/transport';
import { isHosted } from '#workers/mode';
import { inRegion } from '#workers/placement';

const SLIPS = ['hosted', 'Hosted', 'Local', 'local ', 'development', '', undefined];

it('is local development by its one word', () => {
  expect(isHosted({ MODE: 'local' })).toBe(false);
});

describe.each(SLIPS)('MODE = %j', (MODE) => {
  const env = { MODE, DOMAIN: 'flows.example', HOST_ALIASES: '{"inside":"http://127.0.0.1:1"}' } as unknown as RegionEnv;

  it('guards the way out, and knows no aliases', () => {
    const { hosted, aliases } = wayOutOfPlatform(env);
    expect([hosted, aliases.size]).toEqual([true, 0]);
  });

  it('keeps no mail in a mailbox', () => {
    expect(() => mailTransportOf(env)).toThrow(expect.objectContaining({ code: 'mail_unavailable' }));
  });

  it('mails links to its own address', () => {
    expect(publicOrigin(env, new Request('http://evil.example/'))).toBe('https://flows.example');
  });

  it('makes objects in their jurisdiction', () => {
    const namespace = { jurisdiction: (place: string) => ({ place }) } as unknown as DurableObjectNamespace<undefined>;
    expect(inRegion(namespace, { ...env, PLACEMENT: 'jurisdiction:eu' })).toEqual({ place: 'eu' });
  });
});
