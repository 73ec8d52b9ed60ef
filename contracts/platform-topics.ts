/**
 * Topics of the event bus that are the platform's own. What is said there is taken for its word: mail goes out by it. So nobody
 * else says anything there, neither by hand nor by a step.
 */
export const BREAKPOINT_HIT = 'workflow.breakpoint.hit';

const OWN: ReadonlySet<string> = new Set([BREAKPOINT_HIT]);

export function isPlatformTopic(topic: string): boolean {
  return OWN.has(topic);
}

export function platformTopicMessage(topic: string): string {
  return `Events of the topic ${topic} are published by the platform alone. Listen to it, and publish under a name of your own.`;
}
