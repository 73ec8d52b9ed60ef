/** The plan of the company and what it may do; the operator of the platform changes it here. */
import { $, component$ } from '@builder.io/qwik';
import { PLAN_NAMES } from '#contracts/quota';
import { Confirm } from '~/components/ui/confirm';
import { SettingSection } from '~/components/ui/setting-section';
import { send } from '~/lib/api';
import type { TenantQuotaItem } from '~/lib/api-types';
import { planWords, quotaRequest, rateWords } from '~/lib/quotas';
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
          width={480}
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
            <span>Executions at work</span>
            <input
              class="field mt-1 block w-full"
              name="max_concurrent"
              type="number"
              min={1}
              max={100000}
              inputMode="numeric"
              value={overrides.max_concurrent ?? ''}
            />
          </label>
          <label class="mb-3 block">
            <span>Starts a second</span>
            <input
              class="field mt-1 block w-full"
              name="per_second"
              type="number"
              min={0.01}
              step="any"
              inputMode="decimal"
              value={overrides.rate ? overrides.rate.per_minute / 60 : ''}
            />
          </label>
          <label class="mb-3 block">
            <span>Units of API calls a minute</span>
            <input
              class="field mt-1 block w-full"
              name="units_per_minute"
              type="number"
              min={1}
              max={60000000}
              inputMode="numeric"
              value={overrides.api_rate?.per_minute ?? ''}
            />
          </label>
          <label class="block">
            <span>Live streams at the same time</span>
            <input
              class="field mt-1 block w-full"
              name="live_streams"
              type="number"
              min={2}
              max={10000}
              inputMode="numeric"
              value={overrides.live_streams ?? ''}
            />
          </label>
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
      <dl class="mt-3 grid max-w-[480px] grid-cols-[minmax(0,1fr)_auto] gap-x-6 gap-y-1 text-13">
        {planWords(quota).map(([what, value]) => [
          <dt key={`${what}-name`} class="text-text-2">
            {what}
          </dt>,
          <dd key={`${what}-value`} class="text-right tabular-nums">
            {value}
          </dd>,
        ])}
      </dl>
    </SettingSection>
  );
});
