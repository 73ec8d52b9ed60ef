/** A button that deploys a version, after it has said what that means. */
import { component$, useSignal } from '@builder.io/qwik';
import { DeployPanel } from '~/components/applications/deploy-panel';
import { Dialog } from '~/components/ui/dialog';

interface Props {
  workflow: { id: string; name: string };
  version: number;
  environments: string[];
}

export const DeployButton = component$<Props>((props) => {
  const dialog = useSignal<HTMLDialogElement>();
  const open = useSignal(false);
  return (
    <Dialog
      label="Deploy"
      describe={`Deploy version ${props.version}`}
      title={`Deploy version ${props.version}`}
      button="btn btn-small"
      width={560}
      dialog={dialog}
      onOpen$={() => {
        open.value = true;
      }}
    >
      {open.value && <DeployPanel {...props} later="Close" close$={() => dialog.value?.close()} />}
    </Dialog>
  );
});
