export class RegionError extends Error {}
export interface RegionPlace {
  name: string;
  placement: string;
}
export function regionsIn(toml: string): RegionPlace[];
export function localPlacement(placement: string): string;
export function addRegion(toml: string, wanted: { name: string; place?: string; like?: string }): { toml: string; added: boolean; place: string };
export function addedText(before: string, after: string): string;
