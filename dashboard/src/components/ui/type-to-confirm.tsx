/** A field of a dialog whose act cannot be taken back: what it is about has to be typed. Sent as `confirm`; the server compares. */
import { component$ } from '@builder.io/qwik';

export const TypeToConfirm = component$<{ text: string }>(({ text }) => (
  <label class="mt-3 block">
    <span>
      Type <strong class="mono text-text">{text}</strong> to confirm
    </span>
    <input class="field mono mt-1 block w-full" name="confirm" required maxLength={63} autoComplete="off" autoCapitalize="off" spellcheck={false} />
  </label>
));
