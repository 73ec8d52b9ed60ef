import { $, component$, useSignal, useVisibleTask$ } from '@builder.io/qwik';
import { Icon, type IconName } from '~/components/ui/icon';
import { pinTheme, THEMES, type Theme } from '~/lib/theme';

const CHOICES: Record<Theme, { icon: IconName; label: string }> = {
  system: { icon: 'screen', label: 'Theme of the system' },
  light: { icon: 'sun', label: 'Light theme' },
  dark: { icon: 'moon', label: 'Dark theme' },
};

export const ThemeSwitch = component$<{ pinned: Theme }>(({ pinned }) => {
  const theme = useSignal<Theme>(pinned);
  useVisibleTask$(() => {
    const now = document.documentElement.dataset.theme;
    theme.value = now === 'light' || now === 'dark' ? now : 'system';
  });
  const choose = $((_: Event, button: HTMLElement) => {
    theme.value = (button.dataset.choice as Theme) ?? 'system';
    pinTheme(theme.value);
  });
  return (
    <fieldset class="segmented m-0 border-0" aria-label="Theme">
      {THEMES.map((name) => (
        <button
          key={name}
          type="button"
          data-choice={name}
          aria-pressed={theme.value === name ? 'true' : 'false'}
          aria-label={CHOICES[name].label}
          title={CHOICES[name].label}
          onClick$={choose}
        >
          <Icon name={CHOICES[name].icon} size={14} />
        </button>
      ))}
    </fieldset>
  );
});
