/** What is pressed, filled in and opened: buttons, fields, tabs, the head of a page, dialogs and toasts. */
import { $, component$, useSignal } from '@builder.io/qwik';
import { SampleLists } from '~/components/design/sample-lists';
import { Part } from '~/components/design/sheet-part';
import { named } from '~/components/ui/choice';
import { Confirm } from '~/components/ui/confirm';
import { Crumbs } from '~/components/ui/crumbs';
import { Dialog, DialogActions } from '~/components/ui/dialog';
import { FilterSelect } from '~/components/ui/filter-select';
import { Icon } from '~/components/ui/icon';
import { PageHeader } from '~/components/ui/page-header';
import { Tabs } from '~/components/ui/tabs';
import { ToastCard } from '~/components/ui/toasts';
import { ToggleLink } from '~/components/ui/toggle-link';
import { toast } from '~/lib/toast';

export const SampleControls = component$<{ theme: string }>(({ theme }) => {
  const tab = useSignal('output');
  const choose = $((name: string) => {
    tab.value = name;
  });
  const discard = $(async () => {
    toast({ text: 'The letter is discarded.' });
    return undefined;
  });
  return (
    <>
      <Part title="Buttons">
        <div class="flex flex-wrap items-center gap-2">
          <button type="button" class="btn btn-primary">
            Resume undoing
          </button>
          <button type="button" class="btn">
            Show more
          </button>
          <button type="button" class="btn btn-danger">
            Cancel
          </button>
          <button type="button" class="btn btn-quiet">
            Clear
          </button>
          <button type="button" class="btn" disabled>
            Loading
          </button>
          <button type="button" class="btn btn-icon" aria-label="Copy">
            <Icon name="copy" />
          </button>
          <button type="button" class="btn btn-small">
            Small
          </button>
        </div>
      </Part>

      <Part title="Fields and switches">
        <div class="flex flex-wrap items-center gap-2">
          <input class="field w-[180px]" placeholder="Id, pipeline or error" aria-label="Sample field" />
          <input class="field w-[120px]" aria-invalid="true" value="not a key" aria-label="Sample field with an error" />
          <FilterSelect name="sample" label="Sample choice" all="Any status" options={named(['failed'])} />
          <ToggleLink href="#on" on label="Live" />
          <ToggleLink href="#off" on={false} label="Live" />
          <kbd class="kbd">/</kbd>
          <kbd class="kbd">Enter</kbd>
        </div>
      </Part>

      <Part title="Tabs">
        <Tabs
          label="Sample tabs"
          panel={`sample-panel-${theme}`}
          current={tab.value}
          choose={choose}
          tabs={[
            { name: 'input', label: 'Input' },
            { name: 'output', label: 'Output' },
            { name: 'attempts', label: 'Attempts', count: 3 },
          ]}
        />
        <p id={`sample-panel-${theme}`} role="tabpanel" aria-label={tab.value} class="py-2 text-13 text-text-2">
          What {tab.value} holds
        </p>
      </Part>

      <Part title="Head of a page">
        <Crumbs
          trail={[
            { href: '#applications', label: 'Applications' },
            { href: '#orders', label: 'orders' },
          ]}
        />
        <div class="rounded-md border border-line">
          <PageHeader
            title="Secrets"
            note="In staging"
            actions={
              <>
                <button type="button" class="btn">
                  Export
                </button>
                <button type="button" class="btn btn-primary">
                  New secret
                </button>
              </>
            }
          />
        </div>
      </Part>

      <Part title="Lists and settings">
        <SampleLists theme={theme} />
      </Part>

      <Part title="Dialogs and toasts">
        <div class="mb-3 flex flex-wrap items-center gap-2">
          <Dialog label="Open a dialog" title="New instance of order">
            <form method="dialog">
              <p class="text-13 text-text-2">What is needed, in as few fields as it takes.</p>
              <DialogActions>
                <button type="submit" class="btn">
                  Close
                </button>
              </DialogActions>
            </form>
          </Dialog>
          <Confirm label="Discard" title="Discard the letter" verb="Discard" keep="Keep it" act={discard}>
            <p>Nothing is run for it any more. The execution and its log stay.</p>
          </Confirm>
        </div>
        <div class="grid justify-items-start gap-2">
          <ToastCard toast={{ text: 'STRIPE_KEY has another value.' }} />
          <ToastCard toast={{ text: 'The replay is on its way.', href: '#toast', link: 'Open it' }} />
        </div>
      </Part>
    </>
  );
});
