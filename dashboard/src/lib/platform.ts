/** What the Worker hands to the pages; `platform` of a request event. */
export interface PlatformEnv {
  /** The API of this region, called in-process. */
  API: { fetch(request: Request): Promise<Response> };
  ASSETS: { fetch(request: Request): Promise<Response> };
  /** `us`, `eu`, … */
  REGION?: string;
  /** `hosted` or `local`. */
  MODE?: string;
}

declare global {
  interface QwikCityPlatform {
    env: PlatformEnv;
    request: Request;
  }
}

/** Key under which a request's id travels in the request event's shared map. */
export const REQUEST_ID_HEADER = 'x-request-id';
