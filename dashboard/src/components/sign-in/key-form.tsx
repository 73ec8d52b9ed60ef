/** Signing in with a key; a plain form, which works without scripts. */
import { component$ } from '@builder.io/qwik';

export const KeyForm = component$<{ tenant: string; error?: string; local: boolean }>(({ tenant, error, local }) => (
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
    <p id="key-help" class="mt-2 text-12 text-text-3">
      {local ? (
        <>
          The operator's key of this local instance is <code class="mono text-12">ADMIN_API_KEY</code> in <code class="mono text-12">.dev.vars</code>, in the
          folder it was started from. The link printed at start signs in by itself.
        </>
      ) : (
        <>An owner or admin of your company creates keys; a key is shown once, when it is created.</>
      )}
    </p>
    <details class="mt-3 text-13" open={tenant !== '' || error !== undefined}>
      <summary class="text-text-2">Another company</summary>
      <label class="mt-2 mb-1 block font-medium" for="tenant">
        Company
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
        Only for the operator's key, which may act for any company.
      </p>
    </details>
    <button type="submit" class="btn btn-primary mt-4 w-full" style={{ height: '36px' }}>
      Sign in
    </button>
  </form>
));
