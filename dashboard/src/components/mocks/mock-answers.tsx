/** What a step comes to, call by call: an output or a failure, after a time. For every form that holds mocks. */
import { $, component$, type QRL } from '@builder.io/qwik';
import { answersIn } from '~/components/mocks/answers-in';
import { Choice } from '~/components/ui/choice';
import { Icon } from '~/components/ui/icon';
import { type AnswerFaults, type AnswerForm, FIRST_ANSWER, faultsOf, MOST_ANSWERS } from '~/lib/mock-form';

interface Props {
  step: string;
  answers: AnswerForm[];
  change$: QRL<(answers: AnswerForm[]) => unknown>;
}

export const MockAnswers = component$<Props>((props) => {
  const { step, answers, change$ } = props;
  const typed = $((_: Event, group: HTMLElement) => change$(answersIn(group, props.answers)));
  const add = $((button: Element) => {
    const answers = answersIn(groupOf(button), props.answers);
    return change$([...answers, { ...(answers.at(-1) ?? FIRST_ANSWER) }]);
  });
  const remove = $((button: Element, at: number) => change$(answersIn(groupOf(button), props.answers).filter((_, index) => index !== at)));
  return (
    <div class="grid min-w-0 gap-2" data-mock={step} onInput$={typed}>
      {answers.map((answer, at) => {
        const { kind, output, retryable, delay } = answer;
        const which = at === 0 ? '' : `, call ${at + 1}`;
        const faults = faultsOf(answer);
        return (
          <div key={at} class="grid min-w-0 gap-1" data-call={at}>
            <div class="flex flex-wrap items-center gap-x-2 gap-y-1 text-12 text-text-3">
              {answers.length > 1 && <span class="w-24">{callWords(at, answers.length)}</span>}
              <Choice class="field-small" answer="kind" label={`How ${step} ends${which}`} value={kind} options={KINDS} />
              <label class="flex items-center gap-1">
                after
                <input
                  class="field field-small num w-20"
                  data-answer="delay"
                  inputMode="numeric"
                  autoComplete="off"
                  placeholder="0"
                  aria-label={`How long ${step} takes, ms${which}`}
                  aria-invalid={faults.delay ? 'true' : undefined}
                  value={delay}
                />
                ms
              </label>
              {answers.length > 1 && (
                <button
                  type="button"
                  class="btn btn-quiet btn-icon ml-auto"
                  aria-label={`Remove call ${at + 1} of ${step}`}
                  onClick$={(_, button) => remove(button, at)}
                >
                  <Icon name="close" />
                </button>
              )}
            </div>
            {kind === 'output' ? (
              <textarea
                class="field schema-text mono block w-full text-12"
                data-answer="output"
                rows={Math.min(8, output.split('\n').length)}
                spellcheck={false}
                aria-label={`${step} comes to${which}`}
                aria-invalid={faults.output ? 'true' : undefined}
                value={output}
              />
            ) : (
              <div class="grid grid-cols-2 gap-2 sm:grid-cols-[88px_minmax(0,1fr)_minmax(0,1fr)]">
                {textField({ answer, faults, key: 'status', label: 'Status', name: `Status of the failure of ${step}${which}` })}
                {textField({ answer, faults, key: 'code', label: 'Code', name: `Code of the failure of ${step}${which}` })}
                <label class="block text-12 text-text-3">
                  Retryable
                  <Choice class="field-small mt-0.5 block w-full" answer="retryable" value={retryable} options={RETRYABLE} />
                </label>
                <div class="col-span-full">
                  {textField({ answer, faults, key: 'message', label: 'Message', name: `Message of the failure of ${step}${which}` })}
                </div>
              </div>
            )}
            {(faults.delay ?? faults.output) && <p class="text-12 text-bad">{faults.delay ?? faults.output}</p>}
          </div>
        );
      })}
      {answers.length < MOST_ANSWERS && (
        <button type="button" class="link justify-self-start text-12" onClick$={(_, button) => add(button)}>
          Another answer for the next call<span class="sr-only"> of {step}</span>
        </button>
      )}
    </div>
  );
});

const KINDS = [
  ['output', 'output'],
  ['error', 'fails'],
] as const;

const RETRYABLE = [
  ['', 'by its status'],
  ['yes', 'yes'],
  ['no', 'no'],
] as const;

interface TextField {
  answer: AnswerForm;
  faults: AnswerFaults;
  key: 'status' | 'code' | 'message';
  label: string;
  /** For assistive technology, which does not see the step above it. */
  name: string;
}

function textField({ answer, faults, key, label, name }: TextField) {
  const [value, fault] = [answer[key], faults[key]];
  return (
    <label class="block min-w-0 text-12 text-text-3">
      {label}
      <input
        class="field field-small mt-0.5 block w-full"
        data-answer={key}
        autoComplete="off"
        spellcheck={false}
        aria-label={name}
        aria-invalid={fault ? 'true' : undefined}
        value={value}
      />
      {fault && <span class="text-bad">{fault}</span>}
    </label>
  );
}

function groupOf(button: Element): HTMLElement | undefined {
  return button.closest<HTMLElement>('[data-mock]') ?? undefined;
}

function callWords(at: number, all: number): string {
  return at === all - 1 ? `Call ${at + 1} and later` : `Call ${at + 1}`;
}
