/** The plan of the company and what it may do; the operator of the platform changes it here. */
import { $, component$ } from '@builder.io/qwik';
import { PLAN_NAMES, QUOTA_PRIORITIES } from '#contracts/quota';
import { Confirm } from '~/components/ui/confirm';
import { Facts } from '~/components/ui/facts';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { TenantQuotaItem } from '~/lib/api-types';
import { MEGABYTE, planWords, quotaRequest, rateWords } from '~/lib/quotas';
import { toastNext } from '~/lib/toast';

export const QuotaSetting = component$<{ set: TenantQuotaItem; isOperator: boolean }>(({ set, isOperator }) => {
  const { tenant, plan, is_default, overrides, quota, plans } = set;
  const save = $(async (fields: { [name: string]: string }) => {
    const failed = await send('PUT', `/api/v1/tenants/${encodeURIComponent(set.tenant)}/quota`, quotaRequest(fields, set));
    if (failed) return failed;
    toastNext({ text: 'The quota is saved. Every part of the platform follows within ten seconds.' });
    location.assign('/quotas');
  });
  const own = Object.keys(overrides).length;
  return (
    <SettingSection
      id="plan"
      title={`Plan: ${plan}`}
      actions={
        <Confirm
          label="Change"
          describe="Change the quota"
          title={`Quota of ${tenant}`}
          verb="Save"
          harmless
          disabled={!isOperator}
          hint={isOperator ? undefined : 'The operator of the platform changes quotas.'}
          width={560}
          act={save}
        >
          <p class="mb-3">What is at work goes on. Numbers left empty are those of the plan.</p>
          <label class="mb-3 block">
            <span>Plan</span>
            <select class="field mt-1 block w-full" name="plan">
              <option value="" selected={is_default}>
                that of the platform
              </option>
              {PLAN_NAMES.map((name) => (
                <option key={name} value={name} selected={!is_default && name === plan}>
                  {`${name}: ${plans[name]?.max_concurrent ?? 'any number'} at work, starts ${rateWords(plans[name]?.rate ?? null)}`}
                </option>
              ))}
            </select>
          </label>
          <label class="mb-3 block">
            <span>Priority of starts whose pipeline says nothing</span>
            <select class="field mt-1 block w-full" name="priority">
              <option value="" selected={overrides.priority === undefined}>
                that of the plan
              </option>
              {QUOTA_PRIORITIES.map((priority) => (
                <option key={priority} value={priority} selected={priority === overrides.priority}>
                  {priority}
                </option>
              ))}
            </select>
          </label>
          <div class="grid items-end gap-x-4 sm:grid-cols-2">
            <NumberField label="Executions at work" name="max_concurrent" min={1} max={100_000} value={overrides.max_concurrent} />
            <NumberField label="Starts a second" name="per_second" min={0.01} any value={scaled(overrides.rate, ({ per_minute }) => per_minute / 60)} />
            <NumberField label="So many wait: low priority is refused" name="queue_soft" min={1} max={10_000} value={overrides.queue_soft} />
            <NumberField label="So many wait: every start is refused" name="queue_hard" min={1} max={10_000} value={overrides.queue_hard} />
            <NumberField
              label="Units of API calls a minute"
              name="units_per_minute"
              min={1}
              max={60_000_000}
              value={scaled(overrides.api_rate, ({ per_minute }) => per_minute)}
            />
            <NumberField label="Live streams at the same time" name="live_streams" min={2} max={10_000} value={overrides.live_streams} />
            <NumberField label="Outbound calls at the same time" name="egress_concurrent" min={1} max={10_000} value={overrides.egress_concurrent} />
            <NumberField
              label="Outbound data, MB a second"
              name="megabytes_per_second"
              min={0.01}
              any
              value={scaled(overrides.egress_bytes_per_s, (bytes) => bytes / MEGABYTE)}
            />
          </div>
        </Confirm>
      }
    >
      <p class="max-w-[720px] text-13 text-text-2">
        {is_default
          ? 'The plan is that of the platform.'
          : own === 0
            ? 'The operator has set the plan.'
            : `The operator has set the plan, with ${own === 1 ? 'one number' : `${own} numbers`} changed.`}{' '}
        With {quota.queue_soft.toLocaleString('en')} waiting, starts of low priority are refused; with {quota.queue_hard.toLocaleString('en')}, all are. A start
        whose pipeline says nothing has {quota.priority} priority.
      </p>
      <div class="mt-3">
        <Facts facts={planWords(quota)} />
      </div>
    </SettingSection>
  );
});

/** As the form has it; no bound stays no bound. */
function scaled<T>(value: T | null | undefined, scale: (value: T) => number): number | null | undefined {
  if (value === null) return null;
  return value === undefined ? undefined : scale(value);
}

interface Numbered {
  label: string;
  name: string;
  min: number;
  max?: number;
  /** Parts of one as well. */
  any?: boolean;
  /** `null`: no bound was set; absent: the number of the plan holds. */
  value?: number | null;
}

const NumberField = component$<Numbered>(({ label, name, min, max, any, value }) => (
  <label class="mb-3 block">
    <span>{label}</span>
    <input
      class="field mt-1 block w-full"
      name={name}
      type="number"
      min={min}
      max={max}
      step={any ? 'any' : undefined}
      inputMode={any ? 'decimal' : 'numeric'}
      value={value ?? ''}
      placeholder={value === null ? 'no bound' : undefined}
    />
  </label>
));
