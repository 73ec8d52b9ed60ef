/** All tokens and components in one theme. */
import { component$ } from '@builder.io/qwik';
import { SampleContent } from '~/components/design/sample-content';
import { SampleControls } from '~/components/design/sample-controls';
import { SampleLooks } from '~/components/design/sample-looks';

export const DesignSheet = component$<{ theme: 'light' | 'dark' }>(({ theme }) => (
  <section class="theme-island min-w-0 border-line px-3 py-6 sm:px-6 lg:border-r" data-theme={theme} aria-label={`${theme} theme`}>
    <p class="mb-6 text-12 font-medium text-text-3">{theme === 'light' ? 'Light' : 'Dark'}</p>
    <SampleLooks />
    <SampleControls theme={theme} />
    <SampleContent />
  </section>
));
