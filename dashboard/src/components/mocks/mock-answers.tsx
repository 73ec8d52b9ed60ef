/** What a step comes to, call by call: an output or a failure, after a time. For every form that holds mocks. */
import { $, component$, type QRL } from '@builder.io/qwik';
import { Icon } from '~/components/ui/icon';
import { type AnswerFaults, type AnswerForm, FIRST_ANSWER, faultsOf, MOST_ANSWERS } from '~/lib/mock-form';

interface Props {
  step: string;
  answers: AnswerForm[];
  change$: QRL<(answers: AnswerForm[]) => unknown>;
}

export const MockAnswers = component$<Props>((props) => {
  const { step, answers, change$ } = props;
  const edit = $((at: number, more: Partial<AnswerForm>) => change$(props.answers.map((one, index) => (index === at ? { ...one, ...more } : one))));
  const add = $(() => change$([...props.answers, { ...(props.answers.at(-1) ?? FIRST_ANSWER) }]));
  const remove = $((at: number) => change$(props.answers.filter((_, index) => index !== at)));
  return (
    <div class="grid min-w-0 gap-2">
      {answers.map((answer, at) => {
        const { kind, output, retryable, delay } = answer;
        const which = at === 0 ? '' : `, call ${at + 1}`;
        const faults = faultsOf(answer);
        return (
          <div key={at} class="grid min-w-0 gap-1">
            <div class="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-text-3">
              {answers.length > 1 && <span class="w-24">{callWords(at, answers.length)}</span>}
              <select
                class="field field-small"
                aria-label={`How ${step} ends${which}`}
                onChange$={(_, field) => edit(at, { kind: field.value as AnswerForm['kind'] })}
              >
                <option value="output" selected={kind === 'output'}>
                  output
                </option>
                <option value="error" selected={kind === 'error'}>
                  fails
                </option>
              </select>
              <label class="flex items-center gap-1">
                after
                <input
                  class="field field-small num w-20"
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder="0"
                  aria-label={`How long ${step} takes, ms${which}`}
                  aria-invalid={faults.delay ? 'true' : undefined}
                  value={delay}
                  onInput$={(_, field) => edit(at, { delay: field.value })}
                />
                ms
              </label>
              {answers.length > 1 && (
                <button type="button" class="btn btn-quiet btn-icon ml-auto" aria-label={`Remove call ${at + 1} of ${step}`} onClick$={() => remove(at)}>
                  <Icon name="close" />
                </button>
              )}
            </div>
            {kind === 'output' ? (
              <textarea
                class="field schema-text mono block w-full text-12"
                rows={Math.min(8, output.split('\n').length)}
                spellcheck={false}
                aria-label={`${step} comes to${which}`}
                aria-invalid={faults.output ? 'true' : undefined}
                value={output}
                onInput$={(_, field) => edit(at, { output: field.value })}
              />
            ) : (
              <div class="grid grid-cols-2 gap-2 sm:grid-cols-[88px_minmax(0,1fr)_minmax(0,1fr)]">
                {textField({ answer, faults, at, edit, key: 'status', label: 'Status', name: `Status of the failure of ${step}${which}` })}
                {textField({ answer, faults, at, edit, key: 'code', label: 'Code', name: `Code of the failure of ${step}${which}` })}
                <label class="block text-12 text-text-3">
                  Retryable
                  <select
                    class="field field-small mt-0.5 block w-full"
                    onChange$={(_, field) => edit(at, { retryable: field.value as AnswerForm['retryable'] })}
                  >
                    {RETRYABLE.map(([value, words]) => (
                      <option key={value} value={value} selected={retryable === value}>
                        {words}
                      </option>
                    ))}
                  </select>
                </label>
                <div class="col-span-full">
                  {textField({ answer, faults, at, edit, key: 'message', label: 'Message', name: `Message of the failure of ${step}${which}` })}
                </div>
              </div>
            )}
            {(faults.delay ?? faults.output) && <p class="text-12 text-bad">{faults.delay ?? faults.output}</p>}
          </div>
        );
      })}
      {answers.length < MOST_ANSWERS && (
        <button type="button" class="link justify-self-start text-12" onClick$={add}>
          Another answer for the next call<span class="sr-only"> of {step}</span>
        </button>
      )}
    </div>
  );
});

const RETRYABLE = [
  ['', 'by its status'],
  ['yes', 'yes'],
  ['no', 'no'],
] as const;

interface TextField {
  answer: AnswerForm;
  faults: AnswerFaults;
  at: number;
  key: 'status' | 'code' | 'message';
  label: string;
  /** For assistive technology, which does not see the step above it. */
  name: string;
  edit: QRL<(at: number, more: Partial<AnswerForm>) => unknown>;
}

function textField({ answer, faults, at, key, label, name, edit }: TextField) {
  const [value, fault] = [answer[key], faults[key]];
  return (
    <label class="block min-w-0 text-12 text-text-3">
      {label}
      <input
        class="field field-small mt-0.5 block w-full"
        autoComplete="off"
        spellcheck={false}
        aria-label={name}
        aria-invalid={fault ? 'true' : undefined}
        value={value}
        onInput$={(_, field) => edit(at, { [key]: field.value })}
      />
      {fault && <span class="text-bad">{fault}</span>}
    </label>
  );
}

function callWords(at: number, all: number): string {
  return at === all - 1 ? `Call ${at + 1} and later` : `Call ${at + 1}`;
}
