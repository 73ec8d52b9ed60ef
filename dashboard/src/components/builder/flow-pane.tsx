/** What is set of the pipeline that is shown: what starts it, and what holds for all of its steps. */
import { $, component$ } from '@builder.io/qwik';
import { isJsonObject, type Json, type JsonObject } from '#contracts/json';
import { dataAt, pipelineKeyOf, triggerOf } from '~/builder/actions';
import { settingAt } from '~/builder/document/outline';
import { type Setting, TRIGGER_SETTINGS, TRIGGER_TYPES } from '~/builder/document/triggers';
import { dataIn } from '~/builder/found';
import { flowOf, type Session } from '~/builder/session';
import { SettingField } from '~/components/builder/setting-field';
import { Findings } from '~/components/builder/step-pane';
import { valuesOf } from '~/components/ui/form-values';

const SETTINGS: readonly Setting[] = [
  { key: 'description', label: 'Description', type: 'words' },
  { key: 'timeout', label: 'Timeout', hint: '5m' },
  { key: 'on_error', label: 'When a step fails', choices: ['stop', 'skip', 'continue', 'compensate'] },
];

export const FlowPane = component$<{ session: Session }>(({ session }) => {
  const flow = flowOf(session.model, session.flow);
  if (!flow) return null;
  const readable = session.model.fault === undefined;
  const own = dataIn(session, flow.path);
  const trigger = dataAt(own.trigger);
  const type = typeof trigger.type === 'string' ? trigger.type : 'manual';
  // Each time all of them are read: what was changed before this handler was loaded counts as well.
  const set = $((_: Event, form: HTMLFormElement) => {
    const { typed } = valuesOf(form);
    const written = dataIn(session, flow.path);
    for (const { key } of SETTINGS) {
      if (typed(key) !== inOneLine(text(written[key]))) pipelineKeyOf(session, flow, key, typed(key) || undefined);
    }
  });
  const setTrigger = $((_: Event, form: HTMLFormElement) => {
    const fields = new FormData(form);
    const chosen = String(fields.get('type'));
    const given = TRIGGER_SETTINGS[chosen] ?? [];
    const known = new Set(Object.values(TRIGGER_SETTINGS).flatMap((all) => all.map((one) => one.key)));
    const kept = (chosen === type ? Object.entries({ ...trigger, ...dataAt(trigger.config) }) : []).filter(
      ([key]) => key !== 'config' && key !== 'type' && !known.has(key),
    );
    const next: JsonObject = { type: chosen, ...Object.fromEntries(kept) };
    for (const { key } of given) {
      const value = String(fields.get(key) ?? settingAt(trigger, key)?.value ?? '').trim();
      if (value !== '') next[key] = value;
    }
    triggerOf(session, flow, next);
  });
  return (
    <aside class="pane builder-pane builder-pane-flow" aria-label={`Pipeline ${flow.label}`}>
      <div class="px-4 pt-3 pb-2">
        <h2 class="truncate text-16 font-semibold">{flow.label}</h2>
        <p class="text-12 text-text-3">Select a step to change it.</p>
      </div>
      <div class="min-h-0 grow overflow-auto overscroll-contain px-4 pb-6">
        <Findings session={session} id={`${flow.id}.trigger`} />
        {flow.kind === 'pipeline' && readable && (
          <>
            <form class="grid gap-3" preventdefault:submit onChange$={setTrigger} onSubmit$={setTrigger}>
              <label class="block text-12 text-text-3">
                Starts with
                <select class="field mt-1 block w-full" name="type">
                  {[...new Set([type, ...TRIGGER_TYPES])].map((one) => (
                    <option key={one} value={one} selected={one === type}>
                      {one}
                    </option>
                  ))}
                </select>
              </label>
              {(TRIGGER_SETTINGS[type] ?? []).map((setting) => (
                <SettingField key={setting.key} setting={setting} value={triggerValue(trigger, setting)} />
              ))}
            </form>
            <form class="mt-5 grid gap-3" preventdefault:submit onChange$={set} onSubmit$={set}>
              {SETTINGS.map((setting) => (
                <SettingField key={setting.key} setting={setting} value={text(own[setting.key])} none="by default" />
              ))}
            </form>
          </>
        )}
        {flow.kind !== 'pipeline' && <p class="text-13 text-text-2">What starts these steps is written in the text.</p>}
      </div>
    </aside>
  );
});

function triggerValue(trigger: JsonObject, { key, choices }: Setting): string {
  const value = text(settingAt(trigger, key)?.value);
  return choices?.find((one) => one.toUpperCase() === value.toUpperCase()) ?? value;
}

function text(value: Json | undefined): string {
  return value === undefined || value === null || isJsonObject(value) ? '' : Array.isArray(value) ? value.join(', ') : String(value);
}

/** As a field of one line holds it. */
function inOneLine(value: string): string {
  return value.replaceAll(/[\r\n]/g, '');
}
