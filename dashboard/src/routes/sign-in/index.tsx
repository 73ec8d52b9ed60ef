import { component$ } from '@builder.io/qwik';
import { type DocumentHead, routeLoader$ } from '@builder.io/qwik-city';
import { ProductMark } from '~/components/shell/top-bar';
import { keepReturnPath, safePath } from '~/lib/return-path';

const MESSAGES: Record<string, string> = {
  unauthenticated: 'That key was not accepted. Check that it was copied whole, without spaces, and that it has not been revoked.',
  unknown_tenant: 'There is no such tenant here. Check its name.',
  expired: 'Your session has ended. Sign in again to go on where you were.',
};

export const useSignIn = routeLoader$(({ query, platform, cookie }) => {
  keepReturnPath(cookie, safePath(query.get('next')));
  const error = query.get('error');
  return {
    error: error ? (MESSAGES[error] ?? 'Signing in did not work. Try again.') : undefined,
    tenant: query.get('tenant') ?? '',
    local: platform.env.MODE !== 'hosted',
  };
});

export default component$(() => {
  const state = useSignIn();
  const { error, local, tenant } = state.value;
  return (
    <main class="grid min-h-dvh place-items-center px-4 py-12">
      <div class="w-full max-w-[380px]">
        <div class="mb-6 flex items-center gap-2 text-16 font-semibold">
          <ProductMark />
          Workflow
        </div>
        <div class="rounded-lg border border-line bg-surface p-6">
          <h1 class="mb-1 text-20 font-semibold">Sign in</h1>
          <p class="mb-5 text-text-2">Use the key of your tenant, or the operator's key.</p>
          <form method="post" action="/sign-in">
            <label class="mb-1 block text-13 font-medium" for="key">
              Key
            </label>
            <input
              id="key"
              name="key"
              type="password"
              class="field mono w-full"
              style={{ height: '36px' }}
              autoComplete="current-password"
              spellcheck={false}
              required
              autoFocus
              aria-invalid={error ? 'true' : undefined}
              aria-describedby={error ? 'key-error key-help' : 'key-help'}
            />
            {error && (
              <p id="key-error" class="mt-2 text-13 text-bad" role="alert">
                {error}
              </p>
            )}
            <details class="mt-3 text-13" open={Boolean(tenant)}>
              <summary class="text-text-2">Another tenant</summary>
              <label class="mt-2 mb-1 block font-medium" for="tenant">
                Tenant
              </label>
              <input
                id="tenant"
                name="tenant"
                class="field w-full"
                style={{ height: '36px' }}
                autoComplete="organization"
                spellcheck={false}
                value={tenant}
                aria-describedby="tenant-help"
              />
              <p id="tenant-help" class="mt-1 text-12 text-text-3">
                Only for the operator's key, which may act for any tenant.
              </p>
            </details>
            <button type="submit" class="btn btn-primary mt-4 w-full" style={{ height: '36px' }}>
              Sign in
            </button>
          </form>
        </div>
        <p id="key-help" class="mt-4 text-13 text-text-2">
          {local ? (
            <>
              The operator's key of this local instance is <code class="mono text-12">ADMIN_API_KEY</code> in <code class="mono text-12">.dev.vars</code>, in
              the folder it was started from. The link printed at start signs in by itself.
            </>
          ) : (
            <>An owner or admin of your tenant makes keys; a key is shown once, when it is made.</>
          )}
        </p>
      </div>
    </main>
  );
});

export const head: DocumentHead = { title: 'Sign in' };
