/** Objects of a region that start executions, over the stores of the tests. */
import { env } from 'cloudflare:workers';
import { EventLaneObjectBase, type LanePorts } from '#objects/event-lane';
import { EventWindowObjectBase, type WindowPorts } from '#objects/event-window';
import { ObserverObjectBase } from '#objects/observer';
import { SchedulerObjectBase, type SchedulerPorts } from '#objects/scheduler';
import { type EraserPorts, TenantEraserObjectBase } from '#objects/tenant-eraser';
import { TenantExporterObjectBase } from '#objects/tenant-exporter';
import type { ExporterPorts } from '#objects/tenant-exporter/ports';
import { type MoverPorts, TenantMoverObjectBase } from '#objects/tenant-mover';
import type { RegionEnv } from '#workers/env';
import { eraserPorts } from '#workers/erasure/ports';
import { receive } from '#workers/events/receive';
import { windowPorts } from '#workers/events/windows';
import { moverPorts } from '#workers/moving/ports';
import { observerPorts } from '#workers/observer/observers';
import { schedulerPorts } from '#workers/schedules';
import { exporterPorts } from '#workers/takeout/ports';
import { known } from './settle.ts';

const region = env as unknown as RegionEnv;

export class TenantEraserObject extends TenantEraserObjectBase<unknown> {
  protected override readonly ports: EraserPorts = eraserPorts(region);
}

export class ObserverObject extends ObserverObjectBase<unknown> {
  protected override readonly ports = observerPorts(region);

  override alarm(): Promise<void> {
    return known(this, super.alarm());
  }
}

export class TenantExporterObject extends TenantExporterObjectBase<unknown> {
  protected override readonly ports: ExporterPorts = exporterPorts(region);

  override alarm(): Promise<void> {
    return known(this, super.alarm());
  }
}

export class TenantMoverObject extends TenantMoverObjectBase<unknown> {
  protected override readonly ports: MoverPorts = moverPorts(region);
}

export class SchedulerObject extends SchedulerObjectBase<unknown> {
  protected override readonly ports: SchedulerPorts = schedulerPorts(region);
}

export class EventWindowObject extends EventWindowObjectBase<unknown> {
  protected override readonly ports: WindowPorts = windowPorts(region);
}

/** Events that are to fail, by topic: how often still. */
export const failing = new Map<string, number>();
/** Topics, in the order of their delivery. */
export const delivered: string[] = [];

export class EventLaneObject extends EventLaneObjectBase<unknown> {
  protected override readonly ports: LanePorts = {
    async deliver(message, tries) {
      const left = failing.get(message.type) ?? 0;
      if (left > 0) {
        failing.set(message.type, left - 1);
        throw new Error('not now');
      }
      await receive(message, region, tries);
      delivered.push(message.type);
    },
  };
}
